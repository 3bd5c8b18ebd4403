//! Problems with the answers to a form.

use serde::{Deserialize, Serialize};

/// Problem with the answer to one question.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Problem {
    /// Place of the question.
    pub place: String,
    /// Kind of problem.
    #[serde(flatten)]
    pub kind: ProblemKind,
}

/// Kind of problem. Its kebab-case name (`not-a-number`) is the end of a message key, its limit an argument.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ProblemKind {
    /// The question is required and has no answer.
    Required,
    /// The list was not loaded, and the user neither entered it nor chose to send without it.
    ListNotLoaded,
    /// The answer is not a number.
    NotANumber,
    /// None of the chosen documents has content that can be sent.
    NoContent,
    /// The answer is not an integer.
    NotAWholeNumber,
    /// The answer is not a date.
    NotADate,
    /// The answer is not a date and time.
    NotADateTime,
    /// The answer is neither yes nor no.
    NotYesOrNo,
    /// The answer is not an option, or is no longer in the chart.
    NotAnOption,
    /// The question has several answers and allows one.
    OnlyOne,
    /// The answer has too many characters.
    TooLong {
        /// Largest number of characters.
        limit: String,
    },
    /// The value is below the minimum.
    TooSmall {
        /// Smallest allowed value.
        limit: String,
    },
    /// The value is above the maximum.
    TooLarge {
        /// Largest allowed value.
        limit: String,
    },
}

impl ProblemKind {
    /// Returns the limit that was exceeded, if any.
    #[must_use]
    pub fn limit(&self) -> Option<&str> {
        match self {
            Self::TooLong { limit } | Self::TooSmall { limit } | Self::TooLarge { limit } => Some(limit),
            _ => None,
        }
    }
}
