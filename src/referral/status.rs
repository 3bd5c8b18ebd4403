//! Status of a referral, as its sender sees it.

use std::str::FromStr;

use serde::Serialize;

/// Status of a referral, as its sender sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Prepared by a delegate, for a clinician to sign.
    ReadyToSign,
    /// Signed; delivery is pending.
    Sending,
    /// The destination confirmed receipt.
    Sent,
    /// Delivery failed for good; an administrator has to act.
    NotDelivered,
    /// Delivery has an unknown outcome; an administrator has to check with the destination.
    Unconfirmed,
}

impl Status {
    /// Returns the word stored in the database.
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

    /// Whether the referral may still be changed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::ReadyToSign)
    }

    /// Returns the tone of the status on a page: `good`, `bad` or empty.
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
