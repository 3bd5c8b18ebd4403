use serde::Serialize;

use crate::web::{Page, Paging};

/// Deliveries that are pending or failed, or all that match a search.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeliveriesPage {
    /// Oldest first, or newest first if a text was searched.
    pub rows: Vec<DeliveryEntry>,
    /// Text that was searched.
    pub search: String,
    /// Number of deliveries found.
    pub found: usize,
    /// Number of referrals looked up, if more of them have the part of a number; otherwise 0.
    pub looked_up: usize,
    /// Place among the pages.
    pub paging: Paging,
    /// Time since which all sending is held; empty if it is not.
    pub held_since: String,
    /// Reason of the hold; empty if none was given, or if the database was restored.
    pub held_reason: String,
    /// Time of the backup that the database was restored from, as text; empty unless sending is held for that.
    pub restored_from: String,
    /// End of the message key `admin-deliveries-done-{done}`; empty if nothing was done.
    pub done: String,
    /// End of the message key `admin-deliveries-hold-{problem}` if a hold lacked its reason or confirmation; otherwise empty.
    pub hold_problem: String,
    /// Reason as typed, if the hold was refused.
    pub hold_reason: String,
}

/// One delivery.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeliveryEntry {
    /// Id of the message.
    pub id: String,
    /// Number of the referral; empty if the message is about none.
    pub number: String,
    /// End of the message key `admin-delivery-{status}`.
    pub status: String,
    /// Whether it failed more than once, waits long, or ended without a confirmation.
    pub needs_attention: bool,
    /// Attempts so far.
    pub attempts: i64,
    /// Age of an open delivery, such as `5 h`; empty for one that has ended.
    pub age: String,
    /// Time at which it ended, as text; empty while it is open.
    pub ended: String,
    /// Name of the channel, in the language of the page if the channel ships.
    pub channel: String,
    /// Destination in the format of the channel.
    pub destination: String,
    /// Code of the outcome of the last attempt, the end of the message key `admin-delivery-outcome-{outcome}`; empty before
    /// the first and after a delivery.
    pub outcome: String,
    /// Reason for the outcome, in the language of the page if it is one of Passerelle; may be empty.
    pub reason: String,
    /// Code of the advice about it, the end of the message key `admin-delivery-advice-{advice}`; may be empty.
    pub advice: String,
    /// Whether an attempt may have arrived.
    pub may_have_arrived: bool,
    /// Time at which it was signed, as text.
    pub since: String,
}

/// One delivery, with the destination's own words.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DeliveryPage {
    /// The delivery.
    pub delivery: DeliveryEntry,
    /// Destination's own words; may be empty.
    pub words: String,
    /// Time of the next attempt, as text; empty if none follows.
    pub next: String,
    /// Whether it can be sent again, now or after all sending is released.
    pub may_retry: bool,
    /// Time since which all sending is held, as text; empty if it is not.
    pub held_since: String,
    /// Time at which the message was removed, as text; empty if it is kept.
    pub removed: String,
}

impl DeliveryEntry {
    fn samples() -> Vec<Self> {
        let of = |status: &str| Self {
            id: "0198c4a0-0000-7000-8000-000000000001".into(),
            number: "R26-7Q4K-92MD".into(),
            status: status.into(),
            needs_attention: status != "pending",
            attempts: 3,
            age: if status == "pending" { "5 h".into() } else { String::new() },
            ended: if status == "pending" { String::new() } else { "14 Sep 2026, 14:30".into() },
            channel: "FHIR messaging".into(),
            destination: "https://heart.example.ca/fhir".into(),
            outcome: if status == "delivered" { String::new() } else { "refused".into() },
            reason: "status 422 (value)".into(),
            advice: if status == "pending" { "client-certificate-refused".into() } else { String::new() },
            may_have_arrived: status == "unconfirmed",
            since: "14 Sep 2026, 09:30".into(),
        };
        ["pending", "not-delivered", "unconfirmed", "delivered", "withdrawn"].map(of).to_vec()
    }
}

impl Page for DeliveriesPage {
    const TEMPLATE: &'static str = "admin/deliveries.html";

    fn samples() -> Vec<Self> {
        let rows = DeliveryEntry::samples();
        let held_since = "14 Sep 2026, 09:30".to_owned();
        let of = |done: &str| Self { rows: rows.clone(), done: done.into(), ..Self::default() };
        let held = Self { held_since, held_reason: "maintenance".into(), ..of("held") };
        let restored_from = "14 Sep 2026, 02:00".to_owned();
        let restored = Self { restored_from, held_reason: String::new(), ..held.clone() };
        let (search, paging) = ("heart".to_owned(), Paging::sample());
        let searched = Self { search: search.clone(), found: 120, paging, ..of("") };
        let partial = Self { looked_up: 20, ..searched.clone() };
        let none = Self { search, ..Self::default() };
        let refused = |problem: &str| Self {
            hold_problem: problem.into(),
            hold_reason: "maintenance".into(),
            ..of("")
        };
        vec![
            refused("reason"),
            refused("confirm"),
            held,
            restored,
            of("released"),
            of("retried"),
            searched,
            partial,
            none,
            Self::default(),
        ]
    }
}

impl Page for DeliveryPage {
    const TEMPLATE: &'static str = "admin/delivery.html";

    fn samples() -> Vec<Self> {
        let of = |delivery: DeliveryEntry| Self {
            words: if delivery.status == "not-delivered" { "No such clinic".into() } else { String::new() },
            next: if delivery.status == "pending" { "14 Sep 2026, 09:30".into() } else { String::new() },
            may_retry: delivery.needs_attention,
            held_since: if delivery.status == "unconfirmed" {
                "14 Sep 2026, 09:30".into()
            } else {
                String::new()
            },
            removed: if delivery.status == "delivered" { "14 Sep 2026, 09:30".into() } else { String::new() },
            delivery,
        };
        DeliveryEntry::samples().into_iter().map(of).collect()
    }
}
