use std::str::FromStr;

use serde::Serialize;

/// Where a referral stands, seen from the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Being written.
    Draft,
    /// A delegate is done; a clinician signs.
    ReadyToSign,
    /// Signed, and on its way.
    Sending,
    /// The destination confirmed that it has it.
    Sent,
    /// It could not be handed over; a person has to look.
    NotDelivered,
    /// It may or may not have arrived; a person has to look.
    Unconfirmed,
}

impl Status {
    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ReadyToSign => "ready-to-sign",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::NotDelivered => "not-delivered",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// Whether it may still be changed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::ReadyToSign)
    }

    /// How a page colours it: `good`, `bad` or nothing.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Sent => "good",
            Self::NotDelivered | Self::Unconfirmed => "bad",
            Self::Draft | Self::ReadyToSign | Self::Sending => "",
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Draft, Self::ReadyToSign, Self::Sending, Self::Sent, Self::NotDelivered, Self::Unconfirmed]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(())
    }
}
