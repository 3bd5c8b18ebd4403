//! The SQL of launch traces.

use super::{Step, Trace};
use crate::db::{Db, Error, Result, Tx, defer, execute, on, row};

/// Traces kept at most. Strangers may send launches that are refused, also in the name of a registered EHR: what ended
/// in one way never takes the place of what ended in another.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Of each registered EHR and each way to end.
    pub of_each: i64,
    /// Of all launches without a known EHR.
    pub unknown: i64,
}

impl Default for Kept {
    fn default() -> Self {
        Self { of_each: 10_000, unknown: 1_000 }
    }
}

/// Which launches to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Those of registered EHRs.
    Known,
    /// Those of this EHR.
    Of(&'a str),
    /// Those without a known EHR.
    Unknown,
}

row! {
    /// A launch, as it is stored.
    #[derive(Clone, Debug)]
    pub struct TraceRow {
        /// What a person read out, such as `7Q4K-92MD`.
        pub correlation_id: String,
        /// The EHR, where it is known.
        pub ehr_id: Option<String>,
        /// When it began, epoch milliseconds.
        pub at: i64,
        /// `opened`, `asked`, or the class of its refusal.
        pub outcome: String,
        steps: String,
    }
}

impl TraceRow {
    /// Its steps, oldest first.
    ///
    /// # Errors
    /// When they are not what this program writes.
    pub fn steps(&self) -> Result<Vec<Step>> {
        let id = self.correlation_id.clone();
        let unknown = |_| Error::Row { table: "launch_traces", column: "steps", id };
        serde_json::from_str(&self.steps).map_err(unknown)
    }
}

/// Stores the trace of one request.
///
/// # Errors
/// When the database fails.
pub(in crate::launch) async fn insert_trace(
    tx: &mut Tx,
    (correlation_id, ehr_id): (&str, Option<&str>),
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

/// The trace that a person read the correlation id of.
///
/// # Errors
/// When the database fails.
pub async fn find_trace(db: &Db, correlation_id: &str) -> Result<Option<TraceRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces WHERE correlation_id = $1")
            .bind(correlation_id).fetch_optional(p).await?
    }))
}

/// The newest traces, fifty at most.
///
/// # Errors
/// When the database fails.
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

/// Forgets traces that began before `before`, and more than are kept, the oldest first.
///
/// # Errors
/// When the database fails.
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
