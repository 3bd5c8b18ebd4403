//! The SQL of users, links, invitations and sessions.

use jiff::SignedDuration;

use super::{Error, InvitationCode, NewUser, Role, User};
use crate::{
    clock::Clock,
    config::SessionSettings,
    db::{self, Db, Sealer, Tx, execute, on, row, row_id},
    random,
};

row! {
    struct UserRow {
        id: String,
        name: String,
        role: String,
        language: Option<String>,
        disabled_at: Option<i64>,
    }
}

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

impl TryFrom<UserRow> for User {
    type Error = db::Error;

    fn try_from(row: UserRow) -> Result<Self, db::Error> {
        let role = row.role.parse::<Role>();
        let role = role.map_err(|_| db::Error::Row { table: "users", column: "role", id: row.id.clone() })?;
        Ok(Self { id: row.id, name: row.name, role, language: row.language, disabled_at: row.disabled_at })
    }
}

/// The user an EHR identity is linked to.
///
/// # Errors
/// When the database fails.
pub async fn find_linked_user(db: &Db, issuer: &str, subject: &str) -> db::Result<Option<User>> {
    let row: Option<UserRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT u.id, u.name, u.role, u.language, u.disabled_at FROM user_links l JOIN users u ON u.id = l.user_id \
             WHERE l.issuer = $1 AND l.subject = $2",
        ).bind(issuer).bind(subject).fetch_optional(p).await?
    });
    row.map(User::try_from).transpose()
}

/// A user by id.
///
/// # Errors
/// When the database fails.
pub async fn find_user(db: &Db, id: &str) -> db::Result<Option<User>> {
    let row: Option<UserRow> = on!(db.read(), p => {
        sqlx::query_as("SELECT id, name, role, language, disabled_at FROM users WHERE id = $1")
            .bind(id).fetch_optional(p).await?
    });
    row.map(User::try_from).transpose()
}

/// A user with a password, by e-mail, and the stored form of the password.
///
/// # Errors
/// When the database fails.
pub async fn find_password(db: &Db, email: &str) -> db::Result<Option<(String, String)>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, password_hash FROM users WHERE email = $1 AND password_hash IS NOT NULL AND disabled_at IS NULL",
        ).bind(email.trim().to_lowercase()).fetch_optional(p).await?
    }))
}

/// Makes an account and gives its id.
///
/// # Errors
/// [`Error::EmailTaken`], or when the database fails.
pub async fn insert_user(
    tx: &mut Tx,
    clock: &dyn Clock,
    user: &NewUser,
    password_hash: Option<&str>,
) -> Result<String, Error> {
    let id = row_id(clock);
    let email = user.email.as_ref().map(|email| email.trim().to_lowercase());
    let inserted: Result<(), sqlx::Error> = async {
        execute!(tx,
        "INSERT INTO users (id, name, email, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        &id, &user.name, &email, password_hash, user.role.as_str(), clock.now_ms(),
    );
        Ok(())
    }
    .await;
    match inserted.map_err(db::Error::from) {
        Ok(()) => Ok(id),
        Err(error) if error.is_duplicate() => Err(Error::EmailTaken),
        Err(error) => Err(error.into()),
    }
}

/// Links an EHR identity to a user. False when somebody else was first.
///
/// # Errors
/// When the database fails.
pub async fn insert_link(
    tx: &mut Tx,
    clock: &dyn Clock,
    (issuer, subject): (&str, &str),
    user_id: &str,
    ehr_id: &str,
) -> db::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO user_links (issuer, subject, user_id, ehr_id, linked_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        issuer,
        subject,
        user_id,
        ehr_id,
        clock.now_ms(),
    );
    Ok(inserted == 1)
}

