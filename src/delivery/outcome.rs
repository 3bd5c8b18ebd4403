use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How one try ended. Reasons are short classes for a person and the log, never what the other side wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The destination confirmed that it has the message.
    Delivered,
    /// It does not have it; trying again is right. With the wait it asked for, if it did.
    RetryLater(String, Option<Duration>),
    /// It does not want it; trying again is useless.
    Refused(String),
    /// Nobody knows. Never called delivered.
    Unknown(String),
}

/// How a delivery stands after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// Confirmed.
    Delivered,
    /// Another try will come.
    Pending,
    /// Refused, or tried often enough: a person has to look.
    NotDelivered,
    /// It may or may not have arrived, and must not be sent blindly again: a person has to look.
    Unconfirmed,
}

impl Settled {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Pending => "pending",
            Self::NotDelivered => "not-delivered",
            Self::Unconfirmed => "unconfirmed",
        }
    }
}

impl Outcome {
    /// The stored word.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::RetryLater(..) => "retry-later",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why, if not delivered.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Delivered => None,
            Self::RetryLater(reason, _) | Self::Refused(reason) | Self::Unknown(reason) => Some(reason),
        }
    }
}
