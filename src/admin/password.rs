//! Administrators' own passwords: change, and choice with a one-time code.

use secrecy::{ExposeSecret as _, SecretString};

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    users::{
        self, Administrator, AttemptScope, InvitationCode, Role, account_store, password_store,
        session_store, store,
    },
};

/// New password, entered twice.
pub(super) struct NewPassword {
    /// Password.
    pub(super) password: SecretString,
    /// The same password, to find typos.
    pub(super) again: SecretString,
}

/// Result of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// The password was changed.
    Done,
    /// The current password is wrong, or the account is locked.
    Wrong,
    /// The code is not valid, or not an administrator's.
    Code,
    /// The new password is too short or too long.
    Length,
    /// The two entries differ.
    Differs,
}

impl NewPassword {
    /// Hashes the password, or returns what is wrong with it.
    async fn hash(self, admin: &Admin) -> Result<Result<String, Changed>, Error> {
        if self.password.expose_secret() != self.again.expose_secret() {
            return Ok(Err(Changed::Differs));
        }
        match admin.passwords.hash(self.password).await {
            Err(users::Error::Password) => Ok(Err(Changed::Length)),
            hashed => Ok(Ok(hashed?)),
        }
    }
}

/// Changes the password of the administrator who knows the current one. Ends their other sessions and withdraws their
/// codes. Failed attempts are counted as at the sign-in.
///
/// # Errors
/// [`Busy`](users::Error::Busy) if too many passwords are being verified.
pub(super) async fn change_own(
    admin: &Admin,
    administrator: &Administrator,
    current: SecretString,
    new: NewPassword,
) -> Result<Changed, Error> {
    let Administrator { user_id, session_id, .. } = administrator;
    if !knows(admin, user_id, current).await? {
        return Ok(Changed::Wrong);
    }
    let hash = match new.hash(admin).await? {
        Ok(hash) => hash,
        Err(problem) => return Ok(problem),
    };
    let clock = &*admin.ground.clock;
    let mut tx = admin.ground.db.begin_write().await?;
    if password_store::update_password(&mut tx, user_id, &hash).await?.is_none() {
        return Ok(Changed::Wrong);
    }
    session_store::end_other_admin_sessions(&mut tx, clock, user_id, session_id).await?;
    account_store::withdraw_invitations(&mut tx, clock, user_id).await?;
    let event = Event::success(EventKind::PasswordChanged, "").on(format!("user/{user_id}"));
    admin.ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

/// Whether `current` is the password of the account. Counts the attempt.
async fn knows(admin: &Admin, user_id: &str, current: SecretString) -> Result<bool, Error> {
    let clock = &*admin.ground.clock;
    let account = account_store::find_account(&admin.ground.db, clock, user_id).await?;
    let email = account.and_then(|account| account.email).unwrap_or_default();
    let permit = admin.passwords.permit_for_known(user_id)?;
    let mut tx = admin.ground.db.begin_write().await?;
    let scope = AttemptScope::Admin { known: Some(user_id) };
    let attempt = password_store::count_password_attempt(&mut tx, clock, &email, scope).await?;
    tx.commit().await?;
    let stored = attempt.as_ref().map(|attempt| attempt.stored.clone());
    let is_right = permit.verify(current, stored).await?;
    // A locked account has no attempt, and leaves no further event.
    let Some(attempt) = attempt else { return Ok(false) };
    if !is_right {
        let reason = if attempt.locks_out() { "account-rests" } else { "wrong-proof" };
        let event = Event::failure(EventKind::PasswordChanged, "", reason).on(format!("user/{user_id}"));
        admin.ground.audit.record_alone(&admin.ground.db, &event).await?;
        return Ok(false);
    }
    let mut tx = admin.ground.db.begin_write().await?;
    password_store::clear_password_attempts(&mut tx, &attempt).await?;
    tx.commit().await?;
    Ok(true)
}

/// Sets the password of the administrator whose one-time code this is. Uses the code up, and ends the account's admin
/// sessions.
pub(super) async fn choose_with_code(
    admin: &Admin,
    correlation_id: &str,
    code: &str,
    new: NewPassword,
) -> Result<Changed, Error> {
    let code = InvitationCode::typed(code);
    let Some(user_id) = find_invited_administrator(admin, &code).await? else {
        return Ok(Changed::Code);
    };
    let hash = match new.hash(admin).await? {
        Ok(hash) => hash,
        Err(problem) => return Ok(problem),
    };
    let clock = &*admin.ground.clock;
    let mut tx = admin.ground.db.begin_write().await?;
    let taken = store::take_invitation(&mut tx, clock, &code.hash(&admin.ground.sealer)).await?;
    if !taken || password_store::update_password(&mut tx, &user_id, &hash).await?.is_none() {
        return Ok(Changed::Code);
    }
    session_store::end_admin_sessions(&mut tx, clock, &user_id).await?;
    let event = Event::success(EventKind::PasswordChanged, correlation_id).by(&user_id);
    let event = event.on(format!("user/{user_id}")).detail("one-time code");
    admin.ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Changed::Done)
}

async fn find_invited_administrator(admin: &Admin, code: &InvitationCode) -> Result<Option<String>, Error> {
    let (db, clock) = (&admin.ground.db, &*admin.ground.clock);
    let Some(id) = store::find_invited(db, clock, &admin.ground.sealer, code).await? else { return Ok(None) };
    let user = store::find_user(db, &id).await?;
    Ok(user.filter(|user| user.role == Role::Administrator).map(|user| user.id))
}
