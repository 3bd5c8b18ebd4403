use secrecy::SecretString;

use crate::{
    config::Problems,
    ehrs::{
        import::ImportError,
        observer::RegistrationObservers,
        registration::{ClientAuthMethod, RegistrationProblem},
        store,
        storing::{Precondition, refuse_shared, registered, store_registrations},
    },
    ground::Ground,
};

/// What to change of a registration.
#[derive(Default)]
pub struct Change {
    /// Names of settings and their values as typed.
    pub settings: Vec<(String, String)>,
    /// A new secret; the present one stays when there is none.
    pub secret: Option<SecretString>,
    /// When the registration that was looked at had last changed; what stands there now when none is named.
    pub seen: Option<i64>,
}

/// Changes settings of a registration that is stored: all or none. None when there is no such EHR; false when nothing
/// is different.
///
/// # Errors
/// Everything that would be wrong with it, each with its key; [`ImportError::Conflict`] when it changed since it was
/// looked at; or the database's.
pub async fn change_registration(
    ground: &Ground,
    observers: &RegistrationObservers,
    id: &str,
    change: Change,
) -> Result<Option<bool>, ImportError> {
    let row = store::find_ehr(&ground.db, id).await?;
    let known = registered(&ground.db, &ground.sealer).await?;
    let Some(row) = row else { return Ok(None) };
    let Some((registration, secret)) = known.iter().find(|(known, _)| known.id == id) else {
        return Ok(None);
    };
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
    let read = [(changed, secret)];
    refuse_shared(&read, &known)?;
    let seen = Precondition::UnchangedSince(change.seen.unwrap_or(row.updated_at));
    let stored = store_registrations(ground, observers, &read, seen).await?;
    Ok(Some(!stored.is_empty()))
}
