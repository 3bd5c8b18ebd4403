//! Kind of provenance: whether an answer is the value of the chart, and why not.

use serde::Serialize;

use super::answered::Answered;
use super::item::Item;
use super::prefill::Prefilled;
use super::typed;

/// Kind of provenance.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenanceKind {
    /// The answer is the value of the chart.
    FromEhr,
    /// The answer differs from the value of the chart.
    Edited,
    /// The source was not loaded, or not completely.
    NotLoaded,
    /// The value of the chart cannot be used here: another unit, or not a number.
    Unusable,
    /// The code of the chart was not compared with the value set of the question, which was not reached.
    NotChecked,
    /// The EHR returned a part of the source, without a value.
    NoneInPart,
    /// The EHR returned the source, without a value.
    NoneProvided,
    /// The question is not filled from the chart.
    None,
}

/// Whether an answer is the value of the chart.
pub(super) fn is_from_chart(answered: Answered<'_>) -> bool {
    answered.filled().is_some_and(|filled| {
        let has_values =
            !filled.values.is_empty() || !filled.candidates.is_empty() || !filled.rows.is_empty();
        has_values
            && kind(answered.item, filled, &answered.chart_texts(), answered.texts())
                == ProvenanceKind::FromEhr
    })
}

/// Whether an answer differs from the value of the chart.
pub(super) fn is_edited(answered: Answered<'_>) -> bool {
    answered.filled().is_some_and(|filled| {
        kind(answered.item, filled, &answered.chart_texts(), answered.texts()) == ProvenanceKind::Edited
    })
}

/// Returns the kind of provenance of an answer.
pub(super) fn kind(item: &Item, filled: &Prefilled, chart: &[String], texts: &[String]) -> ProvenanceKind {
    let same = || typed::same(item, texts, chart, &filled.candidates);
    if filled.origin.is_empty() && filled.not_loaded.is_none() {
        ProvenanceKind::None
    } else if !filled.rows.is_empty() {
        ProvenanceKind::FromEhr
    } else if item.is_picker() {
        match (filled.not_loaded, filled.candidates.is_empty()) {
            (Some(_), _) => ProvenanceKind::NotLoaded,
            (None, true) if filled.unusable.is_some() => ProvenanceKind::Unusable,
            (None, true) if !filled.unchecked.is_empty() => ProvenanceKind::NotChecked,
            (None, true) => none(filled),
            (None, false) if same() => ProvenanceKind::FromEhr,
            (None, false) => ProvenanceKind::Edited,
        }
    } else if !chart.is_empty() && !filled.is_default {
        if same() { ProvenanceKind::FromEhr } else { ProvenanceKind::Edited }
    } else if filled.unusable.is_some() {
        ProvenanceKind::Unusable
    } else if !filled.unchecked.is_empty() {
        ProvenanceKind::NotChecked
    } else if filled.not_loaded.is_some() {
        ProvenanceKind::NotLoaded
    } else {
        none(filled)
    }
}

/// Returns the kind for an empty source: if the EHR may have withheld entries, it is not reported as none.
fn none(filled: &Prefilled) -> ProvenanceKind {
    if filled.more { ProvenanceKind::NoneInPart } else { ProvenanceKind::NoneProvided }
}
