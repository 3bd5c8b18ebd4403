//! Where an answer came from, for the line under its field.

use serde::Serialize;

use super::answers::{Answers, prefilled_texts};
use super::chart::NotLoaded;
use super::item::Item;
use super::prefill::{Prefill, Prefilled};
use super::readable::values;
use super::typed;
use super::words;

/// Which line stands under a field.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenanceKind {
    /// As the chart has it.
    FromEhr,
    /// The chart has something else.
    Edited,
    /// The chart was not read, or not completely.
    NotLoaded,
    /// The chart has a value that cannot be used here: another unit, or no number.
    Unusable,
    /// The EHR gave a part of the chart, and nothing of this is in it.
    NoneInPart,
    /// The chart was read, and the EHR gave nothing of this.
    NoneProvided,
    /// The chart was not asked.
    None,
}

/// The line under a field; texts are ready for reading in the page's language.
#[derive(Clone, Debug, Serialize)]
pub struct ProvenanceView {
    /// Which line.
    pub kind: ProvenanceKind,
    /// When the source was read: `09:14`.
    pub read_at: Option<String>,
    /// The day on which it was read: `2 Sep 2026`.
    pub read_on: Option<String>,
    /// The clinical date of the value: `2 Sep 2026`.
    pub dated: Option<String>,
    /// What the chart has.
    pub chart_value: Option<String>,
    /// The sources, by the names the form gives them.
    pub source: Vec<String>,
    /// Why it was not loaded.
    pub reason: Option<NotLoaded>,
    /// For a picker: how many are included, and how many the chart has.
    pub included: usize,
    /// How many the chart has.
    pub available: usize,
    /// Entries about another patient that were left out.
    pub dropped: usize,
    /// Whether the EHR may have more than is shown.
    pub more: bool,
}

pub(super) fn provenance(item: &Item, answers: &Answers, prefill: &Prefill, lang: &str) -> ProvenanceView {
    let unfilled = Prefilled::default();
    let filled = prefill.get(&item.link_id).unwrap_or(&unfilled);
    let chart = prefilled_texts(item, prefill);
    let texts = answers.get(&item.link_id);
    let zone = prefill.zone();
    let read = filled.read_at.map(|at| at.to_zoned(zone.clone()));
    let chart_values = values(item, &chart, prefill, lang).join("; ");
    ProvenanceView {
        kind: kind(item, filled, &chart, texts),
        read_at: read.as_ref().map(words::time),
        read_on: read.as_ref().map(|at| words::date(at.date(), lang)),
        dated: filled.dated.as_deref().and_then(|dated| words::day_of(dated, lang, &zone)),
        chart_value: filled.unusable.clone().or((!chart.is_empty()).then_some(chart_values)),
        source: filled.origin.clone(),
        reason: filled.not_loaded,
        included: filled.candidates.iter().filter(|candidate| texts.contains(&candidate.key)).count(),
        available: filled.candidates.len(),
        dropped: filled.dropped,
        more: filled.more,
    }
}

/// Whether an answer is what the chart has.
pub(super) fn is_from_chart(item: &Item, answers: &Answers, prefill: &Prefill) -> bool {
    prefill.get(&item.link_id).is_some_and(|filled| {
        let (chart, texts) = (prefilled_texts(item, prefill), answers.get(&item.link_id));
        kind(item, filled, &chart, texts) == ProvenanceKind::FromEhr
    })
}

fn kind(item: &Item, filled: &Prefilled, chart: &[String], texts: &[String]) -> ProvenanceKind {
    let same = || typed::same(item, texts, chart, &filled.candidates);
    if filled.origin.is_empty() {
        ProvenanceKind::None
    } else if item.is_picker() {
        match (filled.not_loaded, filled.candidates.is_empty()) {
            (Some(_), _) => ProvenanceKind::NotLoaded,
            (None, true) => none(filled),
            (None, false) if same() => ProvenanceKind::FromEhr,
            (None, false) => ProvenanceKind::Edited,
        }
    } else if !chart.is_empty() {
        if same() { ProvenanceKind::FromEhr } else { ProvenanceKind::Edited }
    } else if filled.unusable.is_some() {
        ProvenanceKind::Unusable
    } else if filled.not_loaded.is_some() {
        ProvenanceKind::NotLoaded
    } else {
        none(filled)
    }
}

/// Nothing came: what the EHR may have kept back is not called none.
fn none(filled: &Prefilled) -> ProvenanceKind {
    if filled.more { ProvenanceKind::NoneInPart } else { ProvenanceKind::NoneProvided }
}
