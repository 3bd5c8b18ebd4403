//! SQL of the outbox: insert, claim, settle.

use super::{
    advice::Advice,
    envelope::{Envelope, NewDelivery},
    outcome::{Outcome, Settled},
    schedule::{History, MAX_INTERRUPTIONS, Priority},
};
use crate::{
    clock::Clock,
    db::{Cell, Db, Result, SealedColumn, Sealer, Tx, defer, execute, on, on_tx, row, sealed_column},
};

/// Sealed columns of the outbox.
pub const SEALED: [SealedColumn; 2] =
    [sealed_column!("deliveries", "payload", "id"), sealed_column!("deliveries", "words", "id")];

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
        priority: String,
        tried_since: Option<i64>,
        misdirected_since: Option<i64>,
        may_have_arrived_at: Option<i64>,
    }
}

row! {
    struct SubjectRow {
        id: String,
        subject_kind: String,
        subject_id: String,
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
    /// Earlier attempts.
    pub history: History,
    /// Key of the lease, which proves that it is ours.
    pub lease: String,
}

// The one statement with two texts: on PostgreSQL concurrent claims skip rows that are locked. The outer WHERE repeats
// the condition, because without it two overlapping claims return the same row. `place` counts the attempts that run at
// the same destination, so that a slow destination never has more than its share. Without MATERIALIZED, PostgreSQL
// evaluates the subqueries again for each row. `next` has more rows than are claimed, because others may lock some.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH busy AS MATERIALIZED (SELECT channel, destination, COUNT(*) AS running FROM deliveries \
             WHERE leased_until IS NOT NULL GROUP BY channel, destination), \
             due AS MATERIALIZED (SELECT d.id AS id, d.due_at AS due_at, COALESCE(b.running, 0) + \
             ROW_NUMBER() OVER (PARTITION BY d.channel, d.destination ORDER BY d.due_at, d.id) AS place \
             FROM deliveries d LEFT JOIN busy b ON b.channel = d.channel AND b.destination = d.destination \
             WHERE d.status = 'pending' AND d.due_at <= $3 AND d.leased_until IS NULL), \
             next AS MATERIALIZED (SELECT id FROM due WHERE place <= $5 ORDER BY due_at LIMIT $4 * 8), \
             picked AS MATERIALIZED (SELECT id FROM deliveries WHERE id IN (SELECT id FROM next) \
             AND status = 'pending' AND leased_until IS NULL ORDER BY due_at LIMIT $4",
            $lock,
            ") UPDATE deliveries SET lease = $1, leased_until = $2, attempts = attempts + 1 \
             WHERE id IN (SELECT id FROM picked) AND status = 'pending' AND leased_until IS NULL \
             AND NOT EXISTS (SELECT id FROM outbox WHERE held_at IS NOT NULL) \
             RETURNING id, subject_kind, subject_id, channel, destination, recognises_duplicates, payload, attempts, \
             priority, tried_since, misdirected_since, may_have_arrived_at"
        )
    };
}

/// Limits of one claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimLimits {
    /// Deliveries claimed at most.
    pub total: i64,
    /// Deliveries of one destination that are leased at most, with those leased earlier.
    pub per_destination: i64,
}

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
         status, attempts, due_at, created_at, priority) VALUES ($1, $2, $3, $4, $5, $6, $7, 'pending', 0, $8, $8, $9)",
        new.id,
        new.subject_kind,
        new.subject_id,
        new.channel,
        new.destination,
        i64::from(new.recognises_duplicates),
        &payload,
        clock.now_ms(),
        new.priority.as_str(),
    );
    Ok(())
}

/// Whether a delivery is due and sending is not held, or a lease has ended. Only reads, so that an idle worker does not
/// write.
pub async fn is_due(db: &Db, clock: &dyn Clock) -> Result<bool> {
    let due: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE status = 'pending' \
             AND ((due_at <= $1 AND leased_until IS NULL \
             AND NOT EXISTS (SELECT id FROM outbox WHERE held_at IS NOT NULL)) OR leased_until <= $1) LIMIT 1",
        ).bind(clock.now_ms()).fetch_optional(p).await?
    });
    Ok(due.is_some())
}

/// Claims due deliveries with the key `lease`, until `until` in epoch milliseconds. Claims nothing while sending is held.
pub async fn claim_due(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    lease: &str,
    until: i64,
    limits: ClaimLimits,
) -> Result<Vec<Claimed>> {
    let text = if matches!(tx, Tx::Sqlite(_)) { claim!("") } else { claim!(" FOR UPDATE SKIP LOCKED") };
    let rows: Vec<ClaimedRow> = on_tx!(tx, c => {
        sqlx::query_as(text).bind(lease).bind(until).bind(clock.now_ms()).bind(limits.total)
            .bind(limits.per_destination).fetch_all(c).await?
    });
    Ok(rows.into_iter().map(|row| claimed(row, sealer, lease)).collect())
}

