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
    /// Signed; delivery failed and is attempted again, not only once or soon, or no attempt was made in time.
    Retrying,
    /// The destination confirmed receipt.
    Sent,
    /// It is where the destination fetches its messages; that it was fetched is not known.
    Placed,
    /// Delivery failed; a person has to act.
    NotDelivered,
    /// Delivery has an unknown outcome; a person has to check with the destination.
    Unconfirmed,
    /// A person sent it by fax.
    Faxed,
    /// Closed by a person: a copy of it reached the destination.
    Replaced,
}

impl Status {
    /// Returns the word stored in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ReadyToSign => "ready-to-sign",
            Self::Sending => "sending",
            Self::Retrying => "retrying",
            Self::Sent => "sent",
            Self::Placed => "placed",
            Self::NotDelivered => "not-delivered",
            Self::Unconfirmed => "unconfirmed",
            Self::Faxed => "faxed",
            Self::Replaced => "replaced",
        }
    }

    /// Whether the referral may still be changed.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::ReadyToSign)
    }

    /// Whether it was signed, and a person has to know that it has not arrived or may not have arrived.
    #[must_use]
    pub fn needs_attention(self) -> bool {
        matches!(self, Self::Retrying | Self::NotDelivered | Self::Unconfirmed)
    }

    /// Whether its delivery is not over, so that its page changes by itself.
    #[must_use]
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Sending | Self::Retrying)
    }

    /// Whether the destination has it, by message, by fax, or where it fetches its messages.
    #[must_use]
    pub fn has_arrived(self) -> bool {
        matches!(self, Self::Sent | Self::Placed | Self::Faxed)
    }

    /// Returns the tone of the status on a page: `good`, `warn`, `bad` or empty.
    #[must_use]
    pub fn tone(self) -> &'static str {
        match self {
            Self::Sent => "good",
            Self::NotDelivered | Self::Unconfirmed => "bad",
            Self::Retrying => "warn",
            Self::Draft | Self::ReadyToSign | Self::Sending | Self::Placed | Self::Faxed | Self::Replaced => {
                ""
            }
        }
    }
}

impl FromStr for Status {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [
            Self::Draft,
            Self::ReadyToSign,
            Self::Sending,
            Self::Retrying,
            Self::Sent,
            Self::Placed,
            Self::NotDelivered,
            Self::Unconfirmed,
            Self::Faxed,
            Self::Replaced,
        ];
        all.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}
