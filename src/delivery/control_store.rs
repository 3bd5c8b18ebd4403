//! SQL of the outbox for people: list, send again, withdraw, hold, release.

use std::{iter::repeat, time::Duration};

use super::schedule::{LONG_DELAY, Priority};
use super::store::{DeliverySubject, payload_cell, words_cell};
use crate::{
    audit::MAX_FOUND,
    clock::Clock,
    db::{Db, Result, Sealer, Tx, execute, on, on_tx, row},
};

row! {
    /// Delivery, for administrators and the sender.
    #[derive(Clone, Debug)]
    pub struct DeliveryRow {
        /// Id of the message.
        pub id: String,
        /// Kind of the subject, such as `referral`.
        pub subject_kind: String,
        /// Id of the subject.
        pub subject_id: String,
        /// Name of the channel.
        pub channel: String,
        /// Destination in the format of the channel.
        pub destination: String,
        /// 1 if the destination processes a message once even if it receives it twice.
        pub recognises_duplicates: i64,
        /// `pending`, `delivered`, `not-delivered`, `unconfirmed` or `withdrawn`.
        pub status: String,
        /// Attempts so far.
        pub attempts: i64,
        /// Time at which the next attempt is due, in epoch milliseconds.
        pub due_at: i64,
        /// Time at which the lease of the running attempt ends, in epoch milliseconds.
        pub leased_until: Option<i64>,
        /// Time of the first attempt that reached a channel, in epoch milliseconds.
        pub tried_since: Option<i64>,
        /// Outcome of the last attempt.
        pub outcome: Option<String>,
        /// Class of the reason for the outcome.
        pub reason: Option<String>,
        /// Code of the advice about the last attempt.
        pub advice: Option<String>,
        /// Destination's own words, sealed: [`DeliveryRow::words`].
        pub words: Option<Vec<u8>>,
        /// FHIR request priority.
        pub priority: String,
        /// Time since which the message may have arrived, in epoch milliseconds.
        pub may_have_arrived_at: Option<i64>,
        /// Time at which the message was signed, in epoch milliseconds.
        pub created_at: i64,
        /// Time at which the delivery ended, in epoch milliseconds.
        pub settled_at: Option<i64>,
        /// Time at which its message was removed, in epoch milliseconds.
        pub payload_removed_at: Option<i64>,
    }
}

impl DeliveryRow {
    /// Returns the subject of the message.
    #[must_use]
    pub fn subject(&self) -> DeliverySubject {
        DeliverySubject { kind: self.subject_kind.clone(), id: self.subject_id.clone() }
    }

    /// Returns the destination's own words, which may contain patient data. `None` if it gave none or if this node
    /// cannot decrypt them.
    #[must_use]
    pub fn words(&self, sealer: &Sealer) -> Option<String> {
        let words = sealer.open(words_cell(&self.id), self.words.as_deref()?).ok()?;
        String::from_utf8(words).ok()
    }

    /// Whether it failed more than once, failed and waits long, was not attempted when it was due, or ended without a
    /// confirmation. `now` is in epoch milliseconds.
    #[must_use]
    pub fn needs_attention(&self, now: i64) -> bool {
        let is_long = |from: i64, to: i64, limit: Duration| {
            Duration::from_millis(u64::try_from(to.saturating_sub(from)).unwrap_or(0)) >= limit
        };
        let waits = self.tried_since.is_some_and(|since| is_long(since, self.due_at, LONG_DELAY));
        let is_overdue = is_long(self.due_at, now, Priority::from_code(&self.priority).patience());
        match self.status.as_str() {
            "pending" => {
                self.attempts >= 2 || waits || is_overdue || self.outcome.as_deref() == Some("our-fault")
            }
            "delivered" | "withdrawn" => false,
            _ => true,
        }
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, subject_kind, subject_id, channel, destination, recognises_duplicates, status, attempts, due_at, \
             leased_until, tried_since, outcome, reason, advice, words, priority, may_have_arrived_at, created_at, settled_at, \
             payload_removed_at FROM deliveries ",
            $rest
        )
    };
}

/// Returns the deliveries about one subject, newest first.
pub async fn find_about(db: &Db, kind: &str, id: &str) -> Result<Vec<DeliveryRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(select!("WHERE subject_kind = $1 AND subject_id = $2 ORDER BY created_at DESC"))
            .bind(kind).bind(id).fetch_all(p).await?
    }))
}

