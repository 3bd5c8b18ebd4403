//! Answers from the chart: at first, and after it was read again.

use super::answers::{Answers, MAX_CHARS, MAX_ROWS, WITHOUT};
use super::item::Item;
use super::occurrence::{Occurrence, Occurrences};
use super::place::{below, place};
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::translation::value;
use super::typed;

/// Id of the row with which a list begins.
const FIRST_ROW: &str = "r1";

impl Answers {
    /// Returns the prefilled answers. A list has a row for each entry of the chart that fills it, or else one blank row.
    #[must_use]
    pub fn from_prefill(form: &Form, prefill: &Prefill) -> Self {
        let mut answers = Self::default();
        for item in &form.items {
            answers.begin_lists(item, "", prefill);
        }
        for question in Occurrences::of(form, &answers).questions() {
            answers.set_prefilled(question.item, &question.place, prefill);
        }
        answers
    }

    /// Gives the lists at and below an item their first rows.
    fn begin_lists(&mut self, item: &Item, rows: &str, prefill: &Prefill) {
        if !item.has_rows() {
            return item.items.iter().for_each(|child| self.begin_lists(child, rows, prefill));
        }
        let list = place(&item.key, rows);
        let filled = prefill.get(&list).map_or(&[][..], |filled| &filled.rows);
        let first = if filled.is_empty() { vec![FIRST_ROW.to_owned()] } else { filled.to_vec() };
        for row in &first {
            let rows = below(rows, row);
            item.items.iter().for_each(|child| self.begin_lists(child, &rows, prefill));
        }
        self.set_rows(&list, first);
    }

    /// Fills a new row as the form says.
    pub(super) fn fill_row(&mut self, form: &Form, prefill: &Prefill, list: &Occurrence<'_>, row: &str) {
        let rows = below(list.rows(), row);
        for child in &list.item.items {
            self.begin_lists(child, &rows, prefill);
        }
        let occurrences = Occurrences::of(form, self);
        let is_in_row =
            |one: &&Occurrence<'_>| one.rows() == rows || one.rows().starts_with(&below(&rows, ""));
        let new: Vec<_> = occurrences.questions().filter(is_in_row).collect();
        for question in new.into_iter().filter(|question| list.item.contains(question.item)) {
            self.set_prefilled(question.item, &question.place, prefill);
        }
    }

    /// Sets the answers that a user cannot give to the prefilled ones, whatever was posted: those of hidden questions, and
    /// of read-only ones that the chart or the form fills.
    pub fn keep_fixed(&mut self, form: &Form, prefill: &Prefill) {
        for hidden in hidden_lists(&Occurrences::of(form, self)) {
            self.begin_lists(hidden.item, hidden.rows(), prefill);
        }
        for question in Occurrences::of(form, self).questions() {
            if question.item.is_fixed(&question.place, prefill) {
                self.set_prefilled(question.item, &question.place, prefill);
            }
        }
    }

    /// Sets the answer that the chart has, with its codings.
    fn set_prefilled(&mut self, item: &Item, place: &str, prefill: &Prefill) {
        self.keep_codings_of_chart(item, place, prefill);
        self.set(place, prefilled_texts(item, place, prefill));
    }

    /// Updates the answers after the chart was read again. An answer is updated only if it is the previous prefill;
    /// answers that a user changed are kept. Texts typed because a list was not loaded are kept in addition to the
    /// list. Returns the places of the changed answers, for the page to highlight.
    pub fn refresh(&mut self, form: &Form, before: &Prefill, after: &Prefill) -> Vec<String> {
        let mut changed = self.refresh_rows(form, before, after);
        for question in Occurrences::of(form, self).questions() {
            let (item, at) = (question.item, &*question.place);
            let texts = self.refreshed(item, at, before, after);
            let is_missing = after.get(at).is_some_and(|filled| filled.not_loaded.is_some());
            // The choice to send without a list is kept while the list is not loaded.
            self.keep_codings_of_chart(item, at, after);
            if texts != self.given(at) || (!is_missing && self.is_without_list(at)) {
                self.set(at, texts);
                changed.push(at.to_owned());
            }
        }
        changed
    }

