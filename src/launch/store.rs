//! SQL of used attempts and launch contexts.

use std::sync::Arc;

use super::{
    context::ChartContext,
    tokens::{
        Tokens,
        store::{open_tokens, tokens_cell},
    },
};
use crate::{
    clock::Clock,
    db::{
        AgedRows, Cell, Db, Result, SealedColumn, Sealer, Tx, aged_rows, defer, execute, execute_alone, on,
        row, sealed_column,
    },
    users::SessionCutoff,
};

/// Sealed columns of launches.
pub const SEALED: [SealedColumn; 3] = [
    sealed_column!("launch_contexts", "tokens", "id"),
    sealed_column!("launch_contexts", "chart", "id"),
    sealed_column!("pending_sign_ins", "arrival", "id"),
];

const WIPED: &[u8] = &[];

row! {
    struct ContextRow {
        ehr_id: String,
        patient_key: Option<String>,
        tokens: Vec<u8>,
        token_version: i64,
        chart: Vec<u8>,
    }
}

/// Stored launch context, unsealed.
#[derive(Clone)]
pub(super) struct StoredContext {
    pub(super) ehr_id: String,
    pub(super) patient_key: String,
    /// Tokens and their version; `None` once wiped.
    pub(super) tokens: Option<(Tokens, i64)>,
    pub(super) chart: Arc<ChartContext>,
}

/// Launch context to insert.
pub(super) struct NewContext<'a> {
    pub(super) id: &'a str,
    pub(super) session_id: &'a str,
    pub(super) user_id: &'a str,
    pub(super) ehr_id: &'a str,
    pub(super) patient_key: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) chart: &'a ChartContext,
}

/// Marks an attempt as used. Returns true for exactly one caller, across all nodes.
pub async fn take_attempt(db: &Db, clock: &dyn Clock, state_hash: &str, ehr_id: &str) -> Result<bool> {
    tracing::trace!(target: "walk", "take the attempt, once");
    let taken = execute_alone!(
        db,
        "INSERT INTO launch_attempts (state_hash, ehr_id, taken_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        state_hash,
        ehr_id,
        clock.now_ms(),
    );
    Ok(taken == 1)
}

/// Attempts used before a time.
pub const EXPIRED_ATTEMPTS: AgedRows =
    aged_rows!("launch_attempts", "state_hash", "taken_at", "taken_at < $1");

/// Sign-ins that were created before a time and hold no tokens.
pub const EXPIRED_SIGN_INS: AgedRows =
    aged_rows!("pending_sign_ins", "id", "created_at", "created_at < $1 AND taken_at IS NOT NULL");

/// Launch contexts that were never opened, ended before a time and hold no tokens.
pub const EXPIRED_UNOPENED: AgedRows = aged_rows!(
    "launch_contexts",
    "id",
    "ended_at",
    "session_id IS NULL AND ended_at < $1 AND revoke_due_at IS NULL"
);

/// Stores a launch context, sealed.
pub(super) async fn insert_context(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &NewContext<'_>,
) -> Result<()> {
    let tokens = sealer.seal_json(tokens_cell(new.id), new.tokens)?;
    let chart = sealer.seal_json(chart_cell(new.id), new.chart)?;
    defer!(
        tx,
        "INSERT INTO launch_contexts (id, session_id, user_id, ehr_id, patient_key, tokens, chart, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id,
        new.session_id,
        new.user_id,
        new.ehr_id,
        new.patient_key,
        &tokens,
        &chart,
        clock.now_ms(),
    );
    Ok(())
}

/// Stores a launch context that is never opened, so that its tokens are revoked and then wiped.
pub(super) async fn insert_unopened(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    ehr_id: &str,
    tokens: &Tokens,
) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO launch_contexts (id, ehr_id, tokens, chart, created_at, ended_at, revoke_due_at) \
         VALUES ($1, $2, $3, $4, $5, $5, $5)",
        id,
        ehr_id,
        &sealer.seal_json(tokens_cell(id), tokens)?,
        WIPED,
        clock.now_ms(),
    );
    Ok(())
}

