//! Actions on accounts, each in one transaction with its audit event. Pages and commands share them.

use jiff::SignedDuration;
use secrecy::SecretString;

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    db::Tx,
    users::{
        self, Account, InvitationCode, LinkedIdentity, NewUser, Role, RoleChange, UserLink, account_store,
        checked_email, checked_name, password_store, session_store, store,
    },
};

/// Days for which a one-time code is valid.
pub(super) const CODE_DAYS: i64 = 7;

/// One-time code, to be shown once.
pub(super) struct NewCode {
    /// Id of the account.
    pub(super) user_id: String,
    /// The code.
    pub(super) code: InvitationCode,
    /// Expiry, epoch milliseconds.
    pub(super) expires_at: i64,
}

/// Checks the details of an account to create.
pub(super) fn checked_user(name: &str, email: &str, role: Role) -> Result<NewUser, users::Error> {
    Ok(NewUser { name: checked_name(name)?, email: checked_email(email, role)?, role })
}

/// Finds an account by id or email.
///
/// # Errors
/// [`Error::Request`] if there is none.
pub(super) async fn find(admin: &Admin, account: &str) -> Result<Account, Error> {
    let found = account_store::find_account(&admin.ground.db, &*admin.ground.clock, account).await?;
    found.ok_or_else(|| {
        Error::Request(format!("There is no account `{account}`. List the accounts: `passerelle user list`."))
    })
}

/// Creates an account with this id, and a one-time code for it.
///
/// # Errors
/// [`Error::Users`] if the email is taken, or the id.
pub(super) async fn invite(admin: &Admin, id: &str, user: &NewUser) -> Result<NewCode, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    store::insert_user_as(&mut tx, &*admin.ground.clock, id, user, None).await?;
    let code = insert_code(admin, &mut tx, id).await?;
    record(admin, &mut tx, EventKind::UserInvited, id, user.role.as_str()).await?;
    tx.commit().await?;
    Ok(code)
}

/// Creates an account with a password and returns its id.
///
/// # Errors
/// [`Error::Users`] if the email is taken, the name or email is not valid, or the password is too short or too long.
pub async fn add_user(admin: &Admin, user: NewUser, password: SecretString) -> Result<String, Error> {
    let user = checked_user(&user.name, user.email.as_deref().unwrap_or_default(), user.role)?;
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = store::insert_user(&mut tx, &*admin.ground.clock, &user, Some(&hash)).await?;
    record(admin, &mut tx, EventKind::UserInvited, &id, user.role.as_str()).await?;
    tx.commit().await?;
    Ok(id)
}

/// Issues a one-time code, which replaces earlier ones. Returns `None` if the account is disabled.
pub(super) async fn issue_code(admin: &Admin, account: &Account) -> Result<Option<NewCode>, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    if !store::lock_enabled(&mut tx, &account.id).await? {
        return Ok(None);
    }
    let code = insert_code(admin, &mut tx, &account.id).await?;
    record(admin, &mut tx, EventKind::CodeIssued, &account.id, account.role.as_str()).await?;
    tx.commit().await?;
    Ok(Some(code))
}

/// Deletes the password, ends the admin sessions and issues a one-time code. Returns `None` if the account is disabled or
/// has no email.
///
/// # Errors
/// [`Error::Users`] for the last administrator.
pub(super) async fn reset_password(admin: &Admin, account: &Account) -> Result<Option<NewCode>, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    if !account_store::delete_password(&mut tx, &*admin.ground.clock, &account.id).await? {
        return Ok(None);
    }
    let code = insert_code(admin, &mut tx, &account.id).await?;
    record(admin, &mut tx, EventKind::PasswordReset, &account.id, "one-time code").await?;
    tx.commit().await?;
    Ok(Some(code))
}

async fn insert_code(admin: &Admin, tx: &mut Tx, user_id: &str) -> Result<NewCode, Error> {
    let (clock, code) = (&*admin.ground.clock, InvitationCode::random());
    account_store::withdraw_invitations(tx, clock, user_id).await?;
    store::insert_invitation(tx, clock, &admin.ground.sealer, &code, user_id, CODE_DAYS).await?;
    let expires_at = (clock.now() + SignedDuration::from_hours(24 * CODE_DAYS)).as_millisecond();
    Ok(NewCode { user_id: user_id.to_owned(), code, expires_at })
}

