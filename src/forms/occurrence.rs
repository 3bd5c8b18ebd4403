//! Occurrences of the items of a form, once its rows are known.

use std::borrow::Cow;

use ahash::AHashMap;

use super::answers::Answers;
use super::item::Item;
use super::place::{below, place, rows_of, split};
use super::questionnaire::Form;

/// Initial capacity for the occurrences of a form. Larger forms are reallocated.
const USUAL_ITEMS: usize = 96;

/// Item at one place of a filled form.
pub(super) struct Occurrence<'f> {
    pub(super) item: &'f Item,
    /// Key of the item and the rows around it.
    pub(super) place: Cow<'f, str>,
    /// Number of the occurrence it is below.
    pub(super) parent: Option<usize>,
    /// Number of the first occurrence that is no longer below it.
    pub(super) end: usize,
    /// Position among the rows of its item, if it is a row.
    pub(super) row: Option<usize>,
    /// Text that a rule of the form gives it.
    text: Option<String>,
}

impl Occurrence<'_> {
    /// Whether it can have an answer: a question, or a row of a question with rows.
    pub(super) fn is_question(&self) -> bool {
        self.item.kind.is_question() && !self.is_list()
    }

    /// Whether it is the list of rows of an item.
    pub(super) fn is_list(&self) -> bool {
        self.item.has_rows() && self.row.is_none()
    }

    /// Returns the text, for the current answers.
    pub(super) fn text(&self, lang: &str) -> &str {
        self.text.as_deref().unwrap_or_else(|| self.item.text.in_language(lang))
    }

    /// Returns the label, led by its number.
    pub(super) fn label(&self, lang: &str) -> String {
        let prefix = self.item.prefix.as_ref().map_or("", |prefix| prefix.in_language(lang));
        format!("{prefix} {}", self.text(lang)).trim().to_owned()
    }

    /// Returns the short label for tables and summaries.
    pub(super) fn short_text(&self, lang: &str) -> &str {
        let short = self.item.short_text.as_ref().map(|text| text.in_language(lang));
        short.unwrap_or_else(|| self.text(lang))
    }

    /// Returns the rows around it: `~r1`, or nothing outside of rows.
    pub(super) fn rows(&self) -> &str {
        split(&self.place).1
    }
}

/// Occurrences of all items of a form, in its order: each item, the rows of an item after it, and what is below it.
pub(super) struct Occurrences<'f> {
    form: &'f Form,
    all: Vec<Occurrence<'f>>,
}

impl<'f> Occurrences<'f> {
    pub(super) fn of(form: &'f Form, answers: &Answers) -> Self {
        let mut occurrences = Self { form, all: Vec::with_capacity(USUAL_ITEMS) };
        for item in &form.items {
            occurrences.collect(item, "", None, answers);
        }
        occurrences
    }

    fn collect(&mut self, item: &'f Item, rows: &str, parent: Option<usize>, answers: &Answers) {
        let number = self.push(item, place(&item.key, rows), parent, answers);
        if item.has_rows() {
            for (position, row) in answers.rows(&place(&item.key, rows)).iter().enumerate() {
                let rows = below(rows, row);
                let row =
                    self.push(item, Cow::Owned(place(&item.key, &rows).into_owned()), Some(number), answers);
                self.all[row].row = Some(position);
                self.collect_below(item, &rows, row, answers);
            }
        } else {
            self.collect_below(item, rows, number, answers);
        }
        self.all[number].end = self.all.len();
    }

    fn collect_below(&mut self, item: &'f Item, rows: &str, number: usize, answers: &Answers) {
        for child in &item.items {
            self.collect(child, rows, Some(number), answers);
        }
        self.all[number].end = self.all.len();
    }

    fn push(
        &mut self,
        item: &'f Item,
        place: Cow<'f, str>,
        parent: Option<usize>,
        answers: &Answers,
    ) -> usize {
        let number = self.all.len();
        let text = answers.evaluated.texts.get(&*place).cloned();
        self.all.push(Occurrence { item, place, parent, end: number + 1, row: None, text });
        number
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, number: usize) -> &Occurrence<'f> {
        &self.all[number]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Occurrence<'f>> {
        self.all.iter()
    }

    /// Returns the numbers of the occurrences directly below one; of the outermost ones for `None`.
    pub(super) fn below(&self, parent: Option<usize>) -> impl Iterator<Item = usize> + use<'_, 'f> {
        let (first, end) = match parent {
            Some(parent) => (parent + 1, self.all[parent].end),
            None => (0, self.all.len()),
        };
        let next = move |number: &usize| Some(self.all[*number].end).filter(|next| *next < end);
        std::iter::successors(Some(first).filter(|first| *first < end), next)
    }

    /// Returns the questions in order.
    pub(super) fn questions(&self) -> impl Iterator<Item = &Occurrence<'f>> {
        self.all.iter().filter(|occurrence| occurrence.is_question())
    }

    pub(super) fn find(&self, place: &str) -> Option<&Occurrence<'f>> {
        self.all.iter().find(|occurrence| occurrence.place == place)
    }

    /// Returns the numbers of the questions on which an `enableWhen` depends, by key.
    pub(super) fn condition_questions(&self) -> AHashMap<&'f str, Vec<usize>> {
        let keys = self.form.condition_keys();
        let mut by_key: AHashMap<&str, Vec<usize>> = AHashMap::new();
        let questions = self.all.iter().enumerate().filter(|(_, one)| one.is_question());
        for (number, one) in questions.filter(|(_, one)| keys.contains(one.item.key.as_str())) {
            by_key.entry(&one.item.key).or_default().push(number);
        }
        by_key
    }

    /// Returns the nearest of several occurrences of one question, seen from another occurrence: the one that shares
    /// most rows with it, of several the last one before it, or else the first one after it (Questionnaire, `enableWhen`).
    pub(super) fn nearest(&self, from: usize, of: &[usize]) -> Option<usize> {
        if of.len() < 2 {
            return of.first().copied();
        }
        let shared = |number: usize| {
            let own = rows_of(self.all[from].rows());
            own.zip(rows_of(self.all[number].rows())).take_while(|(left, right)| left == right).count()
        };
        let most = of.iter().map(|number| shared(*number)).max();
        let nearest = || of.iter().copied().filter(|number| Some(shared(*number)) == most);
        nearest().take_while(|number| *number <= from).last().or_else(|| nearest().next())
    }
}
