//! Outcome of an attempt, and the resulting status of a delivery.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use super::advice::Advice;

/// Longest text of a destination that is kept, in characters.
const MAX_WORDS: usize = 2000;

/// Reason for an outcome: a short class of our own, the destination's words, and advice for administrators.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reason {
    class: String,
    words: Option<String>,
    advice: Option<Advice>,
}

impl Reason {
    /// Adds the destination's own words, without control characters and cut at 2000 characters. They may contain patient
    /// data: they are stored sealed and are never logged.
    #[must_use]
    pub fn with_words(mut self, words: &str) -> Self {
        let plain = |sign: char| if sign.is_control() && sign != '\n' { ' ' } else { sign };
        let words: String = words.trim().chars().map(plain).take(MAX_WORDS).collect();
        self.words = (!words.is_empty()).then_some(words);
        self
    }

    /// Adds advice for administrators.
    #[must_use]
    pub fn advising(self, advice: Advice) -> Self {
        Self { advice: Some(advice), ..self }
    }

    /// Returns the class, for the log and for administrators. Never text from the destination.
    #[must_use]
    pub fn class(&self) -> &str {
        &self.class
    }

    /// Returns the destination's own words, if it gave any.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }
}

impl<T: Into<String>> From<T> for Reason {
    fn from(class: T) -> Self {
        Self { class: class.into(), words: None, advice: None }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.class, if self.words.is_some() { " (with words)" } else { "" })
    }
}

/// Outcome of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The destination confirmed the message.
    Delivered,
    /// The message is where the destination fetches it, and no answer follows. Not sent again.
    Placed,
    /// The destination took the message and did not confirm it. Not sent again automatically.
    HandedOver(Reason),
    /// The destination says that it already has a message with this id. Confirms an earlier attempt that may have
    /// arrived.
    AlreadyHas(Reason),
    /// The destination does not have the message, and a retry may succeed. With the delay it asked for, if any.
    RetryLater(Reason, Option<Duration>),
    /// The address or the credentials are wrong, or a gateway answers while the destination is redeployed. Retried for
    /// an hour.
    Misdirected(Reason, Option<Duration>),
    /// The destination refused the message. A retry would fail too.
    Refused(Reason),
    /// The message may have arrived. Never reported as delivered.
    Unknown(Reason),
    /// Nothing was sent because of a fault of this installation. Uses up no attempt.
    OurFault(Reason),
}

/// Status of a delivery after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// The destination confirmed the message, or it is where the destination fetches it.
    Delivered,
    /// Another attempt will follow.
    Pending,
    /// Refused, or out of time, and no attempt may have arrived. A person has to decide.
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
            Self::Placed => "placed",
            Self::HandedOver(_) => "handed-over",
            Self::AlreadyHas(_) => "already-has",
            Self::RetryLater(..) => "retry-later",
            Self::Misdirected(..) => "misdirected",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
            Self::OurFault(_) => "our-fault",
        }
    }

    /// Returns the class of the reason, or `None` if it was delivered or placed.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.full_reason().map(Reason::class)
    }

    /// Returns the destination's own words, if it gave any.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        self.full_reason().and_then(Reason::words)
    }

    /// Returns the advice for administrators, if there is any.
    #[must_use]
    pub fn advice(&self) -> Option<Advice> {
        self.full_reason().and_then(|reason| reason.advice)
    }

    /// Whether the message may be at the destination after this attempt.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::HandedOver(_) | Self::AlreadyHas(_) | Self::Unknown(_))
    }

    /// Returns the delay that the destination asked for, if any.
    #[must_use]
    pub fn asked_delay(&self) -> Option<Duration> {
        match self {
            Self::RetryLater(_, asked) | Self::Misdirected(_, asked) => *asked,
            _ => None,
        }
    }

    fn full_reason(&self) -> Option<&Reason> {
        match self {
            Self::Delivered | Self::Placed => None,
            Self::HandedOver(reason)
            | Self::AlreadyHas(reason)
            | Self::RetryLater(reason, _)
            | Self::Misdirected(reason, _)
            | Self::Refused(reason)
            | Self::Unknown(reason)
            | Self::OurFault(reason) => Some(reason),
        }
    }
}
