//! The SQL of launch traces.

use super::{Step, Trace};
use crate::db::{Db, Error, Result, Tx, defer, execute, on, row};

/// Traces kept at most; strangers may send launches that are refused.
const MOST: i64 = 20_000;

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

/// The newest traces, of one EHR or of all, fifty at most.
///
/// # Errors
/// When the database fails.
pub async fn find_newest(db: &Db, ehr_id: Option<&str>) -> Result<Vec<TraceRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT correlation_id, ehr_id, at, outcome, steps FROM launch_traces WHERE $1 = 1 OR ehr_id = $2 \
             ORDER BY at DESC, correlation_id LIMIT 50",
        ).bind(i64::from(ehr_id.is_none())).bind(ehr_id.unwrap_or_default()).fetch_all(p).await?
    }))
}

/// Forgets traces that began before `before`, and all but the newest twenty thousand.
///
/// # Errors
/// When the database fails.
pub async fn forget_traces(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        "DELETE FROM launch_traces WHERE at < $1 OR at < \
         (SELECT MIN(at) FROM (SELECT at FROM launch_traces ORDER BY at DESC LIMIT $2) kept)",
        before,
        MOST,
    ))
}
