//! The SQL of sessions.

use super::{session::Administrator, store::role, user::User};
use crate::{
    clock::Clock,
    config::SessionSettings,
    db::{self, Db, Sealer, Tx, defer, execute, execute_alone, on, row, row_id},
    random,
};

row! {
    struct SessionRow {
        session_id: String,
        session_ehr_id: String,
        seen_at: i64,
        id: String,
        name: String,
        role: String,
        language: Option<String>,
        disabled_at: Option<i64>,
    }
}

row! {
    struct AdminRow {
        session_id: String,
        seen_at: i64,
        id: String,
        name: String,
        language: Option<String>,
    }
}

/// The moments that bound a live session: its last click and its beginning must be later. Epoch milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct SessionCutoff {
    /// A session without a click since then is over.
    pub seen_before: i64,
    /// A session begun before then is over.
    pub begun_before: i64,
}

impl SessionCutoff {
    /// What is over at `now` within `limits`.
    #[must_use]
    pub fn at(now: i64, limits: SessionSettings) -> Self {
        let before = |limit: std::time::Duration| now - i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        Self { seen_before: before(limits.idle), begun_before: before(limits.absolute) }
    }
}

/// A live session and its user.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// Row id; good for binding things to the session, not for finding it.
    pub id: String,
    /// The EHR it began at.
    pub ehr_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Who it is.
    pub user: User,
}

/// A session as it was just opened: its row id, and the key for the cookie.
pub struct NewSession {
    /// Row id.
    pub id: String,
    /// Goes into the cookie and nowhere else.
    pub key: String,
}

/// Opens a session, or gives the live one of the same user in this browser a new key and new limits: a launch is a
/// fresh sign-in.
///
/// # Errors
/// When the database fails.
pub async fn open_session(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    current: Option<&str>,
    user_id: &str,
    ehr_id: &str,
) -> db::Result<NewSession> {
    let (key, now) = (random::id(), clock.now_ms());
    let key_hash = hash(sealer, &key);
    if let Some(id) = current {
        let renewed = execute!(
            tx,
            "UPDATE sessions SET key_hash = $1, ehr_id = $2, created_at = $3, seen_at = $3 \
             WHERE id = $4 AND user_id = $5 AND ehr_id IS NOT NULL AND ended_at IS NULL",
            &key_hash,
            ehr_id,
            now,
            id,
            user_id,
        );
        if renewed == 1 {
            return Ok(NewSession { id: id.to_owned(), key });
        }
    }
    let id = row_id(clock);
    defer!(
        tx,
        "INSERT INTO sessions (id, key_hash, user_id, ehr_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)",
        &id,
        &key_hash,
        user_id,
        ehr_id,
        now,
    );
    Ok(NewSession { id, key })
}

/// Opens a session of the administrators' part: one that begins at no EHR.
///
/// # Errors
/// When the database fails.
pub async fn open_admin_session(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    user_id: &str,
) -> db::Result<NewSession> {
    let (id, key) = (row_id(clock), random::id());
    defer!(
        tx,
        "INSERT INTO sessions (id, key_hash, user_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)",
        &id,
        hash(sealer, &key),
        user_id,
        clock.now_ms(),
    );
    Ok(NewSession { id, key })
}

/// The live session of a cookie's key in the administrators' part, within both limits, of an account that is on and
/// whose role is administrator now.
///
/// # Errors
/// When the database fails.
pub async fn find_admin_session(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    key: &str,
    limits: SessionSettings,
) -> db::Result<Option<Administrator>> {
    let over = SessionCutoff::at(clock.now_ms(), limits);
    let row: Option<AdminRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT s.id AS session_id, s.seen_at, u.id, u.name, u.language FROM sessions s \
             JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 AND s.ehr_id IS NULL AND s.ended_at IS NULL \
             AND s.seen_at > $2 AND s.created_at > $3 AND u.disabled_at IS NULL AND u.role = 'administrator'",
        ).bind(hash(sealer, key)).bind(over.seen_before).bind(over.begun_before).fetch_optional(p).await?
    });
    Ok(row.map(|row| Administrator {
        session_id: row.session_id,
        seen_at: row.seen_at,
        user_id: row.id,
        name: row.name,
        language: row.language,
    }))
}

/// The live session of a cookie's key, within both limits, of an account that is on. Never one of the administrators'
/// part.
///
/// # Errors
/// When the database fails.
pub async fn find_session(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    key: &str,
    limits: SessionSettings,
) -> db::Result<Option<OpenSession>> {
    let over = SessionCutoff::at(clock.now_ms(), limits);
    let row: Option<SessionRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT s.id AS session_id, s.ehr_id AS session_ehr_id, s.seen_at, u.id, u.name, u.role, u.language, \
             u.disabled_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 \
             AND s.ehr_id IS NOT NULL AND s.ended_at IS NULL AND s.seen_at > $2 AND s.created_at > $3 AND u.disabled_at IS NULL",
        ).bind(hash(sealer, key)).bind(over.seen_before).bind(over.begun_before).fetch_optional(p).await?
    });
    row.map(|row| {
        let (id, ehr_id, seen_at) = (row.session_id, row.session_ehr_id, row.seen_at);
        let role = role(&row.id, &row.role)?;
        let (language, disabled_at) = (row.language, row.disabled_at);
        let user = User { id: row.id, name: row.name, role, language, disabled_at };
        Ok(OpenSession { id, ehr_id, seen_at, user })
    })
    .transpose()
}

/// Notes a click, which pushes the idle limit back.
///
/// # Errors
/// When the database fails.
pub async fn touch_session(db: &Db, clock: &dyn Clock, id: &str) -> db::Result<()> {
    execute_alone!(
        db,
        "UPDATE sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        id,
    );
    Ok(())
}

/// When a session was ended by somebody; none for one that lives, ran out, or is not there.
///
/// # Errors
/// When the database fails.
pub async fn find_session_end(db: &Db, id: &str) -> db::Result<Option<i64>> {
    let found: Option<Option<i64>> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT ended_at FROM sessions WHERE id = $1").bind(id).fetch_optional(p).await?
    });
    Ok(found.flatten())
}

/// Ends a session by its row id.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &mut Tx, clock: &dyn Clock, id: &str) -> db::Result<()> {
    defer!(tx, "UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL", clock.now_ms(), id,);
    Ok(())
}

/// Whether one of the sessions of an account in the administrators' part, over or not, is the one that `is` knows.
///
/// # Errors
/// When the database fails.
pub async fn had_admin_session(db: &Db, user_id: &str, is: impl Fn(&str) -> bool) -> db::Result<bool> {
    let ids: Vec<String> = on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM sessions WHERE user_id = $1 AND ehr_id IS NULL ORDER BY created_at DESC LIMIT 20",
        ).bind(user_id).fetch_all(p).await?
    });
    Ok(ids.iter().any(|id| is(id)))
}

/// Ends the sessions of an account in the administrators' part.
///
/// # Errors
/// When the database fails.
pub async fn end_admin_sessions(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ehr_id IS NULL AND ended_at IS NULL",
        clock.now_ms(),
        user_id,
    );
    Ok(())
}

/// Forgets sessions that ended or began before `before`, with everything that belongs to them.
///
/// # Errors
/// When the database fails.
pub async fn forget_sessions(tx: &mut Tx, before: i64) -> db::Result<u64> {
    Ok(execute!(tx, "DELETE FROM sessions WHERE ended_at < $1 OR created_at < $1", before,))
}

fn hash(sealer: &Sealer, key: &str) -> String {
    sealer.lookup(&["session", key])
}
