//! Messages on their way to a destination.

use super::schedule::Priority;

/// Message for one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Id of the message, the same at every attempt, by which a destination recognises duplicates.
    pub id: String,
    /// Destination in the format of the channel: an address, a folder.
    pub destination: String,
    /// Message body, the same bytes at every attempt.
    pub payload: Vec<u8>,
    /// Number of this attempt, from 1.
    pub attempt: u32,
}

/// Message to insert into the outbox.
#[derive(Clone, Debug)]
pub struct NewDelivery<'a> {
    /// Id of the message.
    pub id: &'a str,
    /// Kind of the subject, such as `referral`; chooses the [`SettleObserver`](super::SettleObserver).
    pub subject_kind: &'a str,
    /// Id of the subject.
    pub subject_id: &'a str,
    /// Name of the channel.
    pub channel: &'a str,
    /// Destination in the format of the channel.
    pub destination: &'a str,
    /// Whether the destination processes a message once even if it receives it twice.
    pub recognises_duplicates: bool,
    /// Urgency, which decides for how long delivery is attempted.
    pub priority: Priority,
    /// Message body.
    pub payload: &'a [u8],
}
