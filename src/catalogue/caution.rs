//! Cautions about a form that can be imported: an administrator may have meant something else.

use std::fmt;

use serde_json::Value;

use super::{entry::Entry, service::Catalogue};
use crate::forms::Form;

/// Caution about a form that can be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// Another form has the same title.
    SameTitle {
        /// Name of the other form.
        name: String,
    },
    /// No service of the directory has the specialty of the form.
    NoService {
        /// Display of the specialty.
        specialty: String,
    },
}

impl Caution {
    /// Codes of all cautions.
    pub const CODES: [&'static str; 2] = ["same-title", "no-service"];

    /// Returns the code, the end of the message key `admin-forms-caution-…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SameTitle { .. } => "same-title",
            Self::NoService { .. } => "no-service",
        }
    }

    /// Returns what the message names.
    #[must_use]
    pub fn detail(&self) -> &str {
        let (Self::SameTitle { name: detail } | Self::NoService { specialty: detail }) = self;
        detail
    }
}

impl fmt::Display for Caution {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameTitle { name } => {
                write!(
                    text,
                    "{name} has the same title: users cannot tell the two apart in the list of forms"
                )
            }
            Self::NoService { specialty } => write!(
                text,
                "no service of the directory has the specialty {specialty}: each referral would go to a service of another \
                 specialty, after a confirmation"
            ),
        }
    }
}

impl Catalogue {
    /// Returns the cautions about a form that can be imported.
    #[must_use]
    pub fn cautions(&self, form: &Form) -> Vec<Caution> {
        let entries = self.entries();
        let same = entries.iter().find(|entry| is_in_use(entry) && is_read_as(form, &entry.form));
        let title = same.map(|entry| Caution::SameTitle { name: entry.form.name() });
        let fits = self.specialties().is_none_or(|has| has.iter().any(|has| asks_for(form, has)));
        let service = (!fits).then(|| Caution::NoService { specialty: specialty_of(form) });
        title.into_iter().chain(service).collect()
    }
}

fn is_in_use(entry: &Entry) -> bool {
    entry.is_listed && entry.retired_at.is_none()
}

/// Whether two forms are others, and have the same title in a language.
fn is_read_as(form: &Form, other: &Form) -> bool {
    let title = |form: &Form, lang: &str| form.title(lang).trim().to_lowercase();
    form.id() != other.id() && ["en", "fr"].iter().any(|lang| title(form, lang) == title(other, lang))
}

fn asks_for(form: &Form, has: &Value) -> bool {
    form.service_codings().iter().any(|want| want["system"] == has["system"] && want["code"] == has["code"])
}

fn specialty_of(form: &Form) -> String {
    let mut displays = form.service_codings().iter().filter_map(|coding| coding["display"].as_str());
    displays.next().unwrap_or_default().to_owned()
}
