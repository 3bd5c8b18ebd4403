//! Sources of a chart: what was read, or the reason why it was not.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Reason why a source was not loaded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotLoaded {
    /// The EHR did not grant the scope.
    NotGranted,
    /// The launch context does not contain it.
    NotInContext,
    /// The EHR refused access.
    Refused,
    /// The EHR does not have it.
    NotFound,
    /// The EHR no longer has the chart.
    Gone,
    /// The EHR is overloaded and asked us to wait.
    Busy,
    /// Too many of our own requests to the EHR were waiting, so it was not asked.
    AtCapacity,
    /// The EHR did not answer in time, or failed.
    NoAnswer,
    /// The EHR's response is not valid.
    Invalid,
    /// The form's own expression failed, which is no fault of the EHR.
    Unevaluated,
    /// The form fills it by an expression in a language that is not evaluated here, or that uses a name it does not
    /// declare.
    NotEvaluable,
}

impl NotLoaded {
    /// Whether the EHR was asked, or would have been with a scope, so that an earlier reading may have it.
    pub(super) fn is_of_reading(self) -> bool {
        match self {
            Self::NotGranted
            | Self::Refused
            | Self::NotFound
            | Self::Gone
            | Self::Busy
            | Self::AtCapacity
            | Self::NoAnswer
            | Self::Invalid => true,
            Self::NotInContext | Self::Unevaluated | Self::NotEvaluable => false,
        }
    }
}

/// Resource or search result, or the reason why it was not loaded.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Loaded from the EHR.
    Loaded {
        /// Resource as the EHR sent it; for a query, the searchset Bundle.
        resource: Arc<Value>,
        /// Time at which the EHR sent it.
        read_at: Timestamp,
    },
    /// Loaded by an earlier reading of the chart; the latest one failed.
    Kept {
        /// Resource as the EHR sent it then.
        resource: Arc<Value>,
        /// Time at which the EHR sent it.
        read_at: Timestamp,
        /// Reason why it was not loaded again.
        reason: NotLoaded,
    },
    /// Not loaded, which is never the same as empty.
    NotLoaded(NotLoaded),
}
