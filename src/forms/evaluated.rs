//! Results of the rules of a form for its current answers, by place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::prefill::Candidate;

/// Results of the rules of a form. They are stored with the answers, so that every page shows the same.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub(super) struct Evaluated {
    /// Places that an `enableWhenExpression` disables.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) off: BTreeSet<String>,
    /// Numbers of the constraints of the item that do not hold.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) broken: BTreeMap<String, Vec<usize>>,
    /// Places with a rule that failed, or whose result does not settle.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) failed: BTreeSet<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) min: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) max: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) texts: BTreeMap<String, String>,
    /// Keys of the options that cannot be chosen now.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) closed: BTreeMap<String, BTreeSet<String>>,
    /// Answers to choose from that an expression finds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) offers: BTreeMap<String, Vec<Candidate>>,
    /// IANA name of the site's time zone, in which times are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

impl Evaluated {
    pub(super) fn in_zone(zone: &TimeZone) -> Self {
        Self { zone: zone.iana_name().map(str::to_owned), ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the site's time zone, or UTC if it is unknown.
    pub(super) fn zone(&self) -> TimeZone {
        self.zone.as_deref().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
    }

    /// Whether an option can be chosen.
    pub(super) fn is_open(&self, place: &str, option: &str) -> bool {
        self.closed.get(place).is_none_or(|closed| !closed.contains(option))
    }

    pub(super) fn offer(&self, place: &str) -> &[Candidate] {
        self.offers.get(place).map_or(&[], Vec::as_slice)
    }
}
