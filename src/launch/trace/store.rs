//! SQL of launch traces.

use super::{Step, Trace};
use crate::db::{Db, Error, Result, Tx, defer, execute, on, row};

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

/// Stores the trace of one request.
pub(in crate::launch) async fn insert_trace(
    tx: &mut Tx,
    correlation_id: &str,
    ehr_id: Option<&str>,
    outcome: &str,
    trace: &Trace,
) -> Result<()> {
    let steps = trace.text();
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

/// Returns the trace with this correlation id.
pub async fn find_trace(db: &Db, correlation_id: &str) -> Result<Option<TraceRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces WHERE correlation_id = $1")
            .bind(correlation_id).fetch_optional(p).await?
    }))
}

/// Returns the newest traces, fifty at most.
pub async fn find_newest(db: &Db, which: Which<'_>) -> Result<Vec<TraceRow>> {
    let ehr_id = if let Which::Of(id) = which { id } else { "" };
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces \
             WHERE ($1 = 1 AND ehr_id IS NOT NULL) OR ($2 = 1 AND ehr_id IS NULL) OR ehr_id = $3 \
             ORDER BY at DESC, correlation_id LIMIT 50",
        ).bind(i64::from(which == Which::Known)).bind(i64::from(which == Which::Unknown)).bind(ehr_id)
            .fetch_all(p).await?
    }))
}

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
