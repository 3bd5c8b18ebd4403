use std::{collections::HashSet, fs, path::Path};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{
    Registration,
    client_keys::{RotationError, first_keys, store::insert_client_keys},
    origins::store::forget_origins,
    store,
};
use crate::{
    audit::{Audit, Event, Kind},
    clock::Clock,
    config::Problems,
    db::{self, Db, Sealer},
    fhir::FhirBaseUrl,
    random,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EhrFile {
    #[serde(default)]
    ehr: Vec<toml::Table>,
}

/// Why registrations were not taken.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// What is wrong with them.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// Somebody else changed it meanwhile.
    #[error("the registration was changed by somebody else meanwhile")]
    Conflict,
    /// Keys of ours could not be made.
    #[error(transparent)]
    Keys(#[from] RotationError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Reads a TOML file of `[[ehr]]` tables and stores every registration that is new or changed: all or none.
///
/// Gives the ids of those that changed.
///
/// # Errors
/// Every problem of the file, or the database's.
pub async fn import_file(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    audit: &Audit,
    file: &Path,
) -> Result<Vec<String>, ImportError> {
    let (mut changed, read) = (Vec::new(), read(file)?);
    refuse_shared(&read, &registered(db, sealer).await?)?;
    for (registration, secret) in read {
        if import_registration(db, clock, sealer, audit, &registration, secret.as_ref()).await? {
            changed.push(registration.id);
        }
    }
    Ok(changed)
}

/// Stores one registration that is new.
///
/// # Errors
/// Everything that is wrong with it, an id, base or secret that is taken included.
pub async fn add_registration(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    audit: &Audit,
    registration: Registration,
) -> Result<(), ImportError> {
    let mut problems = Problems::default();
    let known = registered(db, sealer).await?;
    if known.iter().any(|(known, _)| known.id == registration.id) {
        problems.add(&format!("ehr.{}.id", registration.id), "is registered already", "Choose another id.");
    }
    let checked = checked(registration, &mut problems);
    problems.or(())?;
    if let Some((registration, secret)) = checked {
        let read = [(registration, secret)];
        refuse_shared(&read, &known)?;
        let [(registration, secret)] = read;
        import_registration(db, clock, sealer, audit, &registration, secret.as_ref()).await?;
    }
    Ok(())
}

/// Stores one registration; where we prove ourselves with keys, it makes the first ones. False when it is there
/// already, word for word.
///
/// # Errors
/// When the database fails, or keys cannot be made.
pub async fn import_registration(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    audit: &Audit,
    registration: &Registration,
    secret: Option<&SecretString>,
) -> Result<bool, ImportError> {
    store_registration((db, clock, sealer, audit), registration, secret, None).await
}

/// As [`import_registration`], only if what stands there was not changed since.
pub(super) async fn store_registration(
    (db, clock, sealer, audit): (&Db, &dyn Clock, &Sealer, &Audit),
    registration: &Registration,
    secret: Option<&SecretString>,
    unchanged_since: Option<i64>,
) -> Result<bool, ImportError> {
    let keys = first_keys(db, registration).await?;
    if keys.is_none() && store::is_registered(db, sealer, registration, secret).await? {
        return Ok(false);
    }
    let before = store::find_ehrs(db).await?.into_iter().find(|row| row.id == registration.id);
    let before = before.and_then(|row| row.registration().ok());
    let mut tx = db.begin_write().await?;
    if let Some(since) = unchanged_since
        && !store::lock_unchanged(&mut tx, &registration.id, since).await?
    {
        return Err(ImportError::Conflict);
    }
    store::upsert_ehr(&mut tx, clock, sealer, registration, secret).await?;
    if before.as_ref().is_none_or(|before| registration.may_move_from(before)) {
        forget_origins(&mut tx, &registration.id).await?;
    }
    if let Some(keys) = keys {
        let ids = (random::id(), &*registration.id);
        insert_client_keys(&mut tx, clock, sealer, (&ids.0, ids.1), &keys, clock.now_ms()).await?;
    }
    let event = Event::success(Kind::EhrRegistered, "command").at(&registration.id);
    audit.record(&mut tx, &event.detail(difference(before.as_ref(), registration))).await?;
    tx.commit().await?;
    Ok(true)
}

/// What is new about a registration, by the names of its settings.
fn difference(before: Option<&Registration>, now: &Registration) -> String {
    let Some(before) = before else { return "new".to_owned() };
    let names = before.differs_in(now);
    if names.is_empty() { "client_secret".to_owned() } else { names.join(", ") }
}

fn read(file: &Path) -> Result<Vec<(Registration, Option<SecretString>)>, Problems> {
    let mut problems = Problems::default();
    let text = fs::read_to_string(file).unwrap_or_else(|error| {
        problems.add("ehr.file", format!("{} cannot be read: {error}", file.display()), "Check the path.");
        String::new()
    });
    let tables = toml::from_str::<EhrFile>(&text).unwrap_or_else(|error| {
        problems.add("ehr.file", error.message(), "The file holds [[ehr]] tables only.");
        EhrFile { ehr: Vec::new() }
    });
    let (mut read, mut seen) = (Vec::new(), HashSet::new());
    for (index, table) in tables.ehr.into_iter().enumerate() {
        let id = table
            .get("id")
            .and_then(|id| id.as_str())
            .map_or_else(|| format!("#{}", index + 1), str::to_owned);
        let key = format!("ehr.{id}");
        match table.try_into::<Registration>() {
            Err(error) => problems.add(&key, error.message(), "See the [[ehr]] keys in the README."),
            Ok(registration) => {
                if !seen.insert(registration.id.clone()) {
                    problems.add(&key, "stands there twice", "Give each EHR its own id.");
                }
                read.extend(checked(registration, &mut problems));
            }
        }
    }
    problems.or(read)
}

/// A registration with its authorities and its secret; what is wrong with any of them is reported.
fn checked(
    mut registration: Registration,
    problems: &mut Problems,
) -> Option<(Registration, Option<SecretString>)> {
    if let Err(what) = registration.read_authorities() {
        let key = format!("ehr.{}.ca_file", registration.id);
        problems.add(&key, what, "Name one file of PEM certificates, and nothing else.");
    }
    problems.extend(registration.problems());
    match registration.read_secret() {
        Ok(secret) => Some((registration, secret)),
        Err(what) => {
            let key = format!("ehr.{}.client_secret_file", registration.id);
            problems.add(&key, what, "Put the secret into a file of mode 600.");
            None
        }
    }
}

/// What stands in the database already. A row that cannot be read is compared with nothing, a secret that cannot be
/// opened with no secret.
pub(super) async fn registered(
    db: &Db,
    sealer: &Sealer,
) -> db::Result<Vec<(Registration, Option<SecretString>)>> {
    let rows = store::find_ehrs(db).await?;
    let read = rows
        .iter()
        .filter_map(|row| Some((row.registration().ok()?, row.open_secret(sealer).ok().flatten())));
    Ok(read.collect())
}

/// A secret or a base that two EHRs share would let one speak for the other.
pub(super) fn refuse_shared(
    read: &[(Registration, Option<SecretString>)],
    registered: &[(Registration, Option<SecretString>)],
) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for (index, (registration, secret)) in read.iter().enumerate() {
        let replaced = |other: &Registration| read.iter().any(|(read, _)| read.id == other.id);
        let kept = registered.iter().filter(|(other, _)| !replaced(other));
        let secret = secret.as_ref().map(ExposeSecret::expose_secret);
        for (other, other_secret) in read[..index].iter().chain(kept) {
            let key = |name: &str| format!("ehr.{}.{name}", registration.id);
            let other_secret = other_secret.as_ref().map(ExposeSecret::expose_secret);
            if secret.is_some() && secret == other_secret {
                let what = format!("has the secret of {}", other.id);
                problems.add(&key("client_secret"), what, "Ask each EHR for its own secret.");
            }
            let theirs = bases(other);
            if bases(registration).iter().any(|base| theirs.contains(base)) {
                let what = format!("has the base URL of {}", other.id);
                problems.add(
                    &key("fhir_base_url"),
                    what,
                    "Register each base once, aliases included; `passerelle ehr remove` takes an EHR away.",
                );
            }
        }
    }
    problems.or(())
}

/// Every base it may launch with, in the form in which launches are compared.
fn bases(registration: &Registration) -> Vec<FhirBaseUrl> {
    let all = std::iter::once(&registration.fhir_base_url).chain(&registration.aliases);
    all.filter_map(|text| FhirBaseUrl::parse(text).ok()).collect()
}
