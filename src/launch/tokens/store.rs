//! SQL of the tokens of launch contexts.

use super::Tokens;
use crate::{
    clock::Clock,
    db::{Cell, Db, Result, Sealer, Tx, execute, execute_alone, on, row},
};

const WIPED: &[u8] = &[];

row! {
    struct TokensRow {
        tokens: Vec<u8>,
        token_version: i64,
        refresh_began_at: Option<i64>,
    }
}

row! {
    struct EndedRow {
        id: String,
        ehr_id: String,
        tokens: Vec<u8>,
        revoke_due_at: i64,
        ended_at: i64,
    }
}

/// Stored tokens of an open context.
pub(super) struct StoredTokens {
    /// Tokens, or `None` once wiped.
    pub(super) tokens: Option<Tokens>,
    /// Version, incremented by each settled refresh.
    pub(super) version: i64,
    /// Time at which an unsettled refresh was claimed, epoch milliseconds.
    pub(super) refresh_began_at: Option<i64>,
}

/// Tokens of an ended context, due for revocation.
pub(super) struct EndedContext {
    pub(super) id: String,
    pub(super) ehr_id: String,
    pub(super) tokens: Tokens,
    /// Time at which the context ended, epoch milliseconds.
    pub(super) ended_at: i64,
}

/// Returns the cell in which tokens are sealed.
pub(in crate::launch) fn tokens_cell(id: &str) -> Cell<'_> {
    Cell { table: "launch_contexts", column: "tokens", id }
}

/// Opens sealed tokens. Returns `None` if they were wiped.
pub(in crate::launch) fn open_tokens(sealer: &Sealer, id: &str, sealed: &[u8]) -> Result<Option<Tokens>> {
    if sealed.is_empty() { Ok(None) } else { sealer.open_json(tokens_cell(id), sealed).map(Some) }
}

/// Returns the tokens of a context that has not ended.
///
/// # Errors
/// [`db::Error::Sealed`](crate::db::Error::Sealed) if they cannot be opened.
pub(super) async fn find_tokens(db: &Db, sealer: &Sealer, id: &str) -> Result<Option<StoredTokens>> {
    let row: Option<TokensRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT tokens, token_version, refresh_began_at FROM launch_contexts WHERE id = $1 AND ended_at IS NULL",
        ).bind(id).fetch_optional(p).await?
    });
    row.map(|row| {
        let (version, refresh_began_at) = (row.token_version, row.refresh_began_at);
        Ok(StoredTokens { tokens: open_tokens(sealer, id, &row.tokens)?, version, refresh_began_at })
    })
    .transpose()
}

/// Claims the refresh token of this version. Returns true for exactly one caller, across all nodes.
pub(super) async fn claim_refresh(db: &Db, clock: &dyn Clock, id: &str, version: i64) -> Result<bool> {
    let claimed = execute_alone!(
        db,
        "UPDATE launch_contexts SET refresh_began_at = $1 WHERE id = $2 AND token_version = $3 AND ended_at IS NULL \
         AND refresh_began_at IS NULL AND (refresh_not_before IS NULL OR refresh_not_before <= $1)",
        clock.now_ms(),
        id,
        version,
    );
    Ok(claimed == 1)
}

/// Stores the result of a claimed refresh. If the context has ended meanwhile, the tokens become due for revocation.
pub(super) async fn settle_refresh(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    version: i64,
    tokens: Option<&Tokens>,
) -> Result<()> {
    let sealed = tokens.map(|tokens| sealer.seal_json(tokens_cell(id), tokens)).transpose()?;
    execute_alone!(
        db,
        "UPDATE launch_contexts SET tokens = $1, token_version = token_version + 1, refresh_began_at = NULL, \
         refresh_not_before = NULL, revoke_due_at = CASE WHEN ended_at IS NULL THEN NULL ELSE $2 END \
         WHERE id = $3 AND token_version = $4",
        sealed.as_deref().unwrap_or(WIPED),
        clock.now_ms(),
        id,
        version,
    );
    Ok(())
}

/// Releases a claim whose refresh token was not used. No caller can claim it before `not_before`, epoch milliseconds.
pub(super) async fn release_refresh(db: &Db, id: &str, version: i64, not_before: i64) -> Result<()> {
    execute_alone!(
        db,
        "UPDATE launch_contexts SET refresh_began_at = NULL, refresh_not_before = $1 WHERE id = $2 AND token_version = $3",
        not_before,
        id,
        version,
    );
    Ok(())
}

/// Claims tokens due for revocation, each for one caller until `again_at`, epoch milliseconds. Tokens that cannot be
/// opened are wiped.
pub(super) async fn claim_ended(
    db: &Db,
    sealer: &Sealer,
    now: i64,
    again_at: i64,
) -> Result<Vec<EndedContext>> {
    let rows: Vec<EndedRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, ehr_id, tokens, revoke_due_at, ended_at FROM launch_contexts \
             WHERE revoke_due_at <= $1 ORDER BY revoke_due_at LIMIT 32",
        ).bind(now).fetch_all(p).await?
    });
    let mut claimed = Vec::new();
    for EndedRow { id, ehr_id, tokens, revoke_due_at, ended_at } in rows {
        let taken = execute_alone!(
            db,
            "UPDATE launch_contexts SET revoke_due_at = $1 WHERE id = $2 AND revoke_due_at = $3",
            again_at,
            &id,
            revoke_due_at,
        );
        match open_tokens(sealer, &id, &tokens) {
            Ok(Some(tokens)) if taken == 1 => claimed.push(EndedContext { id, ehr_id, tokens, ended_at }),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => wipe(db, &id).await?,
        }
    }
    Ok(claimed)
}

/// Wipes the tokens of an ended context.
pub(super) async fn wipe(db: &Db, id: &str) -> Result<()> {
    execute_alone!(
        db,
        "UPDATE launch_contexts SET tokens = $1, revoke_due_at = NULL WHERE id = $2 AND ended_at IS NOT NULL",
        WIPED,
        id,
    );
    Ok(())
}

/// Ends one context, in the caller's transaction; its tokens become due for revocation.
pub(super) async fn end_context(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE launch_contexts SET ended_at = $1, revoke_due_at = $1 WHERE id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        id,
    ))
}