/// Switches an account off and ends its sessions. False when there is no such account, or it is off already.
///
/// # Errors
/// When the database fails.
pub async fn disable_user(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<bool> {
    let now = clock.now_ms();
    let changed = execute!(
        tx,
        "UPDATE users SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL",
        now,
        user_id,
    );
    execute!(tx, "UPDATE sessions SET ended_at = $1 WHERE user_id = $2 AND ended_at IS NULL", now, user_id,);
    Ok(changed == 1)
}

/// Remembers the language a person chose.
///
/// # Errors
/// When the database fails.
pub async fn update_language(tx: &mut Tx, user_id: &str, language: &str) -> db::Result<()> {
    execute!(tx, "UPDATE users SET language = $1 WHERE id = $2", language, user_id,);
    Ok(())
}

/// Stores an invitation for a user, good for `days`.
///
/// # Errors
/// When the database fails.
pub async fn insert_invitation(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    code: &InvitationCode,
    user_id: &str,
    days: i64,
) -> db::Result<()> {
    let expires_at = (clock.now() + SignedDuration::from_hours(24 * days)).as_millisecond();
    execute!(
        tx,
        "INSERT INTO invitations (code_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        code.hash(sealer),
        user_id,
        clock.now_ms(),
        expires_at,
    );
    Ok(())
}

/// The user an unused invitation is for.
///
/// # Errors
/// When the database fails.
pub async fn find_invited(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    code: &InvitationCode,
) -> db::Result<Option<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT i.user_id FROM invitations i JOIN users u ON u.id = i.user_id \
             WHERE i.code_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND u.disabled_at IS NULL",
        ).bind(code.hash(sealer)).bind(clock.now_ms()).fetch_optional(p).await?
    }))
}

/// Uses an invitation up, once. False when it was used or ran out meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn take_invitation(tx: &mut Tx, clock: &dyn Clock, code_hash: &str) -> db::Result<bool> {
    let taken = execute!(
        tx,
        "UPDATE invitations SET used_at = $1 WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1",
        clock.now_ms(),
        code_hash,
    );
    Ok(taken == 1)
}

/// Opens a session, or gives the live one of the same user in this browser a new key.
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
            "UPDATE sessions SET key_hash = $1, seen_at = $2 WHERE id = $3 AND user_id = $4 AND ended_at IS NULL",
            &key_hash,
            now,
            id,
            user_id,
        );
        if renewed == 1 {
            return Ok(NewSession { id: id.to_owned(), key });
        }
    }
    let id = row_id(clock);
    execute!(
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

/// The live session of a cookie's key, within both limits, of an account that is on.
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
    let before =
        |limit: std::time::Duration| clock.now_ms() - i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
    let row: Option<SessionRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT s.id AS session_id, s.ehr_id AS session_ehr_id, s.seen_at, u.id, u.name, u.role, u.language, \
             u.disabled_at FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.key_hash = $1 \
             AND s.ended_at IS NULL AND s.seen_at > $2 AND s.created_at > $3 AND u.disabled_at IS NULL",
        ).bind(hash(sealer, key)).bind(before(limits.idle)).bind(before(limits.absolute)).fetch_optional(p).await?
    });
    row.map(|row| {
        let (id, ehr_id, seen_at) = (row.session_id, row.session_ehr_id, row.seen_at);
        let user = UserRow {
            id: row.id,
            name: row.name,
            role: row.role,
            language: row.language,
            disabled_at: row.disabled_at,
        };
        Ok(OpenSession { id, ehr_id, seen_at, user: user.try_into()? })
    })
    .transpose()
}

/// Notes a click, which pushes the idle limit back.
///
/// # Errors
/// When the database fails.
pub async fn touch_session(db: &Db, clock: &dyn Clock, id: &str) -> db::Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "UPDATE sessions SET seen_at = $1 WHERE id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        id,
    );
    tx.commit().await
}

/// Ends a session by its row id.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &mut Tx, clock: &dyn Clock, id: &str) -> db::Result<()> {
    execute!(tx, "UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL", clock.now_ms(), id,);
    Ok(())
}

/// Ends the sessions that began at an EHR.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions_of_ehr(tx: &mut Tx, clock: &dyn Clock, ehr_id: &str) -> db::Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE sessions SET ended_at = $1 WHERE ehr_id = $2 AND ended_at IS NULL",
        clock.now_ms(),
        ehr_id,
    ))
}

fn hash(sealer: &Sealer, key: &str) -> String {
    sealer.lookup(&["session", key])
}