/// Changes the role. Returns false if the account has it already, or another administrator changed it in the meantime.
///
/// # Errors
/// [`Error::Users`] for the last administrator, and for an administrator without an email.
pub(super) async fn change_role(admin: &Admin, account: &Account, role: Role) -> Result<bool, Error> {
    let change = RoleChange { user_id: &account.id, from: account.role, to: role };
    if change.from == change.to {
        return Ok(false);
    }
    let mut tx = admin.ground.db.begin_write().await?;
    let changed = account_store::change_role(&mut tx, &*admin.ground.clock, change).await?;
    let detail = format!("{} to {}", change.from, change.to);
    commit_if(admin, tx, changed, EventKind::UserRoleChanged, &account.id, &detail).await
}

/// Deletes the link from an EHR identity, and ends the sessions for charts. Returns false if it is not linked.
pub(super) async fn unlink(admin: &Admin, link: &LinkedIdentity) -> Result<bool, Error> {
    let LinkedIdentity { user_id, ehr_id, issuer, subject, .. } = link;
    let mut tx = admin.ground.db.begin_write().await?;
    let user_link = UserLink { ehr_id, issuer, subject, user_id };
    if !account_store::delete_link(&mut tx, &*admin.ground.clock, &user_link).await? {
        return Ok(false);
    }
    let event = event(EventKind::UserUnlinked, user_id).identity(issuer, subject).at(ehr_id);
    admin.ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Disables the account, ends its sessions and withdraws its codes. Returns false if it is disabled already.
///
/// # Errors
/// [`Error::Users`] for the last administrator.
pub(super) async fn disable(admin: &Admin, account: &Account) -> Result<bool, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    let changed = account_store::disable_user(&mut tx, &*admin.ground.clock, &account.id).await?;
    commit_if(admin, tx, changed, EventKind::UserDisabled, &account.id, account.role.as_str()).await
}

/// Enables the account. Returns false if it is enabled already.
pub(super) async fn enable(admin: &Admin, account: &Account) -> Result<bool, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    let changed = account_store::enable_user(&mut tx, &*admin.ground.clock, &account.id).await?;
    commit_if(admin, tx, changed, EventKind::UserEnabled, &account.id, account.role.as_str()).await
}

/// Sets the password of the account with this id or email, ends its administrator sessions and resets its count of failed
/// attempts. Returns the id of the account.
///
/// # Errors
/// [`Error::Request`] if no enabled account with an email has this id or email; [`Error::Users`] if the password is too
/// short or too long.
pub async fn change_password(admin: &Admin, account: &str, password: SecretString) -> Result<String, Error> {
    let hash = admin.passwords.hash(password).await?;
    let mut tx = admin.ground.db.begin_write().await?;
    let id = password_store::update_password(&mut tx, account, &hash).await?;
    let id = id.ok_or_else(|| {
        Error::Request(format!("No account `{account}`, it is disabled, or it has no email to sign in with."))
    })?;
    session_store::end_admin_sessions(&mut tx, &*admin.ground.clock, &id).await?;
    account_store::withdraw_invitations(&mut tx, &*admin.ground.clock, &id).await?;
    admin.ground.audit.record(&mut tx, &event(EventKind::PasswordChanged, &id)).await?;
    tx.commit().await?;
    Ok(id)
}

/// Event about an account. Commands have no administrator to name: there it names the account as the user.
fn event(kind: EventKind, user_id: &str) -> Event {
    Event::success(kind, "command").by(user_id).on(format!("user/{user_id}"))
}

async fn record(
    admin: &Admin,
    tx: &mut Tx,
    kind: EventKind,
    user_id: &str,
    detail: &str,
) -> Result<(), Error> {
    Ok(admin.ground.audit.record(tx, &event(kind, user_id).detail(detail)).await?)
}

/// Records the event and commits if something changed; otherwise rolls back.
async fn commit_if(
    admin: &Admin,
    mut tx: Tx,
    changed: bool,
    kind: EventKind,
    user_id: &str,
    detail: &str,
) -> Result<bool, Error> {
    if changed {
        record(admin, &mut tx, kind, user_id, detail).await?;
        tx.commit().await?;
    }
    Ok(changed)
}
