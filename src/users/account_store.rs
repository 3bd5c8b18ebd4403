//! SQL of accounts, as administrators see and change them.
//!
//! Why a change that takes an administrator away first locks all of them (`hold_administrators`): two administrators who
//! disable each other at the same time would each see the other as enabled. A locked row cannot change before the
//! transaction ends, so the other administrator whom the check found is still one when it commits.

use super::{
    account::{Account, AccountStatus, LinkedIdentity},
    error::Error,
    password_store::{LOCKOUT_MS, MAX_ATTEMPTS},
    session_store,
    store::{UserLink, note_unlinked, role},
    user::Role,
};
use crate::{
    clock::Clock,
    db::{self, Db, Tx, defer, execute, on, on_tx, row},
};

row! {
    struct AccountRow {
        id: String,
        name: String,
        email: Option<String>,
        role: String,
        created_at: i64,
        disabled_at: Option<i64>,
        has_password: i64,
        links: i64,
        locks: i64,
        invited_until: Option<i64>,
        signed_in_at: Option<i64>,
    }
}

row! {
    struct LinkRow {
        user_id: String,
        ehr_id: String,
        issuer: String,
        subject: String,
        linked_at: i64,
    }
}

impl AccountRow {
    fn status(&self) -> AccountStatus {
        if self.disabled_at.is_some() {
            AccountStatus::Disabled
        } else if self.locks > 0 {
            AccountStatus::Locked
        } else if self.has_password > 0 || self.links > 0 {
            AccountStatus::Active
        } else if self.invited_until.is_some() {
            AccountStatus::Invited
        } else {
            AccountStatus::NotSetUp
        }
    }
}

impl TryFrom<AccountRow> for Account {
    type Error = db::Error;

    fn try_from(row: AccountRow) -> Result<Self, db::Error> {
        Ok(Self {
            role: role(&row.id, &row.role)?,
            status: row.status(),
            id: row.id,
            name: row.name,
            email: row.email,
            created_at: row.created_at,
            signed_in_at: row.signed_in_at,
            invited_until: row.invited_until,
        })
    }
}

impl From<LinkRow> for LinkedIdentity {
    fn from(row: LinkRow) -> Self {
        let LinkRow { user_id, ehr_id, issuer, subject, linked_at } = row;
        Self { user_id, ehr_id, issuer, subject, linked_at }
    }
}

/// Finds accounts, sorted by name: all of them, or those with this id or email.
pub async fn find_accounts(db: &Db, clock: &dyn Clock, only: Option<&str>) -> db::Result<Vec<Account>> {
    let now = clock.now_ms();
    let id = only.unwrap_or_default();
    if id.contains('\0') {
        return Ok(Vec::new());
    }
    let rows: Vec<AccountRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT u.id, u.name, u.email, u.role, u.created_at, u.disabled_at, \
             CAST(CASE WHEN u.password_hash IS NULL THEN 0 ELSE 1 END AS BIGINT) AS has_password, \
             (SELECT COUNT(*) FROM user_links l WHERE l.user_id = u.id) AS links, \
             (SELECT COUNT(*) FROM password_tries t WHERE t.user_id = u.id AND t.tries >= $1 AND t.tried_at > $2) AS locks, \
             i.until AS invited_until, \
             (SELECT e.at FROM audit_events e WHERE e.user_id = u.id AND e.outcome = 'success' \
              AND (e.event = 'signed-in' OR e.event = 'launch-opened') ORDER BY e.at DESC LIMIT 1) AS signed_in_at \
             FROM users u LEFT JOIN (SELECT user_id, MAX(expires_at) AS until FROM invitations \
             WHERE used_at IS NULL AND expires_at > $3 GROUP BY user_id) i ON i.user_id = u.id \
             WHERE $4 = 1 OR u.id = $5 OR u.email = $6 ORDER BY u.name, u.id",
        ).bind(MAX_ATTEMPTS).bind(now - LOCKOUT_MS).bind(now).bind(i64::from(only.is_none())).bind(id)
            .bind(id.trim().to_lowercase()).fetch_all(p).await?
    });
    rows.into_iter().map(Account::try_from).collect()
}

