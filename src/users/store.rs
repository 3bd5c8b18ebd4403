//! SQL of users, links and invitations.

use jiff::SignedDuration;

use super::{
    error::Error,
    user::{InvitationCode, NewUser, Role, User},
};
use crate::{
    clock::Clock,
    db::{self, Db, Sealer, Tx, defer, execute, on, row, row_id},
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

impl TryFrom<UserRow> for User {
    type Error = db::Error;

    fn try_from(row: UserRow) -> Result<Self, db::Error> {
        let role = role(&row.id, &row.role)?;
        Ok(Self { id: row.id, name: row.name, role, language: row.language, disabled_at: row.disabled_at })
    }
}

/// Link from an EHR identity to a local account.
#[derive(Clone, Copy, Debug)]
pub struct UserLink<'a> {
    /// EHR whose issuer vouches for the identity.
    pub ehr_id: &'a str,
    /// OIDC issuer, byte for byte.
    pub issuer: &'a str,
    /// OIDC subject, byte for byte.
    pub subject: &'a str,
    /// Local account.
    pub user_id: &'a str,
}

/// Parses the stored role of a user.
pub(super) fn role(id: &str, text: &str) -> db::Result<Role> {
    text.parse().map_err(|_| db::Error::Row { table: "users", column: "role", id: id.to_owned() })
}

/// Finds the user that an EHR identity is linked to.
pub async fn find_linked_user(
    db: &Db,
    ehr_id: &str,
    issuer: &str,
    subject: &str,
) -> db::Result<Option<User>> {
    let row: Option<UserRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT u.id, u.name, u.role, u.language, u.disabled_at FROM user_links l JOIN users u ON u.id = l.user_id \
             WHERE l.ehr_id = $1 AND l.issuer = $2 AND l.subject = $3",
        ).bind(ehr_id).bind(issuer).bind(subject).fetch_optional(p).await?
    });
    row.map(User::try_from).transpose()
}

/// Finds a user by id.
pub async fn find_user(db: &Db, id: &str) -> db::Result<Option<User>> {
    let row: Option<UserRow> = on!(db.read(), p => {
        sqlx::query_as("SELECT id, name, role, language, disabled_at FROM users WHERE id = $1")
            .bind(id).fetch_optional(p).await?
    });
    row.map(User::try_from).transpose()
}

/// Inserts an account and returns its id.
///
/// # Errors
/// [`Error::EmailTaken`] if another account has the e-mail.
pub async fn insert_user(
    tx: &mut Tx,
    clock: &dyn Clock,
    user: &NewUser,
    password_hash: Option<&str>,
) -> Result<String, Error> {
    let id = row_id(clock);
    insert_user_as(tx, clock, &id, user, password_hash).await?;
    Ok(id)
}

/// Inserts an account with this id.
///
/// # Errors
/// [`Error::EmailTaken`] if another account has the e-mail, or the id.
pub async fn insert_user_as(
    tx: &mut Tx,
    clock: &dyn Clock,
    id: &str,
    user: &NewUser,
    password_hash: Option<&str>,
) -> Result<(), Error> {
    let email = user.email.as_ref().map(|email| email.trim().to_lowercase());
    let inserted: db::Result<()> = async {
        execute!(tx,
        "INSERT INTO users (id, name, email, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id, &user.name, &email, password_hash, user.role.as_str(), clock.now_ms(),
    );
        Ok(())
    }
    .await;
    match inserted {
        Ok(()) => Ok(()),
        Err(error) if error.is_duplicate() => Err(Error::EmailTaken),
        Err(error) => Err(error.into()),
    }
}

/// Locks an enabled account until the transaction ends. Returns false if there is none.
pub async fn lock_enabled(tx: &mut Tx, id: &str) -> db::Result<bool> {
    let locked = execute!(tx, "UPDATE users SET name = name WHERE id = $1 AND disabled_at IS NULL", id);
    Ok(locked == 1)
}

/// Links an EHR identity to a user. Returns false if the identity is already linked.
pub async fn insert_link(tx: &mut Tx, clock: &dyn Clock, link: &UserLink<'_>) -> db::Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO user_links (issuer, subject, user_id, ehr_id, linked_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        link.issuer,
        link.subject,
        link.user_id,
        link.ehr_id,
        clock.now_ms(),
    );
    Ok(inserted == 1)
}

/// Deletes all links of an EHR, so that its users link again. Returns their number.
pub async fn forget_links_of(tx: &mut Tx, ehr_id: &str) -> db::Result<u64> {
    Ok(execute!(tx, "DELETE FROM user_links WHERE ehr_id = $1", ehr_id))
}

/// Stores the language that a user chose.
pub async fn update_language(tx: &mut Tx, user_id: &str, language: &str) -> db::Result<()> {
    defer!(tx, "UPDATE users SET language = $1 WHERE id = $2", language, user_id,);
    Ok(())
}

/// Stores an invitation for a user, valid for `days` days.
pub async fn insert_invitation(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    code: &InvitationCode,
    user_id: &str,
    days: i64,
) -> db::Result<()> {
    let expires_at = (clock.now() + SignedDuration::from_hours(24 * days)).as_millisecond();
    defer!(
        tx,
        "INSERT INTO invitations (code_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        code.hash(sealer),
        user_id,
        clock.now_ms(),
        expires_at,
    );
    Ok(())
}

/// Finds the user of an invitation that is unused and has not expired.
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

/// Marks an invitation as used. Returns false if it is already used or has expired.
pub async fn take_invitation(tx: &mut Tx, clock: &dyn Clock, code_hash: &str) -> db::Result<bool> {
    let taken = execute!(
        tx,
        "UPDATE invitations SET used_at = $1 WHERE code_hash = $2 AND used_at IS NULL AND expires_at > $1",
        clock.now_ms(),
        code_hash,
    );
    Ok(taken == 1)
}
