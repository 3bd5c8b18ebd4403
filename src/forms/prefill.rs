//! What a chart gave for each question, and where it came from.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chart::NotLoaded;

/// What every candidate's key starts with, so that nothing typed is taken for one.
pub(super) const CANDIDATE: &str = "ehr:";

/// Everything that was filled in, by `linkId`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Prefill {
    items: BTreeMap<String, Prefilled>,
    /// IANA name of the site's time zone, in which times are shown.
    zone: Option<String>,
}

/// What the chart gave for one question.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Prefilled {
    /// Answers as `{"valueQuantity": …}`.
    pub values: Vec<Value>,
    /// What a picker offers.
    pub candidates: Vec<Candidate>,
    /// The sources it came from or would have come from: `patient`, `vitals`.
    pub origin: Vec<String>,
    /// When the oldest of these sources was read.
    pub read_at: Option<Timestamp>,
    /// The clinical date of the resource behind the value (`effectiveDateTime`, `recordedDate`), as written.
    pub dated: Option<String>,
    /// Why it could not be filled, or not completely.
    pub not_loaded: Option<NotLoaded>,
    /// What the chart has, when it cannot be used because its unit or form is another.
    pub unusable: Option<String>,
    /// Entries about another patient that were left out.
    pub dropped: usize,
    /// Whether the EHR may have more than is shown.
    pub more: bool,
}

/// One thing in the chart that can be included.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Candidate {
    /// What a field carries.
    pub key: String,
    /// `Condition/123`, where the resource has an id.
    pub reference: Option<String>,
    /// The answer it becomes, as `{"valueCoding": …}`.
    pub answer: Value,
    /// What is shown of it.
    pub label: String,
    /// The other columns, in the form's order; empty where the chart has nothing.
    pub cells: Vec<String>,
    /// Whether it is included unless someone unchecks it.
    pub selected: bool,
}

impl Prefilled {
    /// Whether the chart was asked and nothing came, not even a time or a count: then it says nothing about a person.
    pub(super) fn is_blank(&self) -> bool {
        let Self { values, candidates, origin, read_at, dated, not_loaded, unusable, dropped, more } = self;
        let nothing = values.is_empty() && candidates.is_empty() && dated.is_none() && unusable.is_none();
        not_loaded.is_some() && !origin.is_empty() && nothing && read_at.is_none() && *dropped == 0 && !more
    }
}

impl Prefill {
    pub(super) fn new(zone: &TimeZone) -> Self {
        Self { items: BTreeMap::new(), zone: zone.iana_name().map(str::to_owned) }
    }

    pub(super) fn insert(&mut self, link_id: &str, item: Prefilled) {
        self.items.insert(link_id.to_owned(), item);
    }

    /// What the chart gave for this question; nothing when the form does not ask the chart for it.
    #[must_use]
    pub fn get(&self, link_id: &str) -> Option<&Prefilled> {
        self.items.get(link_id)
    }

    /// All questions that the chart was asked for.
    pub fn items(&self) -> impl Iterator<Item = (&str, &Prefilled)> {
        self.items.iter().map(|(link_id, item)| (link_id.as_str(), item))
    }

    /// The site's time zone, UTC when it is not known.
    #[must_use]
    pub fn zone(&self) -> TimeZone {
        self.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    pub(super) fn candidates(&self, link_id: &str) -> &[Candidate] {
        self.get(link_id).map_or(&[], |item| &item.candidates)
    }
}
