//! Sign-in and sign-out of administrators.

use secrecy::SecretString;

use super::{error::Error, service::Admin};
use crate::{
    audit::{Event, EventKind},
    users::{
        Administrator, AttemptScope, NewSession, PasswordAttempt, Role, User,
        password_store::{clear_password_attempts, count_password_attempt},
        session_store, store,
    },
};

/// Entity of audit events about administrator sessions.
const ENTITY: &str = "admin";

/// Credentials of a sign-in.
pub struct Credentials<'a> {
    /// Email, as entered.
    pub email: &'a str,
    /// Password, as entered.
    pub password: SecretString,
    /// Account last signed in from this browser. Its attempts are counted separately from those of unknown browsers.
    pub known: Option<&'a str>,
}

/// Verifies email and password and opens a session. Returns `None` if they are not those of an enabled administrator,
/// without distinguishing the reasons.
///
/// # Errors
/// [`Busy`](crate::users::Error::Busy) if too many passwords are being verified.
pub async fn sign_in(
    admin: &Admin,
    correlation_id: &str,
    credentials: Credentials<'_>,
    current: Option<&Administrator>,
) -> Result<Option<(NewSession, User)>, Error> {
    let permit = match credentials.known {
        Some(account) => admin.passwords.permit_for_known(account)?,
        None => admin.passwords.permit_for_stranger(credentials.email)?,
    };
    let mut tx = admin.ground.db.begin_write().await?;
    let scope = AttemptScope::Admin { known: credentials.known };
    let attempt = count_password_attempt(&mut tx, &*admin.ground.clock, credentials.email, scope).await?;
    tx.commit().await?;
    let stored = attempt.as_ref().map(|attempt| attempt.stored.clone());
    let matches = permit.verify(credentials.password, stored).await?;
    let (Some(attempt), true) = (&attempt, matches) else {
        record_failure(admin, correlation_id, attempt.as_ref()).await?;
        return Ok(None);
    };
    let Some(user) = find_administrator(admin, &attempt.user_id).await? else {
        record_failure(admin, correlation_id, Some(attempt)).await?;
        return Ok(None);
    };
    let opened = open_session(admin, correlation_id, attempt, current).await?;
    Ok(Some((opened, user)))
}

/// Opens a session, ends the current one and resets the count of failed attempts, in one transaction.
async fn open_session(
    admin: &Admin,
    correlation_id: &str,
    attempt: &PasswordAttempt,
    current: Option<&Administrator>,
) -> Result<NewSession, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    clear_password_attempts(&mut tx, attempt).await?;
    if let Some(current) = current {
        session_store::end_session(&mut tx, &*admin.ground.clock, &current.session_id).await?;
    }
    let user_id = &attempt.user_id;
    let opened =
        session_store::open_admin_session(&mut tx, &*admin.ground.clock, &admin.ground.sealer, user_id)
            .await?;
    let event = Event::success(EventKind::SignedIn, correlation_id).by(user_id).on(ENTITY);
    admin.ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn find_administrator(admin: &Admin, user_id: &str) -> Result<Option<User>, Error> {
    let user = store::find_user(&admin.ground.db, user_id).await?;
    Ok(user.filter(|user| user.role == Role::Administrator && user.disabled_at.is_none()))
}

/// Records a failed sign-in, with the account if it exists and never the entered email. A lockout is always recorded, at
/// most once an hour; other failures are rate limited.
async fn record_failure(
    admin: &Admin,
    correlation_id: &str,
    attempt: Option<&PasswordAttempt>,
) -> Result<(), Error> {
    let user_id = attempt.map(|attempt| attempt.user_id.clone());
    let account = user_id.as_deref().unwrap_or_default();
    let reason = match attempt {
        Some(attempt) if attempt.locks_out() => Some("account-rests".to_owned()),
        _ => admin.refusals.admit(admin.ground.clock.now_ms(), account, "wrong-proof"),
    };
    let Some(reason) = reason else { return Ok(()) };
    let event = Event { user_id, ..Event::failure(EventKind::SignedIn, correlation_id, &reason).on(ENTITY) };
    Ok(admin.ground.audit.record_alone(&admin.ground.db, &event).await?)
}

/// Ends the session of an administrator.
pub async fn sign_out(admin: &Admin, administrator: &Administrator) -> Result<(), Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    session_store::end_session(&mut tx, &*admin.ground.clock, &administrator.session_id).await?;
    let event = Event::success(EventKind::SignedOut, "").by(&administrator.user_id).on(ENTITY);
    admin.ground.audit.record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}
