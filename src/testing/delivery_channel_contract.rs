//! Contract suite for a vendor's delivery channel.

use crate::delivery::{DeliveryChannel, Envelope, Outcome};

/// Checks a [`DeliveryChannel`] against your own destinations. Call it from your own test:
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
/// `working` is a destination that accepts messages, `impossible` one that can never work (a malformed URL, a host that
/// does not exist), and `arrived` returns the bytes that arrived at the working one for an envelope, if any.
///
/// The channel must
/// 1. have a name that a directory can store: lower case letters, digits, hyphens and underscores,
/// 2. return [`Outcome::Delivered`], or [`Outcome::Placed`] if nothing confirms it, exactly if all bytes arrived unchanged,
/// 3. accept the same id and bytes again, with one message at the destination afterwards,
/// 4. return neither of them for the impossible destination, nor deliver to the working one instead,
/// 5. return reasons that do not contain the message.
///
/// # Panics
/// If the channel breaks a rule, with the rule.
pub async fn delivery_channel_contract(
    channel: &impl DeliveryChannel,
    working: &str,
    impossible: &str,
    arrived: impl Fn(&Envelope) -> Option<Vec<u8>>,
) {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    assert!(
        !channel.name().is_empty() && channel.name().bytes().all(fits),
        "a channel's name consists of a-z, 0-9, - and _: {}",
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
    assert_eq!(arrived(&first), None, "nothing has arrived before the first delivery");
    let outcome = channel.deliver(&first).await;
    assert!(has_arrived(&outcome), "the working destination accepts the message: {outcome:?}");
    assert_eq!(arrived(&first).as_deref(), Some(payload.as_bytes()), "the bytes arrive unchanged");

    let second_try = Envelope { attempt: 2, ..first.clone() };
    assert_eq!(channel.deliver(&second_try).await, outcome, "the same message is accepted again");
    assert_eq!(arrived(&first).as_deref(), Some(payload.as_bytes()), "the destination has one message");

    let lost = envelope("0190f5c0-0000-7000-8000-000000000002", impossible, 1);
    let outcome = channel.deliver(&lost).await;
    assert!(!has_arrived(&outcome), "nothing is delivered to an impossible destination: {outcome:?}");
    assert_eq!(arrived(&lost), None, "nor to the working one instead");
    let reason = outcome.reason().unwrap_or_default();
    assert!(
        !reason.is_empty() && !reason.contains("canary"),
        "a reason is not empty and does not contain the message: {reason}"
    );
}

fn has_arrived(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Delivered | Outcome::Placed)
}
