//! Files that answer the questions of a form: set by the caller, and found by place.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Answers;
use super::attached::{AttachedFile, FileRules};
use super::enable_when::enabled_among;
use super::item::ItemType;
use super::occurrence::Occurrences;
use super::questionnaire::Form;

impl Form {
    /// Whether it has a question of type attachment.
    #[must_use]
    pub fn asks_for_files(&self) -> bool {
        self.questions().iter().any(|item| item.kind == ItemType::Attachment)
    }

    /// Returns the files that the question at a place accepts. `None` if there is no question of type attachment there.
    #[must_use]
    pub fn file_rules(&self, answers: &Answers, place: &str) -> Option<FileRules> {
        let occurrences = Occurrences::of(self, answers);
        let found = occurrences.find(place).filter(|one| one.is_question())?;
        let item = found.item;
        (item.kind == ItemType::Attachment && !item.hidden && !item.read_only)
            .then(|| FileRules { max_files: item.max_files(), ..item.files.clone() })
    }
}

impl Answers {
    /// Sets the files that answer the questions of a form, by place. Files at places that the form does not have are left out.
    pub fn set_files(&mut self, form: &Form, mut files: BTreeMap<String, Vec<AttachedFile>>) {
        let places: BTreeSet<String> = {
            let occurrences = Occurrences::of(form, self);
            let those = occurrences.questions().filter(|one| one.item.kind == ItemType::Attachment);
            those.map(|one| one.place.to_string()).collect()
        };
        files.retain(|place, _| places.contains(place));
        for place in places {
            let ids = files.get(&place).into_iter().flatten().map(|file| file.id.clone()).collect();
            self.set(&place, ids);
        }
        self.files = files;
    }

    /// Returns the files at a place.
    #[must_use]
    pub fn files(&self, place: &str) -> &[AttachedFile] {
        self.files.get(place).map_or(&[], Vec::as_slice)
    }

    /// Iterates over all files, in the order of their places.
    pub fn all_files(&self) -> impl Iterator<Item = &AttachedFile> {
        self.files.values().flatten()
    }

    /// Takes over the files that the page showed: a browser posts none of them. Files of rows that are gone are left out.
    pub(super) fn keep_files(&mut self, form: &Form, earlier: Option<&Self>) {
        if let Some(earlier) = earlier.filter(|earlier| !earlier.files.is_empty()) {
            self.set_files(form, earlier.files.clone());
        }
    }
}

/// Returns the files of the questions that are asked, in the order of the form.
#[must_use]
pub fn attached_files<'a>(form: &Form, answers: &'a Answers) -> Vec<&'a AttachedFile> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let asked = occurrences.iter().zip(on).filter(|(one, on)| *on && one.is_question());
    asked.flat_map(|(one, _)| answers.files(&one.place)).collect()
}
