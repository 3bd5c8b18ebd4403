//! Problems with the answers to a form.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with one question.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// The question.
    pub link_id: String,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: ProblemKind,
}

/// What can be wrong; the kebab name (`not-a-number`) is the end of a message key, limits are its arguments.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ProblemKind {
    /// An answer is needed.
    Required,
    /// The list could not be loaded: enter it, or say to send without it.
    ListNotLoaded,
    /// Not a number.
    NotANumber,
    /// Not a whole number.
    NotAWholeNumber,
    /// Not a date.
    NotADate,
    /// Not a date and time.
    NotADateTime,
    /// Neither yes nor no.
    NotYesOrNo,
    /// None of the options, or no longer in the chart.
    NotAnOption,
    /// Several answers where one is taken.
    OnlyOne,
    /// More characters than allowed.
    TooLong {
        /// Most characters.
        limit: String,
    },
    /// Below the least value.
    TooSmall {
        /// The least value.
        limit: String,
    },
    /// Above the greatest value.
    TooLarge {
        /// The greatest value.
        limit: String,
    },
}

impl ProblemKind {
    /// The limit that was broken, where there is one.
    #[must_use]
    pub fn limit(&self) -> Option<&str> {
        match self {
            Self::TooLong { limit } | Self::TooSmall { limit } | Self::TooLarge { limit } => Some(limit),
            _ => None,
        }
    }
}
