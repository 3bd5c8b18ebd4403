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

/// What an administrator's session is recorded as.
const PART: &str = "admin";

/// What somebody offers to sign in with.
pub struct Offer<'a> {
    /// E-mail, as typed.
    pub email: &'a str,
    /// Password, as typed.
    pub password: SecretString,
    /// The account that was signed in from this browser before. Its tries count apart from those of strangers.
    pub known: Option<&'a str>,
}

/// Checks e-mail and password and opens a session; none when they are not those of an administrator, whatever the
/// reason is.
///
/// # Errors
/// When too many passwords are being checked, or the database fails.
pub async fn sign_in(
    admin: &Admin,
    correlation_id: &str,
    offer: Offer<'_>,
    current: Option<&Administrator>,
) -> Result<Option<(NewSession, User)>, Error> {
    let place = match offer.known {
        Some(account) => admin.passwords.permit_for_known(account)?,
        None => admin.passwords.permit_for_stranger(offer.email)?,
    };
    let mut tx = admin.ground.db.begin_write().await?;
    let scope = AttemptScope::Admin { known: offer.known };
    let tried = count_password_attempt(&mut tx, &*admin.ground.clock, offer.email, scope).await?;
    tx.commit().await?;
    let right = place.verify(offer.password, tried.as_ref().map(|tried| tried.stored.clone())).await?;
    let (Some(tried), true) = (&tried, right) else {
        record_wrong(admin, correlation_id, tried.as_ref()).await?;
        return Ok(None);
    };
    let Some(user) = administrator(admin, &tried.user_id).await? else {
        record_wrong(admin, correlation_id, Some(tried)).await?;
        return Ok(None);
    };
    let opened = enter(admin, correlation_id, tried, current).await?;
    Ok(Some((opened, user)))
}

/// Everything that follows from a right password, in one transaction.
async fn enter(
    admin: &Admin,
    correlation_id: &str,
    right: &PasswordAttempt,
    current: Option<&Administrator>,
) -> Result<NewSession, Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    clear_password_attempts(&mut tx, right).await?;
    if let Some(current) = current {
        session_store::end_session(&mut tx, &*admin.ground.clock, &current.session_id).await?;
    }
    let user_id = &right.user_id;
    let opened =
        session_store::open_admin_session(&mut tx, &*admin.ground.clock, &admin.ground.sealer, user_id)
            .await?;
    let event = Event::success(EventKind::SignedIn, correlation_id).by(user_id).on(PART);
    admin.ground.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn administrator(admin: &Admin, user_id: &str) -> Result<Option<User>, Error> {
    let user = store::find_user(&admin.ground.db, user_id).await?;
    Ok(user.filter(|user| user.role == Role::Administrator && user.disabled_at.is_none()))
}

/// Whose account it was stands there where there is one; what was typed never does. That an account rests from now on is
/// recorded whatever else is left out: it happens once in an hour.
async fn record_wrong(
    admin: &Admin,
    correlation_id: &str,
    tried: Option<&PasswordAttempt>,
) -> Result<(), Error> {
    let user_id = tried.map(|tried| tried.user_id.clone());
    let of = user_id.as_deref().unwrap_or_default();
    let why = match tried {
        Some(tried) if tried.locks_out() => Some("account-rests".to_owned()),
        _ => admin.refusals.admit(admin.ground.clock.now_ms(), of, "wrong-proof"),
    };
    let Some(why) = why else { return Ok(()) };
    let event = Event { user_id, ..Event::failure(EventKind::SignedIn, correlation_id, &why).on(PART) };
    Ok(admin.ground.audit.record_alone(&admin.ground.db, &event).await?)
}

/// Ends the session of an administrator.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(admin: &Admin, administrator: &Administrator) -> Result<(), Error> {
    let mut tx = admin.ground.db.begin_write().await?;
    session_store::end_session(&mut tx, &*admin.ground.clock, &administrator.session_id).await?;
    let event = Event::success(EventKind::SignedOut, "").by(&administrator.user_id).on(PART);
    admin.ground.audit.record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}
