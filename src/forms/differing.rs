//! Answers that differ from the value of the chart, for the page on which a referral is signed.

use super::answered::Answered;
use super::answers::Answers;
use super::enable_when::asked;
use super::occurrence::Occurrences;
use super::prefill::Prefill;
use super::provenance_kind::{ProvenanceKind, kind};
use super::questionnaire::Form;
use super::readable::{label, values};
use super::render::id;
use super::words;

/// Question whose answer is not the value that the chart has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// Id of the element of the question, which a link targets.
    pub id: String,
    /// Text of the question.
    pub label: String,
    /// Answer; empty if the question has none.
    pub answer: String,
    /// Whether it is a list, and `chart` its entries that are not included.
    pub is_list: bool,
    /// Value of the chart.
    pub chart: String,
    /// Its clinical date; empty if the chart has none.
    pub dated: String,
}

/// Lists the visible and enabled questions whose answers differ from the value of the chart, in the order of the form. Of a
/// list of the chart, it names the entries that were to be included and are not.
#[must_use]
pub fn differing(form: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Vec<Differing> {
    let occurrences = Occurrences::of(form, answers);
    let mut found = Vec::new();
    for one in asked(&occurrences, answers) {
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let Some(filled) = answered.filled().filter(|_| !one.item.hidden) else {
            continue;
        };
        let (mut texts, mut chart) = (answered.texts().to_vec(), answered.chart_texts());
        if one.item.is_picker() {
            chart.retain(|entry| !texts.contains(entry));
            texts.clear();
            if chart.is_empty() {
                continue;
            }
        }
        let chart = match kind(one.item, filled, &chart, &texts) {
            ProvenanceKind::Edited => values(answered, &chart, lang).join(words::semicolon(lang)),
            _ => continue,
        };
        let dated = filled.dated.as_deref().and_then(|dated| words::day_of(dated, lang, &prefill.zone()));
        found.push(Differing {
            id: id(&one.place),
            label: label(&occurrences, one, lang),
            answer: values(answered, &texts, lang).join(words::semicolon(lang)),
            is_list: one.item.is_picker(),
            chart,
            dated: dated.unwrap_or_default(),
        });
    }
    found
}
