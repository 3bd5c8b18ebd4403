use secrecy::SecretString;

use crate::{
    config::Problems,
    ehrs::{
        import::ImportError,
        observer::RegistrationObservers,
        preset::{Preset, SCOPES},
        registration::{ClientAuthMethod, Registration, RegistrationProblem},
        storing::{Precondition, refuse_shared, registered, store_registrations, taken},
    },
    ground::Ground,
};

/// An EHR as an administrator types it.
pub struct Typed {
    /// Its id.
    pub id: String,
    /// The kind of EHR to start from.
    pub kind: Option<Preset>,
    /// Names of settings and their values; what is left out stays as the kind has it.
    pub settings: Vec<(String, String)>,
    /// The secret.
    pub secret: Option<SecretString>,
}

/// Stores a registration that is new.
///
/// # Errors
/// Everything that is wrong with what was typed, each with its key; or the database's.
pub async fn add_typed(
    ground: &Ground,
    observers: &RegistrationObservers,
    typed: Typed,
) -> Result<(), ImportError> {
    let known = registered(&ground.db, &ground.sealer).await?;
    let (registration, mut problems) = read(&typed);
    let key = |name: &str| format!("ehr.{}.{name}", registration.id);
    if known.iter().any(|(known, _)| known.id == registration.id) {
        problems.extend(taken(&registration));
    }
    let silent =
        typed.kind.is_some_and(Preset::needs_issuer) && !registration.discover_from_capability_statement;
    if silent && registration.issuer.is_none() {
        RegistrationProblem::IssuerMissingKind.add_to(&mut problems, &key("issuer"), None);
    }
    match (registration.client_auth, &typed.secret) {
        (ClientAuthMethod::PrivateKeyJwt, Some(_)) => {
            RegistrationProblem::SecretWithKeys.add_to(&mut problems, &key("client_secret"), None);
        }
        (ClientAuthMethod::ClientSecretBasic | ClientAuthMethod::ClientSecretPost, None) => {
            RegistrationProblem::SecretMissing.add_to(&mut problems, &key("client_secret"), None);
        }
        _ => {}
    }
    let read = [(registration, typed.secret)];
    if let Err(shared) = refuse_shared(&read, &known) {
        problems.extend(shared);
    }
    problems.or(())?;
    store_registrations(ground, observers, &read, Precondition::New).await?;
    Ok(())
}

/// The registration that was typed, as far as it can be read, and what is wrong with it.
fn read(typed: &Typed) -> (Registration, Problems) {
    let mut problems = Problems::default();
    let mut registration = Registration::new(typed.id.trim(), "", "", "", &SCOPES);
    if let Some(kind) = typed.kind {
        kind.apply(&mut registration);
    }
    for (name, text) in &typed.settings {
        match registration.with_setting(name, text) {
            Ok(next) => registration = next,
            Err(unreadable) => problems.extend(unreadable),
        }
    }
    if registration.client_auth != ClientAuthMethod::PrivateKeyJwt {
        // What the kind has for keys means nothing with a secret.
        registration.signing_alg = None;
        registration.assertion_audience = None;
    }
    problems.extend(registration.problems());
    (registration, problems)
}
