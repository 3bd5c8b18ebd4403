//! Settings `forms.*`.

use std::path::PathBuf;

use super::reader::Reader;

/// Forms of an installation.
#[derive(Clone, Debug, Default)]
pub struct FormSettings {
    /// `forms.folder`, if it replaces the built-in forms.
    pub folder: Option<PathBuf>,
    /// `forms.terminology`: folder of value sets and code systems.
    pub terminology: Option<PathBuf>,
    /// `forms.terminology_server`: base URL of a terminology server.
    pub terminology_server: Option<String>,
    /// `forms.offered`: ids of the forms for new referrals; empty for all.
    pub offered: Vec<String>,
}

impl FormSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            folder: reader.path("forms.folder"),
            terminology: reader.path("forms.terminology"),
            terminology_server: Some(reader.text("forms.terminology_server")).filter(|url| !url.is_empty()),
            offered: reader.list("forms.offered", "cardiology-consult"),
        }
    }
}
