use crate::delivery::{DeliveryChannel, Envelope, Outcome};

/// Tries a [`DeliveryChannel`] against destinations of yours. Call it from a test of your own:
///
/// ```no_run
/// # async fn a_test() {
/// use passerelle::{delivery::Folder, testing::{Scratch, delivery_channel_contract}};
/// let folder = Scratch::new();
/// let read = |envelope: &passerelle::delivery::Envelope| {
///     std::fs::read(folder.path().join(format!("{}.json", envelope.id))).ok()
/// };
/// delivery_channel_contract(&Folder::new(folder.path()), "", "../elsewhere", read).await;
/// # }
/// ```
///
/// `working` is a destination that takes messages, `impossible` one that can never work (an address that is none, a
/// host that does not exist), and `arrived` gives the bytes that arrived at the working one for an envelope, if any.
///
/// It checks that the channel
/// 1. has a name that a directory can hold: lower case letters, digits, hyphens and underscores,
/// 2. says [`Outcome::Delivered`] exactly when the bytes arrived, unchanged, every byte of them,
/// 3. may be asked again with the same id and bytes, and one message is there afterwards,
/// 4. never says delivered for the impossible destination, and leaves nothing at the working one then,
/// 5. gives reasons that do not repeat the message.
///
/// # Panics
/// With a sentence when the channel breaks a rule.
pub async fn delivery_channel_contract(
    channel: &impl DeliveryChannel,
    working: &str,
    impossible: &str,
    arrived: impl Fn(&Envelope) -> Option<Vec<u8>>,
) {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    assert!(
        !channel.name().is_empty() && channel.name().bytes().all(fits),
        "a channel's name is of a-z, 0-9, - and _: {}",
        channel.name()
    );
    let canary = "canary-4f1d Éléonore 9876-543-217";
    let payload =
        format!("{{\"resourceType\":\"Bundle\",\"id\":\"{canary}\",\"text\":\"\\u0000 é 漢\"}}\r\n");
    let envelope = |id: &str, destination: &str, attempt: u32| Envelope {
        id: id.to_owned(),
        destination: destination.to_owned(),
        payload: payload.clone().into_bytes(),
        attempt,
    };

    let first = envelope("0190f5c0-0000-7000-8000-000000000001", working, 1);
    assert_eq!(arrived(&first), None, "nothing has arrived before anything was sent");
    assert_eq!(channel.deliver(&first).await, Outcome::Delivered, "a working destination takes it");
    assert_eq!(arrived(&first).as_deref(), Some(payload.as_bytes()), "the bytes arrive as they are");

    let second_try = Envelope { attempt: 2, ..first.clone() };
    assert_eq!(channel.deliver(&second_try).await, Outcome::Delivered, "the same message again is fine");
    assert_eq!(arrived(&first).as_deref(), Some(payload.as_bytes()), "and is there once");

    let lost = envelope("0190f5c0-0000-7000-8000-000000000002", impossible, 1);
    let outcome = channel.deliver(&lost).await;
    assert_ne!(outcome, Outcome::Delivered, "an impossible destination has not got it");
    assert_eq!(arrived(&lost), None, "and the working one has not got it either");
    let reason = outcome.reason().unwrap_or_default();
    assert!(!reason.is_empty() && !reason.contains("canary"), "a reason is short and its own: {reason}");
}
