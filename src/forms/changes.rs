//! Differences between two readings of a chart, as a form shows them.

use serde::Serialize;

use super::answered::Answered;
use super::answers::Answers;
use super::occurrence::Occurrences;
use super::prefill::{Prefill, Prefilled};
use super::questionnaire::Form;
use super::readable::{entry, label, values};

/// Difference in what the chart has for one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Change {
    /// Text of the question.
    pub label: String,
    /// Values or entries that the chart has now and did not have before.
    pub added: Vec<String>,
    /// Values or entries that the chart no longer has.
    pub removed: Vec<String>,
    /// Whether the user's own answer was kept.
    pub kept: bool,
    /// Whether it could not be read again. What an earlier reading had stays, unless it is in `removed`.
    pub unread: bool,
}

/// Two readings of a chart.
#[derive(Clone, Copy)]
pub struct Readings<'r> {
    /// Earlier one.
    pub before: &'r Prefill,
    /// Later one.
    pub after: &'r Prefill,
    /// Names of the sources that are about the user who reads, if that is another user now: they differ, and the chart is
    /// the same.
    pub of_readers: &'r [&'r str],
}

/// Lists the questions for which the chart has something else than before, and those that could not be read again.
/// `answers` are those after the update.
#[must_use]
pub fn changes(form: &Form, readings: Readings<'_>, answers: &Answers, lang: &str) -> Vec<Change> {
    let Readings { before, after, of_readers } = readings;
    let occurrences = Occurrences::of(form, answers);
    let mut changes = Vec::new();
    for question in occurrences.questions() {
        let now = Answered { item: question.item, place: &question.place, answers, prefill: after };
        let is_of_reader = |filled: &&Prefilled| {
            let origin = &filled.origin;
            !origin.is_empty() && origin.iter().all(|name| of_readers.contains(&name.as_str()))
        };
        let Some(filled) = now.filled().filter(|filled| !is_of_reader(filled)) else { continue };
        let is_missing = filled.not_loaded.is_some();
        let (old, new) = (texts(Answered { prefill: before, ..now }, lang), texts(now, lang));
        let missing = |texts: &[String], from: &[String]| -> Vec<String> {
            from.iter().filter(|text| !texts.contains(text)).cloned().collect()
        };
        let (added, removed) = (missing(&old, &new), missing(&new, &old));
        // What a part of a list lacks may be in the rest of it.
        let is_in_part = filled.more || !filled.left_out.is_empty();
        let unread = ((is_missing || is_in_part) && !removed.is_empty()) || filled.kept.is_some();
        if added.is_empty() && removed.is_empty() && !unread {
            continue;
        }
        let kept = !unread && *now.texts() != *now.chart_texts();
        changes.push(Change { label: label(&occurrences, question, lang), added, removed, kept, unread });
    }
    changes
}

/// Values of a question in the chart, or the entries that a picker offers.
fn texts(answered: Answered<'_>, lang: &str) -> Vec<String> {
    let Answered { item, prefill, .. } = answered;
    if item.is_picker() {
        let candidates = answered.candidates().iter();
        return candidates.map(|candidate| entry(item, candidate, prefill, lang)).collect();
    }
    values(answered, &answered.chart_texts(), lang)
}
