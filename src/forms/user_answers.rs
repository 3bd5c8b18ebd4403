//! Answers that the chart fills from the user who reads it, once another user reads it.

use serde::{Deserialize, Serialize};

use super::answered::Answered;
use super::answers::Answers;
use super::changes::Change;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::readable::{label, values};
use super::refill::prefilled_texts;

/// Answer that was filled again from another user, and what it was before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refilled {
    /// Place of the question.
    pub place: String,
    /// Values before, in English and French.
    pub was: [Vec<String>; 2],
}

impl Answers {
    /// Fills every answer again that depends on the user who reads the chart, whether or not it was changed since: a name
    /// of another user must not stay. `theirs` is the prefill of the user who reads it now, and `earlier` the prefill that
    /// the earlier user would have from the same chart.
    pub fn fill_from_user(&mut self, form: &Form, earlier: &Prefill, theirs: &Prefill) -> Vec<Refilled> {
        let mut refilled = Vec::new();
        for question in Occurrences::of(form, self).questions() {
            let (item, at) = (question.item, &*question.place);
            let (old, new) = (prefilled_texts(item, at, earlier), prefilled_texts(item, at, theirs));
            // What another user typed stays where the chart says nothing of the present one.
            if old == new || self.get(at) == new || (new.is_empty() && self.get(at) != old) {
                continue;
            }
            let answered = Answered { item, place: at, answers: self, prefill: earlier };
            let was = ["en", "fr"].map(|lang| values(answered, answered.texts(), lang));
            refilled.push(Refilled { place: at.to_owned(), was });
            self.set(at, new);
        }
        refilled
    }
}

/// Lists the answers that were filled again from the present user and not changed since, for the page.
#[must_use]
pub fn filled_from_user(
    form: &Form,
    answers: &Answers,
    prefill: &Prefill,
    refilled: &[Refilled],
    lang: &str,
) -> Vec<Change> {
    let occurrences = Occurrences::of(form, answers);
    let mut changes = Vec::new();
    for question in occurrences.questions().filter(|question| !question.item.hidden) {
        let now = Answered { item: question.item, place: &question.place, answers, prefill };
        let before = refilled.iter().find(|refilled| refilled.place == *question.place);
        if let Some(before) = before.filter(|_| *now.texts() == *now.chart_texts()) {
            let added = values(now, now.texts(), lang);
            let removed = before.was[usize::from(lang.starts_with("fr"))].clone();
            // Another signer may have read it in between.
            if added != removed {
                let label = label(&occurrences, question, lang);
                changes.push(Change { label, added, removed, kept: false, unread: false });
            }
        }
    }
    changes
}
