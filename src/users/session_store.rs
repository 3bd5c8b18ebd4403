//! SQL of sessions.

use super::{session::Administrator, store::role, user::User};
use crate::{
    clock::Clock,
    config::SessionSettings,
    db::{self, AgedRows, Db, Sealer, Tx, aged_rows, defer, execute, execute_alone, on, row, row_id},
    random,
};

row! {
    struct SessionRow {
        session_id: String,
        session_ehr_id: String,
        seen_at: i64,
        created_at: i64,
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

/// Cutoff times of live sessions, in epoch milliseconds. A session is live if its last click and its start are later.
#[derive(Clone, Copy, Debug)]
pub struct SessionCutoff {
    /// Sessions without a click since then have expired.
    pub seen_before: i64,
    /// Sessions started before then have expired.
    pub begun_before: i64,
}

impl SessionCutoff {
    /// Returns the cutoff times at `now` for `limits`.
    #[must_use]
    pub fn at(now: i64, limits: SessionSettings) -> Self {
        let before = |limit: std::time::Duration| now - i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        Self { seen_before: before(limits.idle), begun_before: before(limits.absolute) }
    }

    /// Returns the time at which a session ends without a further click.
    fn end_of(self, now: i64, seen_at: i64, begun_at: i64) -> i64 {
        now + (seen_at - self.seen_before).min(begun_at - self.begun_before)
    }
}

/// Live session and its user.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// Row id, for binding data to the session. Does not grant access to it.
    pub id: String,
    /// EHR at which it started.
    pub ehr_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Time at which it ends without a further click, epoch milliseconds.
    pub ends_at: i64,
    /// Signed-in user.
    pub user: User,
}

/// Newly opened session.
pub struct NewSession {
    /// Row id.
    pub id: String,
    /// Secret key for the cookie; stored nowhere else.
    pub key: String,
}

/// Opens a session, or renews the key and the limits of the current session if it belongs to the same user: a launch
/// counts as a new sign-in.
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

/// Opens an admin session, which has no EHR.
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

/// Finds the live admin session of a cookie's key, within both limits, if the account is enabled and still has the role
/// of an administrator.
pub async fn find_admin_session(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    key: &str,
    limits: SessionSettings,
) -> db::Result<Option<Administrator>> {
    let cutoff = SessionCutoff::at(clock.now_ms(), limits);
    let row: Option<AdminRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT s.id AS session_id, s.seen_at, u.id, u.name, u.language FROM sessions s \
             JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 AND s.ehr_id IS NULL AND s.ended_at IS NULL \
             AND s.seen_at > $2 AND s.created_at > $3 AND u.disabled_at IS NULL AND u.role = 'administrator'",
        ).bind(hash(sealer, key)).bind(cutoff.seen_before).bind(cutoff.begun_before).fetch_optional(p).await?
    });
    Ok(row.map(|row| Administrator {
        session_id: row.session_id,
        seen_at: row.seen_at,
        user_id: row.id,
        name: row.name,
        language: row.language,
    }))
}

/// Finds the live session for charts of a cookie's key, within both limits, if the account is enabled. Never finds an
/// admin session.
pub async fn find_session(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    key: &str,
    limits: SessionSettings,
) -> db::Result<Option<OpenSession>> {
    let now = clock.now_ms();
    let cutoff = SessionCutoff::at(now, limits);
    let row: Option<SessionRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT s.id AS session_id, s.ehr_id AS session_ehr_id, s.seen_at, s.created_at, u.id, u.name, u.role, \
             u.language, u.disabled_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 \
             AND s.ehr_id IS NOT NULL AND s.ended_at IS NULL AND s.seen_at > $2 AND s.created_at > $3 AND u.disabled_at IS NULL",
        ).bind(hash(sealer, key)).bind(cutoff.seen_before).bind(cutoff.begun_before).fetch_optional(p).await?
    });
    row.map(|row| {
        let (id, ehr_id, seen_at) = (row.session_id, row.session_ehr_id, row.seen_at);
        let ends_at = cutoff.end_of(now, seen_at, row.created_at);
        let role = role(&row.id, &row.role)?;
        let (language, disabled_at) = (row.language, row.disabled_at);
        let user = User { id: row.id, name: row.name, role, language, disabled_at };
        Ok(OpenSession { id, ehr_id, seen_at, ends_at, user })
    })
    .transpose()
}

/// Records a click, which restarts the idle limit.
pub async fn touch_session(db: &Db, clock: &dyn Clock, id: &str) -> db::Result<()> {
    execute_alone!(
        db,
        "UPDATE sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        id,
    );
    Ok(())
}

/// Returns the time at which a session was ended, or `None` if it is live, has expired, or does not exist.
pub async fn find_session_end(db: &Db, id: &str) -> db::Result<Option<i64>> {
    let found: Option<Option<i64>> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT ended_at FROM sessions WHERE id = $1").bind(id).fetch_optional(p).await?
    });
    Ok(found.flatten())
}

/// Ends a session by its row id.
pub async fn end_session(tx: &mut Tx, clock: &dyn Clock, id: &str) -> db::Result<()> {
    defer!(tx, "UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL", clock.now_ms(), id,);
    Ok(())
}

/// Whether the id of one of the last 20 admin sessions of this account, live or ended, satisfies `is`.
pub async fn had_admin_session(db: &Db, user_id: &str, is: impl Fn(&str) -> bool) -> db::Result<bool> {
    let ids: Vec<String> = on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM sessions WHERE user_id = $1 AND ehr_id IS NULL ORDER BY created_at DESC LIMIT 20",
        ).bind(user_id).fetch_all(p).await?
    });
    Ok(ids.iter().any(|id| is(id)))
}

/// Ends all admin sessions of an account.
pub async fn end_admin_sessions(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ehr_id IS NULL AND ended_at IS NULL",
        clock.now_ms(),
        user_id,
    );
    Ok(())
}

/// Ends the admin sessions of an account except one.
pub async fn end_other_admin_sessions(
    tx: &mut Tx,
    clock: &dyn Clock,
    user_id: &str,
    kept_id: &str,
) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ehr_id IS NULL AND ended_at IS NULL AND id <> $3",
        clock.now_ms(),
        user_id,
        kept_id,
    );
    Ok(())
}

/// Ends all sessions for charts of an account.
pub async fn end_chart_sessions(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ehr_id IS NOT NULL AND ended_at IS NULL",
        clock.now_ms(),
        user_id,
    );
    Ok(())
}

/// Ends all sessions of an account.
pub async fn end_sessions(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        user_id,
    );
    Ok(())
}

/// Sessions that ended or started before a time, with their launch contexts. A session whose tokens are not revoked yet is
/// kept.
pub const EXPIRED: AgedRows = aged_rows!(
    "sessions",
    "id",
    "COALESCE(ended_at, created_at)",
    "(ended_at < $1 OR created_at < $1) AND NOT EXISTS (SELECT c.id FROM launch_contexts c \
     WHERE c.session_id = sessions.id AND (c.ended_at IS NULL OR c.revoke_due_at IS NOT NULL))"
);

fn hash(sealer: &Sealer, key: &str) -> String {
    sealer.lookup(&["session", key])
}
