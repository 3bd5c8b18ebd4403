//! Place of the files that persons add: a folder, or a bucket.

use std::{path::PathBuf, sync::Arc};

use super::errors::{StartError, with_causes};
use crate::{
    attachments::{Attachments, Objects},
    config::{DatabaseUrl, Problems, S3Settings, Settings},
    db::Sealer,
    egress::{Authorities, Networks, Outbound},
    forms::{Form, Library},
    ground::Ground,
};

/// Opens the place for files that persons add. Without `opens`, for a command, which touches no file, nothing is created.
pub(super) fn attachments(
    settings: &Settings,
    ground: &Ground,
    library: &Library,
    opens: bool,
) -> Result<Attachments, StartError> {
    let objects = match (&settings.attachments.s3, folder(settings)) {
        (Some(s3), _) if opens => bucket(s3, &ground.sealer)?,
        (None, Some(folder)) if opens => Objects::in_folder(&folder, &ground.sealer).map_err(|error| {
            problem(
                "attachments.folder",
                with_causes(error),
                "Name a folder that this program may create and write.",
            )
        })?,
        (None, None) if opens && library.list().any(Form::asks_for_files) => {
            let what = "is empty, and a form asks for files, which PostgreSQL does not store";
            let fix = "Name a folder that every node shares, or a bucket in attachments.s3.bucket.";
            return Err(problem("attachments.folder", what.to_owned(), fix).into());
        }
        _ => Objects::nowhere(&ground.sealer),
    };
    Ok(Attachments::new(ground.clone(), objects, settings.attachments.clone()))
}

/// Whether this installation has a place for files.
pub(super) fn takes_files(settings: &Settings) -> bool {
    settings.attachments.s3.is_some() || folder(settings).is_some()
}

/// Returns the place of the files that persons add, for an operator who copies them. `None` if there is none.
pub(super) fn place(settings: &Settings) -> Option<String> {
    match &settings.attachments.s3 {
        Some(_) => Some("the bucket of attachments.s3".to_owned()),
        None => folder(settings).map(|folder| folder.display().to_string()),
    }
}

/// Checks the settings of the bucket, without a request.
///
/// # Errors
/// The problem with its fix.
pub(super) fn check_bucket(settings: &Settings) -> Result<(), Problems> {
    match &settings.attachments.s3 {
        Some(s3) => bucket(s3, &Sealer::new(&settings.keys)).map(drop),
        None => Ok(()),
    }
}

fn bucket(s3: &S3Settings, sealer: &Sealer) -> Result<Objects, Problems> {
    let authorities = match &s3.ca {
        Some(pem) => Authorities::from_pem(pem).map_err(|what| {
            problem("attachments.s3.ca_file", what.to_owned(), "Name a PEM file with certificates.")
        })?,
        None => Authorities::default(),
    };
    let outbound = Outbound::new(Networks::new(&s3.allowed_networks)).trusting(authorities);
    let failed = |what| problem("attachments.s3", what, "Correct the settings of the bucket.");
    Objects::in_bucket(s3, Arc::new(outbound), sealer).map_err(|error| failed(with_causes(error)))
}

fn problem(key: &str, what: String, fix: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add(key, what, fix);
    problems
}

/// Returns the folder for files that persons add: by default beside a SQLite database, none with PostgreSQL.
fn folder(settings: &Settings) -> Option<PathBuf> {
    match (&settings.attachments.folder, &settings.database.url) {
        (Some(folder), _) => Some(folder.clone()),
        (None, DatabaseUrl::Sqlite(file)) => {
            let mut name = file.as_os_str().to_owned();
            name.push(".attachments");
            Some(name.into())
        }
        (None, DatabaseUrl::Postgres { .. }) => None,
    }
}
