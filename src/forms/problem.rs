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
    /// The question is required only because of another answer, and the EHR has nothing to choose for it.
    NothingToChoose,
    /// The list was not loaded, and the user neither entered it nor chose to send without it.
    ListNotLoaded,
    /// The answer is not a number.
    NotANumber,
    /// None of the chosen documents has content that can be sent.
    NoContent,
    /// The answer is not an integer.
    NotAWholeNumber,
    /// The unit of the answer is not one of the question.
    NotAUnit,
    /// The answer is not a time of day.
    NotATime,
    /// The answer is not a web address or another URI.
    NotAUrl,
    /// The number has too many decimal places.
    TooManyDecimals {
        /// Largest number of decimal places.
        limit: String,
    },
    /// The answer has too few characters.
    TooShort {
        /// Smallest number of characters.
        limit: String,
    },
    /// The question has too few answers, or the list too few rows.
    TooFew {
        /// Smallest number.
        limit: String,
    },
    /// The question has too many answers, or the list too many rows.
    TooMany {
        /// Largest number.
        limit: String,
    },
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
    /// The text does not match the pattern of the question.
    WrongFormat,
    /// This option was chosen together with another one, and is allowed alone only.
    NotAlone {
        /// Key of the option.
        limit: String,
    },
    /// A constraint of the form does not hold.
    Broken {
        /// Number of the constraint of its item.
        constraint: usize,
    },
    /// A constraint that only warns does not hold.
    Warning {
        /// Number of the constraint of its item.
        constraint: usize,
    },
    /// A value of the chart stayed beside a changed one that was measured together with it.
    Parted {
        /// Place of the changed answer.
        limit: String,
    },
    /// A value of the chart stayed beside one that was measured together with it and was emptied.
    LeftAlone {
        /// Place of the emptied answer.
        limit: String,
    },
    /// A rule of the form failed: no answer is wrong.
    Unchecked,
    /// Files were refused just now.
    Refused {
        /// Reasons, in the language of the page.
        text: String,
    },
    /// A file is larger than the question allows.
    FileTooLarge {
        /// Largest size in bytes.
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
            Self::TooLong { limit }
            | Self::TooShort { limit }
            | Self::TooSmall { limit }
            | Self::TooLarge { limit }
            | Self::TooFew { limit }
            | Self::TooMany { limit }
            | Self::NotAlone { limit }
            | Self::Parted { limit }
            | Self::LeftAlone { limit }
            | Self::FileTooLarge { limit }
            | Self::TooManyDecimals { limit } => Some(limit),
            _ => None,
        }
    }

    /// Returns the number of the constraint that does not hold, if it is one.
    #[must_use]
    pub fn constraint(&self) -> Option<usize> {
        match self {
            Self::Broken { constraint } | Self::Warning { constraint } => Some(*constraint),
            _ => None,
        }
    }

    /// Whether the answers cannot be sent like this. A warning is shown, and can be passed.
    #[must_use]
    pub fn blocks(&self) -> bool {
        !matches!(self, Self::Warning { .. } | Self::Parted { .. } | Self::LeftAlone { .. } | Self::Unchecked)
    }
}
