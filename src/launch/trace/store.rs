//! SQL of launch traces.

use super::{Step, Trace};
use crate::db::{AgedRows, Db, Error, Result, Tx, aged_rows, defer, execute, on, row};

/// Outcome of a launch that was sent to the EHR and did not come back.
pub const NOT_BACK: &str = "not-back";

/// Limits of stored traces. An attacker can cause refused launches, also in the name of a registered EHR, so traces with
/// one outcome never displace those with another.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Traces of each registered EHR and outcome.
    pub of_each: i64,
    /// Traces of all launches without a registered EHR.
    pub unknown: i64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { of_each: 10_000, unknown: 1_000 }
    }
}

/// Filter by EHR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Launches of registered EHRs.
    Known,
    /// Launches of this EHR.
    Of(&'a str),
    /// Launches without a registered EHR.
    Unknown,
}

row! {
    /// Stored trace of a launch.
    #[derive(Clone, Debug)]
    pub struct TraceRow {
        /// Correlation id as shown to the user, such as `7Q4K-92MD`.
        pub correlation_id: String,
        /// EHR, if registered.
        pub ehr_id: Option<String>,
        /// Start, epoch milliseconds.
        pub at: i64,
        /// `opened`, `asked`, or the class of its refusal.
        pub outcome: String,
        steps: String,
    }
}

impl TraceRow {
    /// Parses the steps, oldest first.
    ///
    /// # Errors
    /// [`Error::Row`] if the column is not a list of steps.
    pub fn steps(&self) -> Result<Vec<Step>> {
        let id = self.correlation_id.clone();
        let unknown = |_| Error::Row { table: "launch_traces", column: "steps", id };
        serde_json::from_str(&self.steps).map_err(unknown)
    }
}

/// Stores the trace of one request. A launch that it brought back is not listed as overdue any more.
pub(in crate::launch) async fn insert_trace(
    tx: &mut Tx,
    correlation_id: &str,
    ehr_id: Option<&str>,
    outcome: &str,
    trace: &Trace,
) -> Result<()> {
    let steps = trace.text();
    if let Some(state_hash) = trace.back() {
        note_back(tx, state_hash, trace.begun_at()).await?;
    }
    defer!(
        tx,
        "INSERT INTO launch_traces (correlation_id, ehr_id, at, outcome, steps) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT DO NOTHING",
        correlation_id,
        ehr_id,
        trace.begun_at(),
        outcome,
        &steps,
    );
    Ok(())
}

/// Trace of a launch that was sent to the EHR and did not come back.
#[derive(Clone, Copy, Debug)]
pub struct NotBackTrace<'a> {
    /// Correlation id of the launch request.
    pub reference: &'a str,
    /// Hash of its state.
    pub state_hash: &'a str,
    /// EHR that it was sent to.
    pub ehr_id: &'a str,
    /// Start, epoch milliseconds.
    pub at: i64,
    /// Steps as JSON.
    pub steps: &'a str,
}

/// Stores the trace of a launch that is not back, unless another node received it.
pub async fn insert_not_back(tx: &mut Tx, trace: &NotBackTrace<'_>) -> Result<()> {
    let noted = execute!(
        tx,
        "INSERT INTO noted_launches (state_hash, reference, noted_at) SELECT $1, $2, $3 \
         WHERE NOT EXISTS (SELECT 1 FROM launch_attempts WHERE state_hash = $1) ON CONFLICT DO NOTHING",
        trace.state_hash,
        trace.reference,
        trace.at,
    );
    if noted == 1 {
        defer!(
            tx,
            "INSERT INTO launch_traces (correlation_id, ehr_id, at, outcome, steps) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
            trace.reference,
            trace.ehr_id,
            trace.at,
            NOT_BACK,
            trace.steps,
        );
    }
    Ok(())
}

/// Notes that a launch came back, and deletes the trace that says it did not.
pub async fn note_back(tx: &mut Tx, state_hash: &str, now: i64) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO noted_launches (state_hash, noted_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        state_hash,
        now,
    );
    delete_not_back(tx, state_hash).await
}

