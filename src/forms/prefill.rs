//! Prefilled answers, with their provenance.

use std::collections::HashMap;

use ahash::RandomState;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chart::LeftOut;
use super::place::split_row;
use super::source::NotLoaded;
use super::unchecked::UncheckedCode;

/// Prefix of every candidate's key, which distinguishes it from typed text.
pub(super) const CANDIDATE: &str = "ehr:";

/// Prefill of a form, by place. What fills a question in every row of a list has the place without rows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Prefill {
    items: HashMap<String, Prefilled, RandomState>,
    /// IANA name of the site's time zone, in which times are shown.
    zone: Option<String>,
}

/// Prefill of one question.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Prefilled {
    /// Answers as `{"valueQuantity": …}`.
    pub values: Vec<Value>,
    /// Whether the answers are those that the form itself gives, and not the chart.
    pub is_default: bool,
    /// Ids of the rows with which a list begins, one for each entry of the chart.
    pub rows: Vec<String>,
    /// Candidates of a picker.
    pub candidates: Vec<Candidate>,
    /// Names of its sources, loaded or not: `patient`, `vitals`.
    pub origin: Vec<String>,
    /// Time at which the oldest of these sources was read.
    pub read_at: Option<Timestamp>,
    /// Clinical date of the resource with the value (`effectiveDateTime`, `recordedDate`), as written.
    pub dated: Option<String>,
    /// Whether that date is older than the form allows for a current value.
    pub old: bool,
    /// Reference to the resource with the value, such as `Observation/123`, if it is one that a message can contain.
    pub source: Option<String>,
    /// Reason why it was not filled, or not completely.
    pub not_loaded: Option<NotLoaded>,
    /// Reason why one of its sources was not loaded again: it is as an earlier reading had it.
    pub kept: Option<NotLoaded>,
    /// Values of the chart that were not compared with the value set of the question: no answers.
    pub unchecked: Vec<UncheckedCode>,
    /// Value of the chart that cannot be used, because of its unit or format.
    pub unusable: Option<String>,
    /// Further values of the chart, for a question that takes one.
    pub others: Vec<String>,
    /// Number of entries of the source that were left out, by reason.
    pub left_out: LeftOut,
    /// Whether the EHR may have more than is shown.
    pub more: bool,
}

/// Entry of the chart that can be included.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Candidate {
    /// Value of the field.
    pub key: String,
    /// Reference such as `Condition/123`, if the resource has an id.
    pub reference: Option<String>,
    /// Answer as `{"valueCoding": …}`.
    pub answer: Value,
    /// Visible text.
    pub label: String,
    /// Other columns in the form's order; empty if the chart has no value.
    pub cells: Vec<String>,
    /// Whether it is included by default.
    pub selected: bool,
}

impl Prefilled {
    /// Whether the question was not loaded and has no other content, and therefore contains no personal data.
    pub(super) fn is_blank(&self) -> bool {
        // Each member is named, so that a new one is not forgotten.
        let Self {
            origin: _,
            not_loaded,
            values,
            is_default,
            rows,
            candidates,
            read_at,
            dated,
            old,
            source,
            kept,
            unchecked,
            unusable,
            others,
            left_out,
            more,
        } = self;
        let is_without_values = values.is_empty() && !is_default && rows.is_empty() && candidates.is_empty();
        let is_without_source =
            read_at.is_none() && dated.is_none() && !old && source.is_none() && kept.is_none();
        let is_without_notes =
            unchecked.is_empty() && unusable.is_none() && others.is_empty() && left_out.is_empty() && !more;
        not_loaded.is_some() && is_without_values && is_without_source && is_without_notes
    }
}

impl Prefill {
    pub(super) fn in_zone(zone: &TimeZone) -> Self {
        Self { items: HashMap::default(), zone: zone.iana_name().map(str::to_owned) }
    }

    pub(super) fn insert(&mut self, place: &str, item: Prefilled) {
        self.items.insert(place.to_owned(), item);
    }

    /// Returns the prefill of a question or list at a place, or `None` if the form does not fill it from the chart. What
    /// fills it in every row around it has the place without that row.
    #[must_use]
    pub fn get(&self, place: &str) -> Option<&Prefilled> {
        let mut around = place;
        loop {
            match self.items.get(around) {
                Some(found) => return Some(found),
                None => around = split_row(around)?.0,
            }
        }
    }

    /// Returns all questions that are filled from the chart, in no order.
    pub fn items(&self) -> impl Iterator<Item = (&str, &Prefilled)> {
        self.items.iter().map(|(place, item)| (place.as_str(), item))
    }

    pub(super) fn items_mut(&mut self) -> impl Iterator<Item = &mut Prefilled> {
        self.items.values_mut()
    }

    /// Returns the site's time zone, or UTC if it is unknown.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    pub(super) fn candidates(&self, place: &str) -> &[Candidate] {
        self.get(place).map_or(&[], |item| &item.candidates)
    }
}
