//! Differences between two readings of a chart, as a form shows them.

use serde::Serialize;

use super::answers::{Answers, prefilled_texts};
use super::item::Item;
use super::prefill::{Candidate, Prefill};
use super::questionnaire::Form;
use super::readable::{cells, values};

/// Difference in what the chart has for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Text of the question.
    pub label: String,
    /// Values or entries that the chart has now and did not have before.
    pub added: Vec<String>,
    /// Values or entries that the chart no longer has.
    pub removed: Vec<String>,
    /// Whether the user's own answer was kept.
    pub kept: bool,
}

/// Lists the questions for which the chart has something else than before. A source that could not be read again is no
/// difference: its earlier values are kept. `answers` are those after the update.
#[must_use]
pub fn changes(form: &Form, before: &Prefill, after: &Prefill, answers: &Answers, lang: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for item in form.questions() {
        let is_missing = after.get(&item.link_id).is_none_or(|filled| filled.not_loaded.is_some());
        let (old, new) = (texts(item, before, lang), texts(item, after, lang));
        let missing = |texts: &[String], from: &[String]| -> Vec<String> {
            from.iter().filter(|text| !texts.contains(text)).cloned().collect()
        };
        let (added, removed) = (missing(&old, &new), missing(&new, &old));
        if is_missing || (added.is_empty() && removed.is_empty()) {
            continue;
        }
        let chart = prefilled_texts(item, after);
        let kept = *answers.get(&item.link_id) != *chart;
        changes.push(Change { label: item.short_text(lang).to_owned(), added, removed, kept });
    }
    changes
}

/// Values of a question in the chart, or the entries that a picker offers.
fn texts(item: &Item, prefill: &Prefill, lang: &str) -> Vec<String> {
    if item.is_picker() {
        let candidates = prefill.candidates(&item.link_id).iter();
        return candidates.map(|candidate| entry(item, candidate, prefill, lang)).collect();
    }
    values(item, &prefilled_texts(item, prefill), prefill, lang)
}

fn entry(item: &Item, candidate: &Candidate, prefill: &Prefill, lang: &str) -> String {
    let cells = cells(item, candidate, prefill, lang);
    if cells.is_empty() {
        candidate.label.clone()
    } else {
        format!("{} ({})", candidate.label, cells.join(", "))
    }
}
