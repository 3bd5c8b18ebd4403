//! Decisions of a user that the latest reading of the chart does not show: they count again when it does.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::prefill::Candidate;

/// Decisions by place.
pub(super) type DecidedAt = BTreeMap<String, Decided>;

/// Decisions about what the latest reading does not have. Without entries and rows: the user emptied the answer.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    /// Entries of a picker.
    pub(super) entries: Vec<DecidedEntry>,
    /// Ids of the rows that were removed from a list.
    pub(super) removed_rows: Vec<String>,
}

/// Entry that was offered by an earlier reading.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(super) struct DecidedEntry {
    pub(super) entry: Candidate,
    pub(super) is_included: bool,
}
