//! Outcome of an attempt, and the resulting status of a delivery.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Outcome of one attempt. Reasons are short classes for administrators and the log, never text from the destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The destination confirmed the message.
    Delivered,
    /// The destination does not have the message, and a retry may succeed. With the delay it asked for, if any.
    RetryLater(String, Option<Duration>),
    /// The destination refused the message. A retry would fail too.
    Refused(String),
    /// The message may have arrived. Never reported as delivered.
    Unknown(String),
}

/// Status of a delivery after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// The destination confirmed the message.
    Delivered,
    /// Another attempt will follow.
    Pending,
    /// Refused, or out of attempts. A person has to decide.
    NotDelivered,
    /// The message may have arrived and must not be resent automatically. A person has to decide.
    Unconfirmed,
}

impl Settled {
    /// Returns the code stored in the database.
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
    /// Returns the code stored in the database.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::RetryLater(..) => "retry-later",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Returns the reason, or `None` if delivered.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Delivered => None,
            Self::RetryLater(reason, _) | Self::Refused(reason) | Self::Unknown(reason) => Some(reason),
        }
    }
}
