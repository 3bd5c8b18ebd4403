use std::{collections::HashSet, fs, path::Path};

use secrecy::SecretString;
use serde::Deserialize;

use super::{Registration, store};
use crate::{
    audit::{Audit, Event, Kind},
    clock::Clock,
    config::Problems,
    db::{self, Db, Sealer},
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
    let mut changed = Vec::new();
    for (registration, secret) in read(file)? {
        if import_registration(db, clock, sealer, audit, &registration, &secret).await? {
            changed.push(registration.id);
        }
    }
    Ok(changed)
}

/// Stores one registration. False when it is there already, word for word.
///
/// # Errors
/// When the database fails.
pub async fn import_registration(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    audit: &Audit,
    registration: &Registration,
    secret: &SecretString,
) -> db::Result<bool> {
    if store::is_registered(db, sealer, registration, secret).await? {
        return Ok(false);
    }
    let mut tx = db.begin_write().await?;
    store::upsert_ehr(&mut tx, clock, sealer, registration, secret).await?;
    audit.record(&mut tx, &Event::success(Kind::EhrRegistered, "command").at(&registration.id)).await?;
    tx.commit().await?;
    Ok(true)
}

fn read(file: &Path) -> Result<Vec<(Registration, SecretString)>, Problems> {
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
                problems.extend(registration.problems());
                if !seen.insert(registration.id.clone()) {
                    problems.add(&key, "stands there twice", "Give each EHR its own id.");
                }
                match registration.read_secret() {
                    Ok(secret) => read.push((registration, secret)),
                    Err(what) => problems.add(
                        &format!("{key}.client_secret_file"),
                        what,
                        "Put the secret into a file of mode 600.",
                    ),
                }
            }
        }
    }
    refuse_shared(&read, &mut problems);
    problems.or(read)
}

/// A secret or a base that two EHRs share would let one speak for the other.
fn refuse_shared(read: &[(Registration, SecretString)], problems: &mut Problems) {
    use secrecy::ExposeSecret as _;
    for (index, (registration, secret)) in read.iter().enumerate() {
        for (other, other_secret) in &read[..index] {
            let key = format!("ehr.{}", registration.id);
            if secret.expose_secret() == other_secret.expose_secret() {
                problems.add(
                    &key,
                    format!("has the secret of {}", other.id),
                    "Ask each EHR for its own secret.",
                );
            }
            if registration.fhir_base_url == other.fhir_base_url {
                problems.add(&key, format!("has the base URL of {}", other.id), "Register each base once.");
            }
        }
    }
}
