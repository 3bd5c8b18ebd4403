/// What a channel carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Id of the message, the same at every try: what a destination recognises duplicates by.
    pub id: String,
    /// Where it goes, in the words of the channel: an address, a folder.
    pub destination: String,
    /// The message, the same bytes at every try.
    pub payload: Vec<u8>,
    /// Which try this is, from 1.
    pub attempt: u32,
}

/// A message to send, with who wants to hear of it.
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
    /// Where it goes.
    pub destination: &'a str,
    /// Whether the destination acts once on a message that comes twice.
    pub recognises_duplicates: bool,
    /// The message.
    pub payload: &'a [u8],
}