fn claimed(row: ClaimedRow, sealer: &Sealer, lease: &str) -> Claimed {
    // A message that cannot be decrypted must not block the others.
    let payload = sealer.open(payload_cell(&row.id), &row.payload).ok();
    let readable = payload.is_some();
    let attempt = u32::try_from(row.attempts).unwrap_or(u32::MAX);
    let history = History {
        attempt,
        priority: Priority::from_code(&row.priority),
        recognises_duplicates: row.recognises_duplicates != 0,
        may_have_arrived: row.may_have_arrived_at.is_some(),
        tried_since: row.tried_since,
        misdirected_since: row.misdirected_since,
    };
    let payload = payload.unwrap_or_default();
    Claimed {
        envelope: Envelope { id: row.id, destination: row.destination, payload, attempt },
        channel: row.channel,
        readable,
        subject: DeliverySubject { kind: row.subject_kind, id: row.subject_id },
        history,
        lease: lease.to_owned(),
    }
}

/// Ends expired leases: the message may have arrived. Deliveries to destinations that do not recognise duplicates, and
/// those interrupted too often, become unconfirmed and are returned. The others can be claimed again.
pub async fn end_leases(tx: &mut Tx, clock: &dyn Clock) -> Result<Vec<(String, DeliverySubject)>> {
    let now = clock.now_ms();
    let rows: Vec<SubjectRow> = on_tx!(tx, c => {
        sqlx::query_as(
            "UPDATE deliveries SET status = 'unconfirmed', outcome = 'unknown', reason = 'interrupted', settled_at = $1, \
             may_have_arrived_at = COALESCE(may_have_arrived_at, $1), lease = NULL, leased_until = NULL \
             WHERE status = 'pending' AND leased_until <= $1 AND (recognises_duplicates = 0 OR interruptions >= $2) \
             RETURNING id, subject_kind, subject_id",
        ).bind(now).bind(MAX_INTERRUPTIONS - 1).fetch_all(c).await?
    });
    execute!(
        tx,
        "UPDATE deliveries SET lease = NULL, leased_until = NULL, interruptions = interruptions + 1, \
         may_have_arrived_at = COALESCE(may_have_arrived_at, $1), tried_since = COALESCE(tried_since, $1) \
         WHERE status = 'pending' AND leased_until <= $1",
        now,
    );
    Ok(rows
        .into_iter()
        .map(|row| (row.id, DeliverySubject { kind: row.subject_kind, id: row.subject_id }))
        .collect())
}

/// Result of an attempt, to store.
#[derive(Clone, Copy, Debug)]
pub struct Attempted<'a> {
    /// Outcome of the attempt.
    pub outcome: &'a Outcome,
    /// Status that follows.
    pub settled: Settled,
    /// Time of the next attempt, in epoch milliseconds.
    pub due_at: i64,
}

/// Stores the result of an attempt. Returns false, without storing it, if the lease was lost in the meantime.
pub async fn settle(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    claimed: &Claimed,
    attempted: Attempted<'_>,
) -> Result<bool> {
    let Attempted { outcome, settled, due_at } = attempted;
    let (id, now) = (&claimed.envelope.id, clock.now_ms());
    let words = outcome.words().map(|words| sealer.seal(words_cell(id), words.as_bytes())).transpose()?;
    let ours = matches!(outcome, Outcome::OurFault(_));
    let misdirected = matches!(outcome, Outcome::Misdirected(..));
    let settled_at = (settled != Settled::Pending).then_some(now);
    let changed = execute!(
        tx,
        "UPDATE deliveries SET status = $1, outcome = $2, reason = $3, words = $4, due_at = $5, settled_at = $6, \
         attempts = attempts - $7, tried_since = COALESCE(tried_since, $8), \
         misdirected_since = CASE WHEN $9 = 1 THEN COALESCE(misdirected_since, $10) ELSE NULL END, \
         may_have_arrived_at = COALESCE(may_have_arrived_at, $11), interruptions = 0, lease = NULL, leased_until = NULL, \
         advice = $14 WHERE id = $12 AND lease = $13 AND status = 'pending'",
        settled.as_str(),
        outcome.as_str(),
        outcome.reason(),
        words,
        due_at,
        settled_at,
        i64::from(ours),
        (!ours).then_some(now),
        i64::from(misdirected),
        now,
        outcome.may_have_arrived().then_some(now),
        id,
        &claimed.lease,
        outcome.advice().map(Advice::code),
    );
    Ok(changed == 1)
}

/// Counts pending deliveries.
pub async fn count_pending(db: &Db) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE status = 'pending'").fetch_one(p).await?
    }))
}

pub(super) fn payload_cell(id: &str) -> Cell<'_> {
    Cell { table: "deliveries", column: "payload", id }
}

pub(super) fn words_cell(id: &str) -> Cell<'_> {
    Cell { table: "deliveries", column: "words", id }
}
