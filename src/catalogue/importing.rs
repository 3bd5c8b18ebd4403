//! Importing forms: all that are given, or none.

use std::{path::Path, sync::Arc};

use super::{
    entry::{Entry, Origin},
    service::Catalogue,
    store,
};
use crate::{
    audit::{Event, EventKind},
    db::{self, Tx},
    forms::{Error as FormError, Form, Located, Terminology, parse_text},
    ground::Ground,
};

/// Result of importing one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// URL and version.
    pub name: String,
    /// Whether it was not there before.
    pub is_new: bool,
}

/// Failure to import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// A form cannot be imported: its place among those that were given, and the reason.
    #[error("{error}")]
    Refused {
        /// Place among the forms that were given.
        number: usize,
        /// Reason.
        error: FormError,
    },
}

impl Catalogue {
    /// Parses a text as a form that can be used, with the value sets of this installation.
    ///
    /// # Errors
    /// Every problem with its line.
    pub fn parse(&self, text: &str, file: &Path) -> Result<Form, Vec<Located>> {
        parse_text(text, file, self.terminology())
    }

    /// Checks a text as a form that can be imported here, and returns the form.
    ///
    /// # Errors
    /// Every problem with its line.
    pub fn check(&self, text: &str, file: &Path) -> Result<Form, Vec<Located>> {
        self.check_with(text, file, self.terminology())
    }

    /// Checks a text as a form that can be imported here, with other value sets, and returns the form.
    ///
    /// # Errors
    /// Every problem with its line.
    pub fn check_with(
        &self,
        text: &str,
        file: &Path,
        terminology: &Terminology,
    ) -> Result<Form, Vec<Located>> {
        let form = parse_text(text, file, terminology)?;
        let problems = self.problems(&form);
        if problems.is_empty() { Ok(form) } else { Err(problems.into_iter().map(Located::from).collect()) }
    }

    /// Returns the reasons why a form that can be used cannot be imported here.
    fn problems(&self, form: &Form) -> Vec<FormError> {
        let mut problems = form.lacks_for_import();
        if form.asks_for_files() && !self.takes_files() {
            problems.push(FormError::NoPlaceForFiles);
        }
        let entries = self.entries();
        // Of two reasons about identity, the second would be a consequence of the first.
        let shipped = entries.iter().find_map(|entry| shipped(form, entry));
        let conflict = || entries.iter().find_map(|entry| conflict(form, &Known::of(&entry.form)));
        problems.extend(shipped.or_else(conflict));
        problems
    }

    /// Imports checked forms in one transaction, with an audit event for each. A form that is there already is left as it is.
    ///
    /// # Errors
    /// [`ImportError`]; then no form is imported.
    pub async fn import(
        &self,
        ground: &Ground,
        forms: &[Form],
        by: Option<&str>,
    ) -> Result<Vec<Imported>, ImportError> {
        let mut tx = ground.db.begin_write().await?;
        let mut done = Vec::new();
        for (number, form) in forms.iter().enumerate() {
            if let Some(error) = self.problems(form).into_iter().next() {
                return Err(ImportError::Refused { number, error });
            }
            let is_new = !self.is_base(form) && self.insert(ground, &mut tx, form, by, number).await?;
            done.push(Imported { name: form.name(), is_new });
        }
        tx.commit().await?;
        self.refresh(&ground.db).await?;
        Ok(done)
    }

    /// Inserts one form. Returns whether it was not there before.
    async fn insert(
        &self,
        ground: &Ground,
        tx: &mut Tx,
        form: &Form,
        by: Option<&str>,
        number: usize,
    ) -> Result<bool, ImportError> {
        store::insert_version(tx, &*ground.clock, form).await?;
        if !store::insert_imported(tx, &*ground.clock, form, by).await? {
            let related = store::find_related(tx, form).await?;
            let found = related.iter().find_map(|row| {
                let known = Known { id: &row.form_id, url: &row.url, version: &row.version, hash: &row.hash };
                conflict(form, &known)
            });
            return found.map_or(Ok(false), |error| Err(ImportError::Refused { number, error }));
        }
        let event = Event::success(EventKind::FormImported, "command").on(format!("form/{}", form.name()));
        ground.audit.record(tx, &event.detail(format!("SHA-256 {}", form.hash()))).await?;
        Ok(true)
    }

    /// Whether the form ships or is in the folder, with the same text.
    fn is_base(&self, form: &Form) -> bool {
        let is_it = |other: &Arc<Form>| other.name() == form.name() && other.hash() == form.hash();
        self.entries()
            .iter()
            .any(|entry| !matches!(entry.origin, Origin::Imported { .. }) && is_it(&entry.form))
    }
}

/// Identity of a form that is there.
struct Known<'f> {
    id: &'f str,
    url: &'f str,
    version: &'f str,
    hash: &'f str,
}

impl<'f> Known<'f> {
    fn of(form: &'f Form) -> Self {
        Self { id: form.id(), url: form.url(), version: form.version(), hash: form.hash() }
    }

    fn name(&self) -> String {
        if self.url.is_empty() { self.id.to_owned() } else { format!("{}|{}", self.url, self.version) }
    }
}

/// Returns the reason why a form cannot have the URL of one that ships: receivers would take it for that one.
fn shipped(form: &Form, entry: &Entry) -> Option<FormError> {
    let is_its_url = entry.origin == Origin::BuiltIn && form.url() == entry.form.url();
    let is_other = is_its_url && form.hash() != entry.form.hash();
    is_other.then(|| FormError::ShippedUrl { name: entry.form.name() })
}

/// Returns the reason why a form cannot be beside one that is there.
fn conflict(form: &Form, known: &Known<'_>) -> Option<FormError> {
    let (same_url, same_id) = (form.url() == known.url, form.id() == known.id);
    match (same_url, same_id) {
        (true, true) if form.version() == known.version && form.hash() != known.hash => {
            Some(FormError::VersionTaken { name: known.name() })
        }
        (false, true) => Some(FormError::IdTaken { id: known.id.to_owned(), other: known.name() }),
        (true, false) => Some(FormError::OtherId {
            id: form.id().to_owned(),
            other: known.name(),
            other_id: known.id.to_owned(),
        }),
        _ => None,
    }
}
