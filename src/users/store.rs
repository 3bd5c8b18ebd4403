//! SQL of users, links and invitations.

use jiff::SignedDuration;

use super::{
    error::Error,
    user::{InvitationCode, NewUser, Role, User},
};
use crate::{
    clock::Clock,
    db::{self, Db, Sealer, Tx, defer, execute, on, on_tx, row, row_id},
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

/// Whether the stored hash of an account's password is still this one.
pub async fn has_password(tx: &mut Tx, id: &str, stored: &str) -> db::Result<bool> {
    let found: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar("SELECT created_at FROM users WHERE id = $1 AND password_hash = $2")
            .bind(id).bind(stored).fetch_optional(c).await?
    });
    Ok(found.is_some())
}

/// Makes the transaction fail with [`db::Error::is_null_refused`] if the identity of this link was unlinked after `since`,
/// in epoch milliseconds, and holds the link until the transaction ends, if there is one.
///
/// Nothing is returned, because a statement whose result is needed keeps a transaction out of the group commit of SQLite.
pub async fn refuse_unlinked(tx: &mut Tx, link: &UserLink<'_>, since: i64) -> db::Result<()> {
    let UserLink { ehr_id, issuer, subject, .. } = *link;
    // A transaction on SQLite excludes all others.
    if matches!(tx, Tx::Postgres(_)) {
        let _: Option<i64> = on_tx!(tx, c => {
            sqlx::query_scalar(
                "SELECT linked_at FROM user_links WHERE ehr_id = $1 AND issuer = $2 AND subject = $3 FOR KEY SHARE",
            ).bind(ehr_id).bind(issuer).bind(subject).fetch_optional(c).await?
        });
    }
    // The column does not accept NULL.
    defer!(
        tx,
        "UPDATE unlinked_identities SET unlinked_at = NULL \
         WHERE ehr_id = $1 AND issuer = $2 AND subject = $3 AND unlinked_at > $4",
        ehr_id,
        issuer,
        subject,
        since,
    );
    Ok(())
}

/// Notes that an identity is unlinked, for [`refuse_unlinked`].
pub(super) async fn note_unlinked(tx: &mut Tx, clock: &dyn Clock, link: &UserLink<'_>) -> db::Result<()> {
    defer!(
        tx,
        "INSERT INTO unlinked_identities (ehr_id, issuer, subject, unlinked_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (ehr_id, issuer, subject) DO UPDATE SET unlinked_at = excluded.unlinked_at",
        link.ehr_id,
        link.issuer,
        link.subject,
        clock.now_ms(),
    );
    Ok(())
}

/// Deletes notes of identities that were unlinked before `before`, in epoch milliseconds.
pub async fn forget_unlinked(tx: &mut Tx, before: i64) -> db::Result<u64> {
    Ok(execute!(tx, "DELETE FROM unlinked_identities WHERE unlinked_at < $1", before))
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
    if inserted == 1 {
        defer!(
            tx,
            "DELETE FROM unlinked_identities WHERE ehr_id = $1 AND issuer = $2 AND subject = $3",
            link.ehr_id,
            link.issuer,
            link.subject,
        );
    }
    Ok(inserted == 1)
}

/// Deletes all links of an EHR, so that its users link again. Returns their number.
pub async fn forget_links_of(tx: &mut Tx, ehr_id: &str) -> db::Result<u64> {
    Ok(execute!(tx, "DELETE FROM user_links WHERE ehr_id = $1", ehr_id))
}

/// Notes that a user launched from a clinic of an EHR that serves several.
pub async fn note_member(tx: &mut Tx, clinic_key: &str, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "INSERT INTO clinic_members (clinic_key, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        clinic_key,
        user_id,
    );
    Ok(())
}

row! {
    /// Clinician who may be named to sign.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Signer {
        /// Row id of the account.
        pub id: String,
        /// Display name.
        pub name: String,
        /// E-mail, if the account has one.
        pub email: Option<String>,
    }
}

/// Finds the clinicians who may sign at an EHR, by name: enabled accounts with an identity there and, for a clinic of an
/// EHR that serves several, those that launched from it.
pub async fn find_signers(db: &Db, ehr_id: &str, clinic_key: Option<&str>) -> db::Result<Vec<Signer>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT u.id, u.name, u.email FROM users u WHERE u.role = 'clinician' AND u.disabled_at IS NULL \
             AND EXISTS (SELECT l.user_id FROM user_links l WHERE l.user_id = u.id AND l.ehr_id = $1) \
             AND ($2 = 1 OR EXISTS (SELECT m.user_id FROM clinic_members m WHERE m.user_id = u.id AND m.clinic_key = $3)) \
             ORDER BY u.name, u.id LIMIT 500",
        ).bind(ehr_id).bind(i64::from(clinic_key.is_none())).bind(clinic_key.unwrap_or_default()).fetch_all(p).await?
    }))
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
