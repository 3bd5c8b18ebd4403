//! Adding an EHR from the texts that an administrator typed.

use secrecy::SecretString;

use crate::{
    config::Problems,
    ehrs::{
        import::ImportError,
        observer::RegistrationObservers,
        preset::{Preset, SCOPES},
        registration::{ClientAuthMethod, Registration, RegistrationProblem},
        storing::{
            Precondition, WithSecret, id_taken, refuse_shared, store_registrations, stored_registrations,
        },
    },
    ground::Ground,
};

/// New EHR, as an administrator typed it.
pub struct Typed {
    /// Id, a slug.
    pub id: String,
    /// Preset to start from.
    pub kind: Option<Preset>,
    /// Settings by name, with their values. Missing ones keep the value of the preset.
    pub settings: Vec<(String, String)>,
    /// Client secret; `None` with `private_key_jwt`.
    pub secret: Option<SecretString>,
}

/// Stores a new registration.
///
/// # Errors
/// [`ImportError::Problems`] with every problem, each with its key.
pub async fn add_typed(
    ground: &Ground,
    observers: &RegistrationObservers,
    typed: Typed,
) -> Result<(), ImportError> {
    let known = stored_registrations(&ground.db, &ground.sealer).await?;
    let (registration, mut problems) = read(&typed);
    let key = |name: &str| format!("ehr.{}.{name}", registration.id);
    if known.iter().any(|known| known.registration.id == registration.id) {
        problems.extend(id_taken(&registration));
    }
    let publishes_none =
        typed.kind.is_some_and(Preset::needs_issuer) && !registration.discover_from_capability_statement;
    if publishes_none && registration.issuer.is_none() {
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
    let read = [WithSecret { registration, secret: typed.secret }];
    if let Err(shared) = refuse_shared(&read, &known) {
        problems.extend(shared);
    }
    problems.or(())?;
    store_registrations(ground, observers, &read, Precondition::New).await?;
    Ok(())
}

/// Parses the typed settings. Returns the registration, without those that cannot be parsed, and all problems.
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
        // Settings of the preset for keys do not apply to a secret.
        registration.signing_alg = None;
        registration.assertion_audience = None;
    }
    problems.extend(registration.problems());
    (registration, problems)
}