/// Finds the account with this id or email.
pub async fn find_account(db: &Db, clock: &dyn Clock, account: &str) -> db::Result<Option<Account>> {
    Ok(find_accounts(db, clock, Some(account)).await?.pop())
}

/// Finds the linked identities of one account, or of all of them, oldest first.
pub async fn find_links(db: &Db, user_id: Option<&str>) -> db::Result<Vec<LinkedIdentity>> {
    let rows: Vec<LinkRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT user_id, ehr_id, issuer, subject, linked_at FROM user_links WHERE $1 = 1 OR user_id = $2 \
             ORDER BY linked_at, ehr_id, subject",
        ).bind(i64::from(user_id.is_none())).bind(user_id.unwrap_or_default()).fetch_all(p).await?
    });
    Ok(rows.into_iter().map(LinkedIdentity::from).collect())
}

/// Locks every administrator who can sign in until the transaction ends. Returns 1 if `user_id` is one of them, otherwise
/// 0. Must be the first statement of the transaction about users.
///
/// # Errors
/// [`Error::LastAdministrator`] if `user_id` is the only one.
async fn hold_administrators(tx: &mut Tx, user_id: &str) -> Result<i64, Error> {
    let held: db::Result<Vec<String>> = async {
        Ok(on_tx!(tx, c => {
            sqlx::query_scalar(
                "UPDATE users SET role = role WHERE role = 'administrator' AND disabled_at IS NULL \
                 AND email IS NOT NULL AND password_hash IS NOT NULL RETURNING id",
            ).fetch_all(c).await?
        }))
    }
    .await;
    let held = held?;
    match held.iter().any(|id| id == user_id) {
        true if held.len() == 1 => Err(Error::LastAdministrator),
        is_held => Ok(i64::from(is_held)),
    }
}

/// Disables an account, ends its sessions and withdraws its invitations. Returns false if it does not exist or is already
/// disabled.
///
/// # Errors
/// [`Error::LastAdministrator`] if no other administrator could sign in afterwards.
pub async fn disable_user(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> Result<bool, Error> {
    let is_held = hold_administrators(tx, user_id).await?;
    let disabled = disable_unless_administrator(tx, clock, user_id, is_held).await?;
    if disabled {
        session_store::end_sessions(tx, clock, user_id).await?;
        withdraw_invitations(tx, clock, user_id).await?;
    }
    Ok(disabled)
}

async fn disable_unless_administrator(
    tx: &mut Tx,
    clock: &dyn Clock,
    user_id: &str,
    is_held: i64,
) -> db::Result<bool> {
    // A row that became an administrator after the lock is left alone.
    let changed = execute!(
        tx,
        "UPDATE users SET disabled_at = $1 WHERE id = $2 AND disabled_at IS NULL \
         AND ($3 = 1 OR role <> 'administrator' OR email IS NULL OR password_hash IS NULL)",
        clock.now_ms(),
        user_id,
        is_held,
    );
    Ok(changed == 1)
}

/// Enables a disabled account, without the sessions that launches in progress opened after it was disabled. Returns false if
/// it does not exist or is not disabled.
pub async fn enable_user(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE users SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL",
        user_id,
    );
    if changed == 1 {
        session_store::end_sessions(tx, clock, user_id).await?;
    }
    Ok(changed == 1)
}

/// Change of a role.
#[derive(Clone, Copy, Debug)]
pub struct RoleChange<'a> {
    /// Account.
    pub user_id: &'a str,
    /// Role that it has.
    pub from: Role,
    /// Role that it gets.
    pub to: Role,
}

