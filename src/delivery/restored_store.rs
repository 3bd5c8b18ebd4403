//! SQL of restored databases: how they are recognised, and what is known of them.

use super::{advice::Advice, store::DeliverySubject};
use crate::{
    clock::Clock,
    db::{Db, Result, Tx, defer, execute, on, on_tx, row, row_id},
};

/// Reason of a hold on all sending after a restoration, and of the doubt about a delivery.
pub(super) const RESTORED: &str = "the database was restored from a backup";

row! {
    /// Restoration of this database from a backup.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Restoration {
        /// Time at which it was found, in epoch milliseconds.
        pub found_at: i64,
        /// Time of the backup, in epoch milliseconds: nothing in it is newer.
        pub data_until: i64,
    }
}

impl Restoration {
    /// Whether rows of this time, in epoch milliseconds, were lost, unless they were written within the minute before the
    /// backup.
    #[must_use]
    pub fn lost(&self, at: i64) -> bool {
        (self.data_until..self.found_at).contains(&at)
    }
}

row! {
    struct OutboxRow {
        relation: Option<i64>,
        newest_transaction: Option<i64>,
        own_relation: i64,
        own_transaction: i64,
    }
}

/// Notes in the outbox which table of PostgreSQL it is. Returns whether its rows come from another table, as after
/// `pg_restore`. Concurrent callers wait for each other, and one of them finds out.
///
/// On SQLite a copied file cannot be told from its original: false.
pub(super) async fn adopt(tx: &mut Tx) -> Result<bool> {
    if matches!(tx, Tx::Sqlite(_)) {
        return Ok(false);
    }
    let row: OutboxRow = on_tx!(tx, c => {
        sqlx::query_as(
            "SELECT relation, newest_transaction, CAST(CAST(CAST('outbox' AS regclass) AS oid) AS bigint) AS own_relation, \
             txid_current() AS own_transaction FROM outbox WHERE id = 'outbox' FOR UPDATE",
        ).fetch_one(c).await?
    });
    let is_copied = row.relation.is_some_and(|relation| relation != row.own_relation)
        || row.newest_transaction.is_some_and(|newest| newest > row.own_transaction);
    defer!(
        tx,
        "UPDATE outbox SET relation = $1, newest_transaction = $2 WHERE id = 'outbox'",
        row.own_relation,
        row.own_transaction,
    );
    Ok(is_copied)
}

/// Count of claims after one more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted {
    /// Claims that were ever made.
    pub(super) claims: i64,
    /// Whether the outbox is the table that [`adopt`] saw.
    pub(super) is_adopted: bool,
}

// On PostgreSQL the statement compares the table as well.
macro_rules! count {
    ($set:literal, $is_adopted:literal) => {
        concat!(
            "UPDATE outbox SET claims = claims + 1",
            $set,
            " WHERE id = 'outbox' RETURNING claims, CAST(",
            $is_adopted,
            " AS BIGINT)"
        )
    };
}

/// Counts a claim, in its transaction.
pub(super) async fn count_claim(tx: &mut Tx) -> Result<Counted> {
    let text = match tx {
        Tx::Sqlite(_) => count!("", "1"),
        Tx::Postgres(_) => count!(
            ", newest_transaction = txid_current()",
            "CASE WHEN relation = CAST(CAST('outbox' AS regclass) AS oid) THEN 1 ELSE 0 END"
        ),
    };
    let (claims, is_adopted): (i64, i64) = on_tx!(tx, c => sqlx::query_as(text).fetch_one(c).await?);
    Ok(Counted { claims, is_adopted: is_adopted == 1 })
}

/// Returns the number of claims that were ever made.
pub(super) async fn count_claims(tx: &mut Tx) -> Result<i64> {
    Ok(on_tx!(tx, c => {
        sqlx::query_scalar("SELECT claims FROM outbox WHERE id = 'outbox'").fetch_one(c).await?
    }))
}

