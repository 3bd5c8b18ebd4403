//! Import of EHR registrations, from a file or one at a time.

use std::{collections::HashSet, fs, path::Path};

use serde::Deserialize;

use super::{
    client_keys::RotationError,
    observer::RegistrationObservers,
    registration::{Registration, RegistrationProblem},
    storing::{Precondition, WithSecret, id_taken, refuse_shared, store_registrations, stored_registrations},
};
use crate::{config::Problems, db, ground::Ground};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EhrFile {
    #[serde(default)]
    ehr: Vec<toml::Table>,
}

/// Failure to store registrations.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The registrations have problems.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The stored registration changed in the meantime.
    #[error("the registration changed in the meantime; read it again before changing it")]
    Conflict,
    /// Client keys could not be generated.
    #[error(transparent)]
    Keys(#[from] RotationError),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Reads a TOML file of `[[ehr]]` tables and stores new and changed registrations, all or none. Returns their ids.
///
/// # Errors
/// [`ImportError::Problems`] with every problem of the file.
pub async fn import_file(
    ground: &Ground,
    observers: &RegistrationObservers,
    file: &Path,
) -> Result<Vec<String>, ImportError> {
    let read = read(file)?;
    refuse_shared(&read, &stored_registrations(&ground.db, &ground.sealer).await?)?;
    store_registrations(ground, observers, &read, Precondition::None).await
}

/// Stores a new registration.
///
/// # Errors
/// [`ImportError::Problems`] with every problem, including an id, base URL or secret that another EHR has.
pub async fn add_registration(
    ground: &Ground,
    observers: &RegistrationObservers,
    registration: Registration,
) -> Result<(), ImportError> {
    let mut problems = Problems::default();
    let known = stored_registrations(&ground.db, &ground.sealer).await?;
    if known.iter().any(|known| known.registration.id == registration.id) {
        problems.extend(id_taken(&registration));
    }
    let checked = checked(registration, &mut problems);
    problems.or(())?;
    if let Some(checked) = checked {
        let read = [checked];
        refuse_shared(&read, &known)?;
        store_registrations(ground, observers, &read, Precondition::New).await?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<WithSecret>, Problems> {
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

/// Reads the CA file and client secret of a registration and checks it. Returns `None` if the secret cannot be read.
fn checked(mut registration: Registration, problems: &mut Problems) -> Option<WithSecret> {
    if let Err(what) = registration.read_authorities() {
        let key = format!("ehr.{}.ca_file", registration.id);
        RegistrationProblem::CaFileUnusable.add_to(problems, &key, Some(&what));
    }
    problems.extend(registration.problems());
    match registration.read_secret() {
        Ok(secret) => Some(WithSecret { registration, secret }),
        Err(what) => {
            let key = format!("ehr.{}.client_secret_file", registration.id);
            RegistrationProblem::SecretFileUnusable.add_to(problems, &key, Some(&what));
            None
        }
    }
}
