//! Parts that the builder makes from settings: database, templates, forms, directory.

use std::path::PathBuf;

use super::{
    errors::{StartError, with_causes},
    sendable::{unknown_forms, unusable_directory, unusable_forms, unusable_terminology},
};
use crate::{
    attachments::{Attachments, Objects},
    catalogue::Base,
    config::{DatabaseUrl, FormSettings, Problems, Settings},
    db::Db,
    directory::{self, Directory},
    forms::{Form, Library, Terminology},
    ground::Ground,
    web::{CsrfKey, Metrics, SiteFolder, Web},
};

/// Opens the database, after creating or migrating it with `create`, and checks its schema.
pub(super) async fn open_database(settings: &Settings, create: bool) -> Result<Db, StartError> {
    let db = Db::open(&settings.database, create).await?;
    if create {
        db.migrate().await?;
    }
    db.check_schema().await?;
    Ok(db)
}

/// Opens the place for files that persons add. Without `opens`, for a command, which touches no file, nothing is created.
pub(super) fn attachments(
    settings: &Settings,
    ground: &Ground,
    library: &Library,
    opens: bool,
) -> Result<Attachments, StartError> {
    let objects = match attachments_folder(settings).filter(|_| opens) {
        Some(folder) => Objects::in_folder(&folder, &ground.sealer).map_err(with_causes).map_err(|what| {
            let mut problems = Problems::default();
            problems.add("attachments.folder", what, "Name a folder that this program may create and write.");
            problems
        })?,
        None if opens && library.list().any(Form::asks_for_files) => {
            let mut problems = Problems::default();
            let what = "is empty, and a form asks for files, which PostgreSQL does not store";
            problems.add("attachments.folder", what, "Name a folder that every node shares.");
            return Err(problems.into());
        }
        None => Objects::nowhere(&ground.sealer),
    };
    Ok(Attachments::new(ground.clone(), objects, settings.attachments.clone()))
}

/// Reads templates and messages, those of the site folder first.
pub(super) fn web(settings: &Settings, metrics: &Metrics) -> Result<Web, StartError> {
    let site = SiteFolder::new(settings.site.as_deref());
    let csrf = CsrfKey::new(&settings.keys);
    Web::new(&site, csrf, settings.server.public_url.clone(), metrics.clone()).map_err(StartError::File)
}

/// Reads the forms of the folder, or the shipped ones by default, with the settings that say which of them are offered.
pub(super) fn forms(settings: &Settings) -> Result<Base, Problems> {
    let FormSettings { folder, terminology, offered, .. } = &settings.forms;
    let terminology = match terminology {
        Some(folder) => Terminology::load(folder).map_err(unusable_terminology)?,
        None => Terminology::default(),
    };
    let load = |folder| Library::load_with(folder, &terminology);
    let all = folder.as_deref().map_or_else(Library::built_in, load).map_err(unusable_forms)?;
    all.only(offered).map_err(|unknown| unknown_forms(&all, &unknown))?;
    Ok(Base {
        library: all,
        is_folder: folder.is_some(),
        offered: offered.clone(),
        terminology,
        value_sets: None,
        takes_files: attachments_folder(settings).is_some(),
        specialties: None,
    })
}

/// Returns the forms of a base that are offered, which have to be sendable.
pub(super) fn offered(base: &Base) -> Library {
    match base.offered.as_slice() {
        [] => base.library.clone(),
        ids => base.library.only(ids).unwrap_or_default(),
    }
}

/// Returns the folder for files that persons add: by default beside a SQLite database, none with PostgreSQL.
fn attachments_folder(settings: &Settings) -> Option<PathBuf> {
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

/// Reads the directory, or the shipped one by default.
pub(super) fn directory(settings: &Settings) -> Result<Directory, Problems> {
    let read = settings.directory.as_deref().map_or_else(directory::load_built_in, directory::load_file);
    read.map_err(unusable_directory)
}
