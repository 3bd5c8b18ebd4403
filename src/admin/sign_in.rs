use secrecy::SecretString;

use super::{Error, Office};
use crate::{
    audit::{Event, Kind},
    users::{Administrator, NewSession, Role, User, session_store, store},
};

/// What an administrator's session is recorded as.
const PART: &str = "admin";

/// Checks e-mail and password and opens a session; none when they are not those of an administrator, whatever the
/// reason is. Tries at an account are limited as when an identity is linked.
///
/// # Errors
/// When the database fails.
pub async fn sign_in(
    office: &Office,
    correlation_id: &str,
    (email, password): (&str, SecretString),
    current: Option<&Administrator>,
) -> Result<Option<NewSession>, Error> {
    let mut tx = office.db.begin_write().await?;
    let account = store::count_password_try(&mut tx, &*office.clock, email).await?;
    tx.commit().await?;
    let (user_id, stored) = account.unzip();
    let right = office.passwords.verify(password, stored).await?;
    let Some(user) = administrator(office, user_id.as_deref().filter(|_| right)).await? else {
        record_wrong(office, correlation_id, user_id.as_deref()).await?;
        return Ok(None);
    };
    let mut tx = office.db.begin_write().await?;
    store::forget_password_tries(&mut tx, &user.id).await?;
    if let Some(current) = current {
        session_store::end_session(&mut tx, &*office.clock, &current.session_id).await?;
    }
    let opened = session_store::open_admin_session(&mut tx, &*office.clock, &office.sealer, &user.id).await?;
    let event = Event::success(Kind::SignedIn, correlation_id).by(&user.id).on(PART);
    office.audit.record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(Some(opened))
}

async fn administrator(office: &Office, user_id: Option<&str>) -> Result<Option<User>, Error> {
    let Some(user_id) = user_id else { return Ok(None) };
    let user = store::find_user(&office.db, user_id).await?;
    Ok(user.filter(|user| user.role == Role::Administrator && user.disabled_at.is_none()))
}

/// Whose account it was stands there where there is one; what was typed never does.
async fn record_wrong(office: &Office, correlation_id: &str, user_id: Option<&str>) -> Result<(), Error> {
    let Some(why) = office.refusals.admit(office.clock.now_ms(), "wrong-proof") else { return Ok(()) };
    let mut event = Event::failure(Kind::SignedIn, correlation_id, &why).on(PART);
    event.user_id = user_id.map(str::to_owned);
    Ok(office.audit.record_alone(&office.db, &event).await?)
}

/// Ends the session of an administrator.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(office: &Office, administrator: &Administrator) -> Result<(), Error> {
    let mut tx = office.db.begin_write().await?;
    session_store::end_session(&mut tx, &*office.clock, &administrator.session_id).await?;
    let event = Event::success(Kind::SignedOut, "").by(&administrator.user_id).on(PART);
    office.audit.record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}