/// Finds the message of the newest delivery about one subject. `None` if there is none, if it was removed, or if it cannot
/// be decrypted.
pub async fn find_payload(db: &Db, sealer: &Sealer, kind: &str, id: &str) -> Result<Option<Vec<u8>>> {
    let found: Option<(String, Vec<u8>)> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, payload FROM deliveries WHERE subject_kind = $1 AND subject_id = $2 \
             AND payload_removed_at IS NULL ORDER BY created_at DESC LIMIT 1",
        ).bind(kind).bind(id).fetch_optional(p).await?
    });
    Ok(found.and_then(|(id, payload)| sealer.open(payload_cell(&id), &payload).ok()))
}

/// Finds a delivery by the id of its message.
pub async fn find(db: &Db, id: &str) -> Result<Option<DeliveryRow>> {
    Ok(on!(db.read(), p => sqlx::query_as(select!("WHERE id = $1")).bind(id).fetch_optional(p).await?))
}

/// Rows of one page of a list.
pub const PAGE_ROWS: usize = 50;

/// Counts the deliveries that are pending or ended without a confirmation.
pub async fn count_open(db: &Db) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM deliveries WHERE status IN ('pending', 'not-delivered', 'unconfirmed')",
        ).fetch_one(p).await?
    }))
}

/// Lists a page of the deliveries that are pending or ended without a confirmation, oldest first. Skips `skipped` rows.
pub async fn list_open(db: &Db, skipped: i64) -> Result<Vec<DeliveryRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(select!(
            "WHERE status IN ('pending', 'not-delivered', 'unconfirmed') ORDER BY created_at, id LIMIT 50 OFFSET $1"
        )).bind(skipped).fetch_all(p).await?
    }))
}

/// Text that deliveries are searched for.
#[derive(Clone, Copy, Debug)]
pub struct Matching<'a> {
    /// Id of a delivery, or part of a channel or destination.
    pub text: &'a str,
    /// Ids of the subjects that the text names. Those after the first [`MAX_FOUND`] are ignored.
    pub subject_ids: &'a [String],
}

/// Returns the condition for deliveries that match: $1 is the text, $2 its pattern, $3 to $22 the ids of subjects.
macro_rules! matching {
    ($before:expr, $after:literal) => {
        concat!(
            $before,
            "WHERE id = $1 OR LOWER(destination) LIKE $2 ESCAPE '!' OR LOWER(channel) LIKE $2 ESCAPE '!' OR subject_id IN \
             ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
            $after
        )
    };
}
const _: () = assert!(MAX_FOUND == 20, "one placeholder for each subject");

impl Matching<'_> {
    /// Returns the ids of the subjects, one for each placeholder.
    fn subjects(&self) -> impl Iterator<Item = &str> {
        self.subject_ids.iter().map(String::as_str).chain(repeat("-")).take(MAX_FOUND)
    }
}

/// Counts the deliveries in any status with this id, about one of these subjects, or whose channel or destination contains the text.
pub async fn count_matching(db: &Db, filter: Matching<'_>) -> Result<i64> {
    Ok(on!(db.read(), p => {
        let query = sqlx::query_scalar(matching!("SELECT COUNT(*) FROM deliveries ", ""));
        let mut query = query.bind(filter.text).bind(containing(filter.text));
        for id in filter.subjects() {
            query = query.bind(id);
        }
        query.fetch_one(p).await?
    }))
}

/// Lists a page of the deliveries that [`count_matching`] counts, newest first. Skips `skipped` rows.
pub async fn list_matching(db: &Db, filter: Matching<'_>, skipped: i64) -> Result<Vec<DeliveryRow>> {
    Ok(on!(db.read(), p => {
        let query = sqlx::query_as(matching!(select!(""), " ORDER BY created_at DESC, id LIMIT 50 OFFSET $23"));
        let mut query = query.bind(filter.text).bind(containing(filter.text));
        for id in filter.subjects() {
            query = query.bind(id);
        }
        query.bind(skipped).fetch_all(p).await?
    }))
}

/// Pattern of `LIKE` for values that contain a text.
fn containing(text: &str) -> String {
    let text = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{text}%")
}

/// Lists all pending deliveries, oldest first.
pub async fn list_pending(tx: &mut Tx) -> Result<Vec<DeliveryRow>> {
    Ok(on_tx!(tx, c => {
        sqlx::query_as(select!("WHERE status = 'pending' ORDER BY created_at")).fetch_all(c).await?
    }))
}

