//! SQL of the lease under which rows are removed, and of the last plan.

use crate::db::{Db, Result, Tx, execute, on_tx, row};

row! {
    /// Last plan that a node logged.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) struct LastPlan {
        /// Settings of the plan, as text; `None` before the first one.
        pub(super) plan: Option<String>,
        /// Time at which it was logged, in epoch milliseconds.
        pub(super) planned_at: Option<i64>,
    }
}

/// Lease to claim.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim<'a> {
    /// Key of the lease, which proves that it is ours.
    pub(super) lease: &'a str,
    /// Current time, in epoch milliseconds.
    pub(super) now: i64,
    /// Time at which the lease ends.
    pub(super) until: i64,
    /// Longest time until the next run. A run that is due later was scheduled by a wrong clock.
    pub(super) interval: i64,
    /// Whether to claim it although no run is due.
    pub(super) at_once: bool,
}

/// Claims the removal. `None` if another process holds the lease, or no run is due.
pub(super) async fn claim(db: &Db, claim: Claim<'_>) -> Result<Option<LastPlan>> {
    let mut tx = db.begin_write().await?;
    let Claim { lease, now, until, interval, at_once } = claim;
    let claimed = on_tx!(&mut tx, c => {
        sqlx::query_as(
            "UPDATE retention SET lease = $1, leased_until = $2 WHERE id = 'retention' \
             AND (leased_until IS NULL OR leased_until <= $3) AND ($4 = 1 OR due_at <= $3 OR due_at > $5) \
             RETURNING plan, planned_at",
        ).bind(lease).bind(until).bind(now).bind(i64::from(at_once)).bind(now + interval).fetch_optional(c).await?
    });
    tx.commit().await?;
    Ok(claimed)
}

/// Extends the lease in the transaction of a batch. Returns false if it was lost.
pub(super) async fn renew(tx: &mut Tx, lease: &str, until: i64) -> Result<bool> {
    let renewed = execute!(
        tx,
        "UPDATE retention SET leased_until = $1 WHERE id = 'retention' AND lease = $2",
        until,
        lease
    );
    Ok(renewed == 1)
}

/// Releases the lease.
pub(super) async fn release(db: &Db, lease: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "UPDATE retention SET lease = NULL, leased_until = NULL WHERE id = 'retention' AND lease = $1",
        lease,
    );
    tx.commit().await
}

/// Releases the lease after a daily run: records the plan that was logged, and the time at which the next run is due.
pub(super) async fn finish(db: &Db, lease: &str, plan: &str, now: i64, due_at: i64) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "UPDATE retention SET plan = $1, planned_at = $2, due_at = $3, lease = NULL, leased_until = NULL \
         WHERE id = 'retention' AND lease = $4",
        plan,
        now,
        due_at,
        lease,
    );
    tx.commit().await
}