/// Raises the count of claims, so that marks of other workers up to this count do not hold sending again.
pub(super) async fn raise_claims(tx: &mut Tx, least: i64) -> Result<()> {
    defer!(tx, "UPDATE outbox SET claims = $1 WHERE id = 'outbox' AND claims < $1", least);
    Ok(())
}

/// Notes that every message that was not confirmed may have arrived: it may have been sent since the backup. Returns those that
/// had ended as not delivered, which become unconfirmed.
pub(super) async fn doubt(tx: &mut Tx, clock: &dyn Clock) -> Result<Vec<(String, DeliverySubject)>> {
    let now = clock.now_ms();
    execute!(
        tx,
        "UPDATE deliveries SET may_have_arrived_at = COALESCE(may_have_arrived_at, $1), lease = NULL, leased_until = NULL, \
         outcome = 'unknown', reason = $2, advice = $3 WHERE status IN ('pending', 'not-delivered')",
        now,
        RESTORED,
        Advice::Restored.code(),
    );
    let ended: Vec<(String, String, String)> = on_tx!(tx, c => {
        sqlx::query_as(
            "UPDATE deliveries SET status = 'unconfirmed' WHERE status = 'not-delivered' \
             RETURNING id, subject_kind, subject_id",
        ).fetch_all(c).await?
    });
    Ok(ended.into_iter().map(|(id, kind, subject)| (id, DeliverySubject { kind, id: subject })).collect())
}

/// Records a restoration, unless sending is held since one was recorded: several workers may find the same one.
pub(super) async fn insert_restoration(tx: &mut Tx, clock: &dyn Clock) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO restorations (id, found_at, data_until) SELECT $1, $2, \
         COALESCE((SELECT checked_at FROM health_checks WHERE id = 'used' AND checked_at > 0 AND checked_at < $2), $2) \
         WHERE NOT EXISTS (SELECT 1 FROM restorations r JOIN outbox o ON r.found_at >= o.held_at)",
        row_id(clock),
        clock.now_ms(),
    );
    Ok(())
}

/// Returns the restorations of this database, newest first.
pub async fn find_restorations(db: &Db) -> Result<Vec<Restoration>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT found_at, data_until FROM restorations ORDER BY found_at DESC").fetch_all(p).await?
    }))
}

row! {
    struct StateRow {
        held_at: Option<i64>,
        found_at: Option<i64>,
        data_until: Option<i64>,
    }
}

/// State of all sending.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendingState {
    /// Time since which all sending is held, in epoch milliseconds.
    pub held_at: Option<i64>,
    /// Last restoration of the database from a backup.
    pub restoration: Option<Restoration>,
}

impl SendingState {
    /// Returns the state with these times, in epoch milliseconds: since which all sending is held, at which the last restoration
    /// was found, and until which its data reaches.
    #[must_use]
    pub fn of(held_at: Option<i64>, found_at: Option<i64>, data_until: Option<i64>) -> Self {
        let restoration = found_at.zip(data_until);
        Self {
            held_at,
            restoration: restoration.map(|(found_at, data_until)| Restoration { found_at, data_until }),
        }
    }

    /// Whether sending is held because the database was restored.
    #[must_use]
    pub fn is_held_restored(&self) -> bool {
        let (Some(held_at), Some(restoration)) = (self.held_at, self.restoration) else { return false };
        restoration.found_at >= held_at
    }
}

/// Returns the state of all sending.
pub async fn find_sending_state(db: &Db) -> Result<SendingState> {
    let row: Option<StateRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT o.held_at, r.found_at, r.data_until FROM outbox o LEFT JOIN \
             (SELECT found_at, data_until FROM restorations ORDER BY found_at DESC LIMIT 1) r ON r.found_at IS NOT NULL \
             WHERE o.id = 'outbox'",
        ).fetch_optional(p).await?
    });
    Ok(row.map(|row| SendingState::of(row.held_at, row.found_at, row.data_until)).unwrap_or_default())
}