/// Changes a role. An account that is no longer an administrator's loses its admin sessions. Returns false if the account
/// does not exist, or no longer has the role `from`.
///
/// # Errors
/// [`Error::LastAdministrator`] if no other administrator could sign in afterwards; [`Error::EmailMissing`] if an account
/// without an email would become an administrator's.
pub async fn change_role(tx: &mut Tx, clock: &dyn Clock, change: RoleChange<'_>) -> Result<bool, Error> {
    let RoleChange { user_id, from, .. } = change;
    let is_held = match from {
        Role::Administrator => hold_administrators(tx, user_id).await?,
        Role::Clinician | Role::Delegate => 0,
    };
    let changed = update_role(tx, change, is_held).await?;
    if changed == Some(false) {
        return Err(Error::EmailMissing);
    }
    if changed.is_some() {
        // A code for linking would set the password of an administrator.
        withdraw_invitations(tx, clock, user_id).await?;
    }
    if changed.is_some() && from == Role::Administrator {
        session_store::end_admin_sessions(tx, clock, user_id).await?;
    }
    Ok(changed.is_some())
}

/// Updates a role. Returns whether the account has the email that the new role needs, or `None` if nothing was changed.
async fn update_role(tx: &mut Tx, change: RoleChange<'_>, is_held: i64) -> db::Result<Option<bool>> {
    let has_email: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE users SET role = $1 WHERE id = $2 AND role = $3 \
             AND ($4 = 1 OR role <> 'administrator' OR disabled_at IS NOT NULL OR email IS NULL OR password_hash IS NULL) \
             RETURNING CAST(CASE WHEN email IS NULL THEN 0 ELSE 1 END AS BIGINT)",
        ).bind(change.to.as_str()).bind(change.user_id).bind(change.from.as_str()).bind(is_held)
            .fetch_optional(c).await?
    });
    Ok(has_email.map(|has_email| has_email == 1 || change.to != Role::Administrator))
}

/// Deletes the password of an enabled account with an email, unlocks it and ends its admin sessions. Returns false if
/// there is no such account.
///
/// # Errors
/// [`Error::LastAdministrator`] if no other administrator could sign in afterwards.
pub async fn delete_password(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> Result<bool, Error> {
    let is_held = hold_administrators(tx, user_id).await?;
    let changed: db::Result<u64> = async {
        Ok(execute!(
            tx,
            "UPDATE users SET password_hash = NULL WHERE id = $1 AND disabled_at IS NULL AND email IS NOT NULL \
             AND ($2 = 1 OR role <> 'administrator' OR password_hash IS NULL)",
            user_id,
            is_held,
        ))
    }
    .await;
    if changed? == 0 {
        return Ok(false);
    }
    let unlocked: db::Result<()> = async {
        defer!(tx, "DELETE FROM password_tries WHERE user_id = $1", user_id);
        Ok(())
    }
    .await;
    unlocked?;
    session_store::end_admin_sessions(tx, clock, user_id).await?;
    Ok(true)
}

/// Deletes a link, ends the account's sessions for charts, and stops launches of the identity that are in progress. Returns
/// false if there is no such link.
pub async fn delete_link(tx: &mut Tx, clock: &dyn Clock, link: &UserLink<'_>) -> db::Result<bool> {
    let deleted = execute!(
        tx,
        "DELETE FROM user_links WHERE ehr_id = $1 AND issuer = $2 AND subject = $3 AND user_id = $4",
        link.ehr_id,
        link.issuer,
        link.subject,
        link.user_id,
    );
    if deleted == 1 {
        note_unlinked(tx, clock, link).await?;
        session_store::end_chart_sessions(tx, clock, link.user_id).await?;
    }
    Ok(deleted == 1)
}

/// Marks every unused invitation of an account as used.
pub async fn withdraw_invitations(tx: &mut Tx, clock: &dyn Clock, user_id: &str) -> db::Result<()> {
    defer!(
        tx,
        "UPDATE invitations SET used_at = $1 WHERE user_id = $2 AND used_at IS NULL",
        clock.now_ms(),
        user_id,
    );
    Ok(())
}