/// Makes a delivery due now, unless it is delivered, withdrawn or being attempted, or its message was removed. Returns its
/// subject. If it had ended, the time in which attempts are made counts from now. Its attempts are never forgotten, nor that
/// it may have arrived: another failure shows at once.
pub async fn retry(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<Option<DeliverySubject>> {
    let found: Option<(String, String)> = on_tx!(tx, c => {
        sqlx::query_as(
            "UPDATE deliveries SET status = 'pending', due_at = $1, settled_at = NULL, \
             tried_since = CASE WHEN status = 'pending' THEN tried_since ELSE NULL END, \
             misdirected_since = NULL, interruptions = 0 WHERE id = $2 AND leased_until IS NULL \
             AND payload_removed_at IS NULL AND status IN ('pending', 'not-delivered', 'unconfirmed') \
             RETURNING subject_kind, subject_id",
        ).bind(clock.now_ms()).bind(id).fetch_optional(c).await?
    });
    Ok(found.map(|(kind, id)| DeliverySubject { kind, id }))
}

/// Withdraws the deliveries about a subject, so that they are never attempted again. Returns false if one is being
/// attempted right now or is delivered.
pub async fn withdraw(tx: &mut Tx, clock: &dyn Clock, subject: &DeliverySubject) -> Result<bool> {
    execute!(
        tx,
        "UPDATE deliveries SET status = 'withdrawn', settled_at = $1 WHERE subject_kind = $2 AND subject_id = $3 \
         AND status IN ('pending', 'not-delivered', 'unconfirmed') AND leased_until IS NULL",
        clock.now_ms(),
        &subject.kind,
        &subject.id,
    );
    let left: i64 = on_tx!(tx, c => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM deliveries WHERE subject_kind = $1 AND subject_id = $2 AND status <> 'withdrawn'",
        ).bind(&subject.kind).bind(&subject.id).fetch_one(c).await?
    });
    Ok(left == 0)
}

/// Takes a withdrawal back: the deliveries about a subject have ended as they had before, and nothing is attempted. Returns
/// whether one may have arrived, or `None` if none is withdrawn or its message was removed.
pub async fn reinstate(tx: &mut Tx, subject: &DeliverySubject) -> Result<Option<bool>> {
    let ended: Vec<(String,)> = on_tx!(tx, c => {
        sqlx::query_as(
            "UPDATE deliveries SET status = CASE WHEN may_have_arrived_at IS NULL THEN 'not-delivered' \
             ELSE 'unconfirmed' END WHERE subject_kind = $1 AND subject_id = $2 AND status = 'withdrawn' \
             AND payload_removed_at IS NULL RETURNING status",
        ).bind(&subject.kind).bind(&subject.id).fetch_all(c).await?
    });
    Ok((!ended.is_empty()).then(|| ended.iter().any(|(status,)| status == "unconfirmed")))
}

/// Ends a pending delivery as unconfirmed. Returns false if it ended meanwhile.
pub async fn end_unconfirmed(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE deliveries SET status = 'unconfirmed', settled_at = $1, outcome = 'unknown', \
         reason = CASE WHEN outcome = 'unknown' THEN reason ELSE 'sending was held' END \
         WHERE id = $2 AND status = 'pending' AND leased_until IS NULL",
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Hold on all sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Time at which sending was held, in epoch milliseconds.
    pub at: i64,
    /// Reason, for administrators.
    pub reason: String,
}

/// Returns the hold on all sending, if there is one.
pub async fn find_hold(db: &Db) -> Result<Option<Hold>> {
    let found: Option<(Option<i64>, Option<String>)> = on!(db.read(), p => {
        sqlx::query_as("SELECT held_at, held_reason FROM outbox WHERE id = 'outbox'").fetch_optional(p).await?
    });
    Ok(found.and_then(|(at, reason)| Some(Hold { at: at?, reason: reason.unwrap_or_default() })))
}

/// Holds all sending. Returns false if it is held already.
pub async fn hold(tx: &mut Tx, clock: &dyn Clock, reason: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE outbox SET held_at = $1, held_reason = $2 WHERE id = 'outbox' AND held_at IS NULL",
        clock.now_ms(),
        reason,
    );
    Ok(changed == 1)
}

/// Releases all sending. Returns false if it is not held.
pub async fn release(tx: &mut Tx) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE outbox SET held_at = NULL, held_reason = NULL WHERE id = 'outbox' AND held_at IS NOT NULL",
    );
    Ok(changed == 1)
}

/// Count of deliveries in one status, and the time at which the oldest of them was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// Status of the deliveries.
    pub status: String,
    /// Their number.
    pub count: i64,
    /// Time at which the oldest was signed, in epoch milliseconds.
    pub oldest_at: i64,
}

/// Counts deliveries by status.
pub async fn count_by_status(db: &Db) -> Result<Vec<StatusCount>> {
    let rows: Vec<(String, i64, i64)> = on!(db.read(), p => {
        sqlx::query_as("SELECT status, COUNT(*), MIN(created_at) FROM deliveries GROUP BY status ORDER BY status")
            .fetch_all(p).await?
    });
    Ok(rows.into_iter().map(|(status, count, oldest_at)| StatusCount { status, count, oldest_at }).collect())
}