    /// Updates the rows of the lists that the chart fills. A row is removed with its entry if it was not changed, and new
    /// entries have rows at the end. Returns the places of the changed lists.
    fn refresh_rows(&mut self, form: &Form, before: &Prefill, after: &Prefill) -> Vec<String> {
        let mut changed = Vec::new();
        for list in Occurrences::of(form, self).iter().filter(|one| one.is_list()) {
            let rows_of = |prefill: &Prefill| {
                prefill.get(&list.place).map(|filled| filled.rows.clone()).unwrap_or_default()
            };
            let (old, new) = (rows_of(before), rows_of(after));
            let is_missing = after.get(&list.place).is_some_and(|filled| filled.not_loaded.is_some());
            let old = if is_missing { old } else { self.renumber_rows(list, &old, before, after) };
            let removed = self.removed_rows(&list.place, &old);
            self.keep_removed_rows(&list.place, removed.clone(), &new);
            if old == new || is_missing {
                continue;
            }
            let is_kept = |row: &&String| new.contains(row) || !self.is_untouched(form, list, row, before);
            let mut rows: Vec<String> = self.rows(&list.place).iter().filter(is_kept).cloned().collect();
            let added: Vec<String> = new
                .into_iter()
                .filter(|row| !old.contains(row) && !rows.contains(row) && !removed.contains(row))
                .collect();
            rows.extend(added.iter().take(MAX_ROWS.saturating_sub(rows.len())).cloned());
            if rows.is_empty() {
                rows.push(FIRST_ROW.to_owned());
            }
            if rows != self.rows(&list.place) {
                changed.push(list.place.to_string());
                self.set_rows(&list.place, rows);
                for row in &added {
                    self.fill_row(form, after, list, row);
                }
            }
        }
        self.retain(&Occurrences::of(form, self));
        changed
    }

    /// Whether a row is as the form and the chart filled it.
    fn is_untouched(&self, form: &Form, list: &Occurrence<'_>, row: &str, prefill: &Prefill) -> bool {
        let rows = below(list.rows(), row);
        let occurrences = Occurrences::of(form, self);
        let mut in_row = occurrences.questions().filter(|one| {
            list.item.contains(one.item) && (one.rows() == rows || one.rows().starts_with(&below(&rows, "")))
        });
        in_row.all(|one| {
            let filled = prefilled_texts(one.item, &one.place, prefill);
            one.item.is_calculated() || typed::same(one.item, self.get(&one.place), &filled, &[])
        })
    }

    /// Returns the texts at a place without the choice to send without a list.
    pub(super) fn given(&self, place: &str) -> Vec<String> {
        self.get(place).iter().filter(|text| *text != WITHOUT).cloned().collect()
    }
}

/// Returns the outermost hidden lists.
fn hidden_lists<'o, 'f>(occurrences: &'o Occurrences<'f>) -> impl Iterator<Item = &'o Occurrence<'f>> {
    let is_inner = |one: &Occurrence<'_>| {
        let above = std::iter::successors(one.parent, |parent| occurrences.get(*parent).parent);
        above
            .into_iter()
            .any(|parent| occurrences.get(parent).item.hidden && occurrences.get(parent).is_list())
    };
    occurrences.iter().filter(move |one| one.is_list() && one.item.hidden && !is_inner(one))
}

/// Returns the prefilled texts of a question at a place.
pub(super) fn prefilled_texts(item: &Item, place: &str, prefill: &Prefill) -> Vec<String> {
    let Some(filled) = prefill.get(place) else {
        return Vec::new();
    };
    let selected = filled.candidates.iter().filter(|candidate| candidate.selected);
    let selected = selected.map(|candidate| candidate.key.clone());
    if item.is_picker() {
        return selected.collect();
    }
    let texts = filled.values.iter().filter_map(|answer| typed::text_of(item, value(answer)?)).map(limited);
    selected.filter(|_| item.external_value_set().is_some()).chain(texts).collect()
}

/// Cuts a text of the chart that no form could save, visibly.
fn limited(text: String) -> String {
    if text.chars().nth(MAX_CHARS).is_none() {
        return text;
    }
    let kept: String = text.chars().take(MAX_CHARS - 1).collect();
    let end = kept.rfind(char::is_whitespace).unwrap_or(kept.len());
    format!("{}…", &kept[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_a_text_of_the_chart_visibly_between_words() {
        assert_eq!(limited("as it is".to_owned()), "as it is");
        let cut = limited("word ".repeat(MAX_CHARS));
        assert!(cut.ends_with("word…") && cut.chars().count() <= MAX_CHARS, "{}", cut.len());
        assert_eq!(limited("é".repeat(MAX_CHARS + 1)).chars().count(), MAX_CHARS);
    }
}
