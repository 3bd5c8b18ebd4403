//! Parts that the builder makes from settings: database, templates, forms, directory.

use super::errors::StartError;
use crate::{
    config::Settings,
    db::Db,
    directory::{self, Directory},
    forms::Library,
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

/// Reads the forms, or the shipped ones by default.
pub(super) fn forms(settings: &Settings) -> Result<Library, StartError> {
    let read = settings.forms.as_deref().map_or_else(Library::built_in, Library::load);
    read.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        StartError::File(format!("forms: {}", lines.join("; ")))
    })
}

/// Reads the directory, or the shipped one by default.
pub(super) fn directory(settings: &Settings) -> Result<Directory, StartError> {
    let read = settings.directory.as_deref().map_or_else(directory::load_built_in, directory::load_file);
    read.map_err(|error| StartError::File(error.to_string()))
}