/// Returns a launch context of this session, if it was created after `since` (epoch milliseconds) and has not ended.
///
/// # Errors
/// [`db::Error::Sealed`](crate::db::Error::Sealed) if a sealed column cannot be opened.
pub(super) async fn find_context(
    db: &Db,
    sealer: &Sealer,
    id: &str,
    session_id: &str,
    since: i64,
) -> Result<Option<StoredContext>> {
    let row: Option<ContextRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT ehr_id, patient_key, tokens, token_version, chart FROM launch_contexts \
             WHERE id = $1 AND session_id = $2 AND ended_at IS NULL AND created_at > $3",
        ).bind(id).bind(session_id).bind(since).fetch_optional(p).await?
    });
    row.map(|row| open_context(row, id, sealer)).transpose()
}

/// Returns a launch context of this session, active or ended.
///
/// # Errors
/// Those of [`find_context`].
pub(super) async fn find_any_context(
    db: &Db,
    sealer: &Sealer,
    id: &str,
    session_id: &str,
) -> Result<Option<StoredContext>> {
    let row: Option<ContextRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT ehr_id, patient_key, tokens, token_version, chart FROM launch_contexts WHERE id = $1 AND session_id = $2",
        ).bind(id).bind(session_id).fetch_optional(p).await?
    });
    row.map(|row| open_context(row, id, sealer)).transpose()
}

fn open_context(row: ContextRow, id: &str, sealer: &Sealer) -> Result<StoredContext> {
    let tokens = open_tokens(sealer, id, &row.tokens)?;
    Ok(StoredContext {
        ehr_id: row.ehr_id,
        patient_key: row.patient_key.unwrap_or_default(),
        tokens: tokens.map(|tokens| (tokens, row.token_version)),
        chart: Arc::new(sealer.open_json(chart_cell(id), &row.chart)?),
    })
}

/// Ends the contexts of a session; their tokens become due for revocation.
pub async fn end_contexts(tx: &mut Tx, clock: &dyn Clock, session_id: &str) -> Result<()> {
    defer!(
        tx,
        "UPDATE launch_contexts SET ended_at = $1, revoke_due_at = $1 WHERE session_id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        session_id,
    );
    Ok(())
}

/// Ends the contexts of all ended sessions; their tokens become due for revocation.
pub async fn end_contexts_of_ended(tx: &mut Tx, clock: &dyn Clock, over: SessionCutoff) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE launch_contexts SET ended_at = $1, revoke_due_at = $1 WHERE ended_at IS NULL AND session_id IN \
         (SELECT id FROM sessions WHERE ended_at IS NOT NULL OR seen_at <= $2 OR created_at <= $3)",
        clock.now_ms(),
        over.seen_before,
        over.begun_before,
    ))
}

/// Ends the sessions last started from an EHR, and those with an open chart of that EHR.
pub async fn end_sessions_of_ehr(tx: &mut Tx, clock: &dyn Clock, ehr_id: &str) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL AND (ehr_id = $2 OR id IN \
         (SELECT session_id FROM launch_contexts WHERE ehr_id = $2 AND ended_at IS NULL))",
        clock.now_ms(),
        ehr_id,
    ))
}

/// Counts the live sessions that [`end_sessions_of_ehr`] would end.
pub async fn count_sessions_of_ehr(db: &Db, cutoff: SessionCutoff, ehr_id: &str) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL AND seen_at > $1 AND created_at > $2 AND (ehr_id = $3 \
             OR id IN (SELECT session_id FROM launch_contexts WHERE ehr_id = $3 AND ended_at IS NULL))",
        ).bind(cutoff.seen_before).bind(cutoff.begun_before).bind(ehr_id).fetch_one(p).await?
    }))
}

/// Returns the suspended EHRs that still have sessions. They come from launches in progress on a node that had not yet
/// loaded the suspension.
pub async fn find_suspended_in_use(db: &Db) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT e.id FROM ehrs e WHERE e.suspended_at IS NOT NULL AND EXISTS (SELECT 1 FROM sessions s \
             WHERE s.ended_at IS NULL AND (s.ehr_id = e.id OR EXISTS (SELECT 1 FROM launch_contexts c \
             WHERE c.session_id = s.id AND c.ehr_id = e.id AND c.ended_at IS NULL)))",
        ).fetch_all(p).await?
    }))
}

fn chart_cell(id: &str) -> Cell<'_> {
    Cell { table: "launch_contexts", column: "chart", id }
}
