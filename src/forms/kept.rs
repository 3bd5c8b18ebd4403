//! Answers from the chart that the latest reading did not load, and an earlier one had.

use jiff::Timestamp;

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::asked;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::provenance_kind::is_from_chart;
use super::questionnaire::Form;
use super::readable::label;

/// Answers that are as an earlier reading of the chart had them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswers {
    /// Texts of their questions, in the order of the form.
    pub labels: Vec<String>,
    /// Time of the oldest of these readings.
    pub read_at: Timestamp,
}

/// Finds the answers of enabled questions that an earlier reading of the chart fills. `None` if there are none.
#[must_use]
pub fn kept_answers(form: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Option<KeptAnswers> {
    let occurrences = Occurrences::of(form, answers);
    let mut found: Option<KeptAnswers> = None;
    for one in asked(&occurrences, answers) {
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let kept = answered.filled().filter(|filled| filled.kept.is_some());
        let is_used = one.item.is_picker() || (is_from_chart(answered) && !answered.texts().is_empty());
        let Some(read_at) = kept.and_then(|filled| filled.read_at).filter(|_| is_used) else { continue };
        let all = found.get_or_insert_with(|| KeptAnswers { labels: Vec::new(), read_at });
        all.labels.push(label(&occurrences, one, lang));
        all.read_at = all.read_at.min(read_at);
    }
    found
}
