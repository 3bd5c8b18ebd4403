//! Provenance of an answer, for the line under its field.

use serde::Serialize;

use super::answered::Answered;
use super::chart::LeftOut;
use super::item::ItemType;
use super::prefill::{Prefill, Prefilled};
use super::provenance_kind::{ProvenanceKind, kind};
use super::readable::values;
use super::source::NotLoaded;
use super::words;

/// View of the line under a field, with texts in the page's language.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ProvenanceView {
    /// Kind of provenance.
    pub kind: ProvenanceKind,
    /// Time at which the source was read: `09:14`.
    pub read_at: Option<String>,
    /// Day on which it was read: `2 Sep 2026`.
    pub read_on: Option<String>,
    /// Clinical date of the value: `2 Sep 2026`.
    pub dated: Option<String>,
    /// Whether that date is older than the form allows for a current value.
    pub old: bool,
    /// Whether it is as an earlier reading had it, because the latest one failed.
    pub kept: bool,
    /// Value of the chart.
    pub chart_value: Option<String>,
    /// Further values of the chart, which has several for a question that takes one.
    pub others: String,
    /// Names of the sources in the form.
    pub source: Vec<String>,
    /// Reason why it was not loaded.
    pub reason: Option<NotLoaded>,
    /// Number of included candidates of a picker.
    pub included: usize,
    /// Number of candidates of a picker.
    pub available: usize,
    /// Number of entries of the source that were left out, by reason.
    pub left_out: LeftOut,
    /// Whether the EHR may have more than is shown.
    pub more: bool,
}

pub(super) fn provenance(answered: Answered<'_>, lang: &str) -> ProvenanceView {
    let Answered { item, prefill, .. } = answered;
    let unfilled = Prefilled::default();
    let filled = answered.filled().unwrap_or(&unfilled);
    let (chart, texts) = (answered.chart_texts(), answered.texts());
    let zone = prefill.zone();
    let read = filled.read_at.map(|at| at.to_zoned(zone.clone()));
    let chart_values = values(answered, &chart, lang).join(words::semicolon(lang));
    ProvenanceView {
        kind: kind(item, filled, &chart, texts),
        read_at: read.as_ref().map(words::time),
        read_on: read.as_ref().map(|at| words::date(at.date(), lang)),
        dated: filled.dated.as_deref().and_then(|dated| words::day_of(dated, lang, &zone)),
        old: filled.old,
        kept: filled.kept.is_some(),
        chart_value: filled
            .unusable
            .clone()
            .or_else(|| unchecked(filled))
            .or((!chart.is_empty() && !filled.is_default).then_some(chart_values)),
        others: filled.others.join(words::semicolon(lang)),
        source: filled.origin.clone(),
        reason: filled.not_loaded,
        included: filled.candidates.iter().filter(|candidate| texts.contains(&candidate.key)).count(),
        available: filled.candidates.len(),
        left_out: filled.left_out,
        more: filled.more,
    }
}

/// Returns the source of an answer for a reader of the referral, such as `chart, 2 Sep 2026`, or what the chart has instead
/// of a changed answer. `None` for an answer that the chart does not have, and for the entries of a picker, which have their
/// own dates.
pub(super) fn source(answered: Answered<'_>, lang: &str) -> Option<String> {
    let Answered { item, prefill, .. } = answered;
    if item.is_picker() || answered.texts().is_empty() {
        return None;
    }
    if item.is_calculated() {
        return Some(words::calculated(lang).to_owned());
    }
    let filled = answered.filled()?;
    let dated = filled.dated.as_deref().and_then(|dated| words::day_of(dated, lang, &prefill.zone()));
    let chart = answered.chart_texts();
    match kind(item, filled, &chart, answered.texts()) {
        ProvenanceKind::FromEhr => {
            let chart = words::from_chart(dated.as_deref(), filled.old, lang);
            // What follows from a list is true on the day on which the list was read.
            let is_conclusion = item.kind == ItemType::Boolean && dated.is_none();
            let concluded = is_conclusion.then(|| read_day(filled, prefill, lang)).flatten();
            Some(match read_earlier(filled, prefill, lang).or(concluded) {
                Some(day) => format!("{chart}, {day}"),
                None => chart,
            })
        }
        ProvenanceKind::Edited => {
            let value = values(answered, &chart, lang).join(", ");
            Some(words::instead_of_chart(&value, dated.as_deref(), filled.old, lang))
        }
        ProvenanceKind::Unusable | ProvenanceKind::NotChecked => {
            let value = filled.unusable.clone().or_else(|| unchecked(filled)).unwrap_or_default();
            Some(words::instead_of_chart(&value, dated.as_deref(), filled.old, lang))
        }
        // A number beside dated ones of the chart must not be taken for one of them.
        ProvenanceKind::NotLoaded | ProvenanceKind::NoneInPart | ProvenanceKind::NoneProvided
            if item.kind.is_number() =>
        {
            Some(words::entered(lang).to_owned())
        }
        _ => None,
    }
}

/// Returns the day of an earlier reading, for what the latest one did not load.
pub(super) fn read_earlier(filled: &Prefilled, prefill: &Prefill, lang: &str) -> Option<String> {
    read_day(filled, prefill, lang).filter(|_| filled.kept.is_some())
}

/// Returns the day on which the oldest source was read, in words.
fn read_day(filled: &Prefilled, prefill: &Prefill, lang: &str) -> Option<String> {
    Some(words::read_on(filled.read_at?.to_zoned(prefill.zone()).date(), lang))
}

/// Returns the words of the chart for the codes that were not checked.
fn unchecked(filled: &Prefilled) -> Option<String> {
    let words: Vec<&str> = filled.unchecked.iter().map(|code| code.display.as_str()).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
