//! SQL of the outbox.

use super::{
    envelope::{Envelope, NewDelivery},
    outcome::{Outcome, Settled},
};
use crate::{
    clock::Clock,
    db::{Cell, Db, Result, Sealer, Tx, defer, execute, on, on_tx, row},
};

row! {
    struct ClaimedRow {
        id: String,
        subject_kind: String,
        subject_id: String,
        channel: String,
        destination: String,
        recognises_duplicates: i64,
        payload: Vec<u8>,
        attempts: i64,
    }
}

row! {
    struct SubjectRow {
        id: String,
        subject_kind: String,
        subject_id: String,
    }
}

row! {
    /// Delivery, for administrators and the sender.
    #[derive(Clone, Debug)]
    pub struct DeliveryRow {
        /// Id of the message.
        pub id: String,
        /// `pending`, `delivered`, `not-delivered` or `unconfirmed`.
        pub status: String,
        /// Attempts so far.
        pub attempts: i64,
        /// Time at which the next attempt is due, in epoch milliseconds.
        pub due_at: i64,
        /// Outcome of the last attempt.
        pub outcome: Option<String>,
        /// Reason for the outcome.
        pub reason: Option<String>,
        /// Time at which the delivery ended, in epoch milliseconds.
        pub settled_at: Option<i64>,
    }
}

/// Subject of a message, by which its sender recognises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliverySubject {
    /// Kind, such as `referral`.
    pub kind: String,
    /// Id of the subject.
    pub id: String,
}

/// Delivery that this worker alone may attempt until the lease ends.
pub struct Claimed {
    /// Message to deliver.
    pub envelope: Envelope,
    /// Name of the channel.
    pub channel: String,
    /// Subject of the message.
    pub subject: DeliverySubject,
    /// Whether the stored message could be decrypted. If not, the payload is empty and must not be sent.
    pub readable: bool,
    /// Whether it may be resent after an unknown outcome.
    pub recognises_duplicates: bool,
    /// Key of the lease, which proves that it is ours.
    pub lease: String,
}

// The one statement with two texts: on PostgreSQL concurrent claims skip rows that are locked. The outer WHERE repeats
// the condition, because without it two overlapping claims return the same row.
const CLAIM_SQLITE: &str = "UPDATE deliveries SET lease = $1, leased_until = $2, attempts = attempts + 1 \
    WHERE id IN (SELECT id FROM deliveries WHERE status = 'pending' AND due_at <= $3 AND leased_until IS NULL \
    ORDER BY due_at LIMIT $4) AND status = 'pending' AND leased_until IS NULL \
    RETURNING id, subject_kind, subject_id, channel, destination, recognises_duplicates, payload, attempts";
const CLAIM_POSTGRES: &str = "UPDATE deliveries SET lease = $1, leased_until = $2, attempts = attempts + 1 \
    WHERE id IN (SELECT id FROM deliveries WHERE status = 'pending' AND due_at <= $3 AND leased_until IS NULL \
    ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED) AND status = 'pending' AND leased_until IS NULL \
    RETURNING id, subject_kind, subject_id, channel, destination, recognises_duplicates, payload, attempts";

/// Inserts a message into the outbox, in the transaction of its sender.
///
/// # Errors
/// [`Error::Sealed`](crate::db::Error::Sealed) if the payload cannot be encrypted.
pub async fn insert_delivery(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &NewDelivery<'_>,
) -> Result<()> {
    let payload = sealer.seal(payload_cell(new.id), new.payload)?;
    defer!(
        tx,
        "INSERT INTO deliveries (id, subject_kind, subject_id, channel, destination, recognises_duplicates, payload, \
         status, attempts, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, $8)",
        new.id,
        new.subject_kind,
        new.subject_id,
        new.channel,
        new.destination,
        i64::from(new.recognises_duplicates),
        &payload,
        clock.now_ms(),
    );
    Ok(())
}

/// Whether a delivery is due or a lease has ended. Only reads, so that an idle worker does not write.
pub async fn is_due(db: &Db, clock: &dyn Clock) -> Result<bool> {
    let due: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE status = 'pending' \
             AND ((due_at <= $1 AND leased_until IS NULL) OR leased_until <= $1) LIMIT 1",
        ).bind(clock.now_ms()).fetch_optional(p).await?
    });
    Ok(due.is_some())
}

