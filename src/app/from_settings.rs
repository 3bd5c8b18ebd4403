//! Parts that the builder makes from settings: database, templates, forms, directory.

use super::{
    attachment_store::takes_files,
    errors::StartError,
    sendable::{unknown_forms, unusable_directory, unusable_forms, unusable_terminology},
};
use crate::{
    catalogue::Base,
    config::{FormSettings, Problems, Settings},
    db::Db,
    directory::{self, Directory},
    forms::{Library, Terminology},
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
        takes_files: takes_files(settings),
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

/// Reads the directory, or the shipped one by default.
pub(super) fn directory(settings: &Settings) -> Result<Directory, Problems> {
    let read = settings.directory.as_deref().map_or_else(directory::load_built_in, directory::load_file);
    read.map_err(unusable_directory)
}