/// Whether a trace may say that this launch did not come back.
pub async fn is_noted_overdue(db: &Db, state_hash: &str) -> Result<bool> {
    let noted: Option<i64> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT noted_at FROM noted_launches WHERE state_hash = $1 AND reference IS NOT NULL")
            .bind(state_hash).fetch_optional(p).await?
    });
    Ok(noted.is_some())
}

/// Deletes the trace that says that a launch did not come back.
pub async fn delete_not_back(tx: &mut Tx, state_hash: &str) -> Result<()> {
    defer!(
        tx,
        "DELETE FROM launch_traces WHERE outcome = $1 \
         AND correlation_id = (SELECT reference FROM noted_launches WHERE state_hash = $2)",
        NOT_BACK,
        state_hash,
    );
    Ok(())
}

/// Deletes notes from before `before`, in epoch milliseconds.
pub async fn forget_noted(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(tx, "DELETE FROM noted_launches WHERE noted_at < $1", before))
}

/// Returns the trace with this correlation id.
pub async fn find_trace(db: &Db, correlation_id: &str) -> Result<Option<TraceRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces WHERE correlation_id = $1")
            .bind(correlation_id).fetch_optional(p).await?
    }))
}

/// Returns the newest launches that are not back, twenty at most. An attacker can start any number, so these never displace
/// others from the list of [`find_newest`].
pub async fn find_not_back(db: &Db, which: Which<'_>) -> Result<Vec<TraceRow>> {
    let ehr_id = match which {
        Which::Known => None,
        Which::Of(id) => Some(id),
        Which::Unknown => return Ok(Vec::new()),
    };
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces \
             WHERE outcome = $1 AND ($2 = 1 OR ehr_id = $3) ORDER BY at DESC, correlation_id LIMIT 20",
        ).bind(NOT_BACK).bind(i64::from(ehr_id.is_none())).bind(ehr_id.unwrap_or_default()).fetch_all(p).await?
    }))
}

/// Traces on one page of a list.
pub const PAGE_ROWS: usize = 50;

/// Counts the traces of launches that came back or were refused before.
pub async fn count_newest(db: &Db, which: Which<'_>) -> Result<i64> {
    let ehr_id = if let Which::Of(id) = which { id } else { "" };
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM launch_traces \
             WHERE outcome <> $4 AND (($1 = 1 AND ehr_id IS NOT NULL) OR ($2 = 1 AND ehr_id IS NULL) OR ehr_id = $3)",
        ).bind(i64::from(which == Which::Known)).bind(i64::from(which == Which::Unknown)).bind(ehr_id)
            .bind(NOT_BACK).fetch_one(p).await?
    }))
}

/// Returns the newest traces of launches that came back or were refused before, those of one page. Skips `skipped` traces.
pub async fn find_newest(db: &Db, which: Which<'_>, skipped: i64) -> Result<Vec<TraceRow>> {
    let ehr_id = if let Which::Of(id) = which { id } else { "" };
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces \
             WHERE outcome <> $4 AND (($1 = 1 AND ehr_id IS NOT NULL) OR ($2 = 1 AND ehr_id IS NULL) OR ehr_id = $3) \
             ORDER BY at DESC, correlation_id LIMIT 50 OFFSET $5",
        ).bind(i64::from(which == Which::Known)).bind(i64::from(which == Which::Unknown)).bind(ehr_id)
            .bind(NOT_BACK).bind(skipped).fetch_all(p).await?
    }))
}

/// Traces of launches that started before a time.
pub const EXPIRED: AgedRows = aged_rows!("launch_traces", "correlation_id", "at", "at < $1");

/// Deletes traces that started before `before` (epoch milliseconds), and the oldest ones above the limits.
pub async fn forget_traces(tx: &mut Tx, before: i64, kept: Kept) -> Result<u64> {
    Ok(execute!(
        tx,
        "DELETE FROM launch_traces WHERE at < $1 OR correlation_id IN (SELECT correlation_id FROM \
         (SELECT correlation_id, ehr_id, ROW_NUMBER() OVER (PARTITION BY ehr_id, \
         CASE WHEN ehr_id IS NULL THEN '' ELSE outcome END ORDER BY at DESC, correlation_id) AS place \
         FROM launch_traces) ranked WHERE place > CASE WHEN ehr_id IS NULL THEN $2 ELSE $3 END)",
        before,
        kept.unknown,
        kept.of_each,
    ))
}
