//! Changing settings of a stored EHR.

use secrecy::SecretString;

use crate::{
    config::Problems,
    ehrs::{
        import::ImportError,
        observer::RegistrationObservers,
        registration::{ClientAuthMethod, RegistrationProblem},
        store,
        storing::{Precondition, WithSecret, refuse_shared, store_registrations, stored_registrations},
    },
    ground::Ground,
};

/// Change of a registration.
#[derive(Default)]
pub struct Change {
    /// Settings to change, by name, with their values as typed.
    pub settings: Vec<(String, String)>,
    /// New client secret; `None` keeps the current one.
    pub secret: Option<SecretString>,
    /// `updated_at` of the registration that the administrator saw, epoch milliseconds: the change is refused if the
    /// registration changed since. Default: the stored one, as read now.
    pub seen: Option<i64>,
}

/// Changes settings of a stored registration, all or none. Returns `None` if there is no such EHR, and false if nothing
/// differs.
///
/// # Errors
/// [`ImportError::Problems`] with every problem of the result; [`ImportError::Conflict`] if the registration changed since
/// [`Change::seen`].
pub async fn change_registration(
    ground: &Ground,
    observers: &RegistrationObservers,
    id: &str,
    change: Change,
) -> Result<Option<bool>, ImportError> {
    let row = store::find_ehr(&ground.db, id).await?;
    let known = stored_registrations(&ground.db, &ground.sealer).await?;
    let Some(row) = row else { return Ok(None) };
    let Some(current) = known.iter().find(|known| known.registration.id == id) else {
        return Ok(None);
    };
    let WithSecret { registration, secret } = current;
    let mut problems = Problems::default();
    let mut changed = registration.clone();
    for (name, text) in &change.settings {
        match changed.with_setting(name, text) {
            Ok(next) => changed = next,
            Err(unreadable) => problems.extend(unreadable),
        }
    }
    problems.extend(changed.problems());
    let key = format!("ehr.{id}.client_secret");
    let needs_secret = changed.client_auth != ClientAuthMethod::PrivateKeyJwt;
    if needs_secret && change.secret.is_none() && changed.has_another_base_than(registration) {
        RegistrationProblem::SecretMissingNewBase.add_to(&mut problems, &key, None);
    }
    let secret = change.secret.or_else(|| secret.clone()).filter(|_| needs_secret);
    if needs_secret && secret.is_none() {
        RegistrationProblem::SecretMissing.add_to(&mut problems, &key, None);
    }
    problems.or(())?;
    let read = [WithSecret { registration: changed, secret }];
    refuse_shared(&read, &known)?;
    let seen = Precondition::UnchangedSince(change.seen.unwrap_or(row.updated_at));
    let stored = store_registrations(ground, observers, &read, seen).await?;
    Ok(Some(!stored.is_empty()))
}