/// Claims up to `limit` due deliveries with the key `lease`, until `until` in epoch milliseconds.
pub async fn claim_due(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    lease: &str,
    until: i64,
    limit: i64,
) -> Result<Vec<Claimed>> {
    let text = if matches!(tx, Tx::Sqlite(_)) { CLAIM_SQLITE } else { CLAIM_POSTGRES };
    let rows: Vec<ClaimedRow> = on_tx!(tx, c => {
        sqlx::query_as(text).bind(lease).bind(until).bind(clock.now_ms()).bind(limit).fetch_all(c).await?
    });
    rows.into_iter()
        .map(|row| {
            // A message that cannot be decrypted must not block the others.
            let payload = sealer.open(payload_cell(&row.id), &row.payload).ok();
            let readable = payload.is_some();
            let payload = payload.unwrap_or_default();
            let attempt = u32::try_from(row.attempts).unwrap_or(u32::MAX);
            Ok(Claimed {
                envelope: Envelope { id: row.id, destination: row.destination, payload, attempt },
                channel: row.channel,
                readable,
                subject: DeliverySubject { kind: row.subject_kind, id: row.subject_id },
                recognises_duplicates: row.recognises_duplicates != 0,
                lease: lease.to_owned(),
            })
        })
        .collect()
}

/// Ends expired leases. Deliveries to destinations that do not recognise duplicates become unconfirmed, because the
/// message may have arrived, and are returned. The others can be claimed again.
pub async fn end_leases(tx: &mut Tx, clock: &dyn Clock) -> Result<Vec<(String, DeliverySubject)>> {
    let now = clock.now_ms();
    let rows: Vec<SubjectRow> = on_tx!(tx, c => {
        sqlx::query_as(
            "UPDATE deliveries SET status = 'unconfirmed', outcome = 'unknown', reason = 'interrupted', settled_at = $1, \
             lease = NULL, leased_until = NULL \
             WHERE status = 'pending' AND leased_until <= $1 AND recognises_duplicates = 0 \
             RETURNING id, subject_kind, subject_id",
        ).bind(now).fetch_all(c).await?
    });
    execute!(
        tx,
        "UPDATE deliveries SET lease = NULL, leased_until = NULL WHERE status = 'pending' AND leased_until <= $1",
        now,
    );
    Ok(rows
        .into_iter()
        .map(|row| (row.id, DeliverySubject { kind: row.subject_kind, id: row.subject_id }))
        .collect())
}

/// Stores the outcome of an attempt. Returns false, without storing it, if the lease was lost in the meantime.
pub async fn settle(
    tx: &mut Tx,
    clock: &dyn Clock,
    claimed: &Claimed,
    outcome: &Outcome,
    settled: Settled,
    due_at: i64,
) -> Result<bool> {
    let settled_at = (settled != Settled::Pending).then(|| clock.now_ms());
    let changed = execute!(
        tx,
        "UPDATE deliveries SET status = $1, outcome = $2, reason = $3, due_at = $4, settled_at = $5, lease = NULL, \
         leased_until = NULL WHERE id = $6 AND lease = $7 AND status = 'pending'",
        settled.as_str(),
        outcome.as_str(),
        outcome.reason(),
        due_at,
        settled_at,
        &claimed.envelope.id,
        &claimed.lease,
    );
    Ok(changed == 1)
}

/// Returns the deliveries about one subject, newest first.
pub async fn find_about(db: &Db, kind: &str, id: &str) -> Result<Vec<DeliveryRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, status, attempts, due_at, outcome, reason, settled_at FROM deliveries \
             WHERE subject_kind = $1 AND subject_id = $2 ORDER BY created_at DESC",
        ).bind(kind).bind(id).fetch_all(p).await?
    }))
}

/// Counts pending deliveries.
pub async fn count_pending(db: &Db) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE status = 'pending'").fetch_one(p).await?
    }))
}

fn payload_cell(id: &str) -> Cell<'_> {
    Cell { table: "deliveries", column: "payload", id }
}
