//! Parts of the page of a sent referral about its delivery and its copies.

use serde::Serialize;

/// Delivery of a referral that has not arrived or may not have, and the ways on.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent part of the page")]
pub struct DeliveryView {
    /// Attempts so far.
    pub attempts: i64,
    /// Time of the next attempt, as text; empty if none follows.
    pub next: String,
    /// End of the message key `delivery-why-{why}`; empty before the first attempt.
    pub why: String,
    /// Destination's own words; may be empty.
    pub words: String,
    /// Whether the user may send it again or mark it as sent by fax.
    pub may_act: bool,
    /// Whether a second copy may be processed as a second referral, which the user has to confirm.
    pub may_double: bool,
    /// Whether an earlier attempt may have arrived, and another one follows.
    pub may_have_arrived: bool,
    /// Whether it can be copied into a new draft of this chart.
    pub may_copy: bool,
    /// Number of the copy by which the user may close it; empty if none has arrived.
    pub settled_by: String,
    /// End of the message key `delivery-{held}` while sending is held: `held` or `held-restored`; otherwise empty.
    pub held: String,
}

/// Referral that another one was copied from.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct CopiedView {
    /// Number for people.
    pub number: String,
    /// Day of its signature, as text.
    pub day: String,
    /// Whether answers that were typed a moment ago were taken instead of its own.
    pub typed: bool,
}

/// Signed copy of a referral.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CopyView {
    /// Path of its page; empty if the user may not open it.
    pub path: String,
    /// Number for people.
    pub number: String,
    /// End of the message key `copy-{state}`: `sent`, `faxed`, or `signed` if it has not arrived.
    pub state: String,
    /// Time at which it reached that state, as text.
    pub at: String,
}
