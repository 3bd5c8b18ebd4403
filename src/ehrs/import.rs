use std::{collections::HashSet, fs, path::Path};

use secrecy::SecretString;
use serde::Deserialize;

use super::{
    client_keys::RotationError,
    observer::RegistrationObservers,
    registration::{Registration, RegistrationProblem},
    storing::{Precondition, refuse_shared, registered, store_registrations, taken},
};
use crate::{config::Problems, db, ground::Ground};

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
    ground: &Ground,
    observers: &RegistrationObservers,
    file: &Path,
) -> Result<Vec<String>, ImportError> {
    let read = read(file)?;
    refuse_shared(&read, &registered(&ground.db, &ground.sealer).await?)?;
    store_registrations(ground, observers, &read, Precondition::None).await
}

/// Stores one registration that is new.
///
/// # Errors
/// Everything that is wrong with it, an id, base or secret that is taken included.
pub async fn add_registration(
    ground: &Ground,
    observers: &RegistrationObservers,
    registration: Registration,
) -> Result<(), ImportError> {
    let mut problems = Problems::default();
    let known = registered(&ground.db, &ground.sealer).await?;
    if known.iter().any(|(known, _)| known.id == registration.id) {
        problems.extend(taken(&registration));
    }
    let checked = checked(registration, &mut problems);
    problems.or(())?;
    if let Some((registration, secret)) = checked {
        let read = [(registration, secret)];
        refuse_shared(&read, &known)?;
        store_registrations(ground, observers, &read, Precondition::New).await?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<(Registration, Option<SecretString>)>, Problems> {
    let mut problems = Problems::default();
    let text = fs::read_to_string(file).unwrap_or_else(|error| {
        let value = format!("{}: {error}", file.display());
        RegistrationProblem::FileUnreadable.add_to(&mut problems, "ehr.file", Some(&value));
        String::new()
    });
    let tables = toml::from_str::<EhrFile>(&text).unwrap_or_else(|error| {
        RegistrationProblem::FileInvalid.add_to(&mut problems, "ehr.file", Some(error.message()));
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
            Err(error) => {
                RegistrationProblem::TableInvalid.add_to(&mut problems, &key, Some(error.message()));
            }
            Ok(registration) => {
                if !seen.insert(registration.id.clone()) {
                    RegistrationProblem::IdTwice.add_to(&mut problems, &key, None);
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
        RegistrationProblem::CaFileUnusable.add_to(problems, &key, Some(&what));
    }
    problems.extend(registration.problems());
    match registration.read_secret() {
        Ok(secret) => Some((registration, secret)),
        Err(what) => {
            let key = format!("ehr.{}.client_secret_file", registration.id);
            RegistrationProblem::SecretFileUnusable.add_to(problems, &key, Some(&what));
            None
        }
    }
}
