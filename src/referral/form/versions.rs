//! Versions of forms: a draft stays with the text of the form that it was begun with.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::store as form_store;
use crate::{
    db,
    forms::{Form, Library, ValueSets},
    referral::{draft::Referral, error::Error, service::Referrals, store},
};

/// Forms of this installation, and the earlier versions that open drafts were begun with.
#[derive(Debug)]
pub(in crate::referral) struct FormVersions {
    library: Library,
    /// Earlier versions that were needed, by hash. As many as the open drafts of this installation have.
    earlier: RwLock<HashMap<String, Arc<Form>>>,
    /// Source of the value sets that the forms do not contain, for their rules.
    value_sets: Option<Arc<dyn ValueSets>>,
}

impl FormVersions {
    pub(in crate::referral) fn new(library: Library, value_sets: Option<Arc<dyn ValueSets>>) -> Self {
        let library = match &value_sets {
            Some(source) => library.with_value_sets(source),
            None => library,
        };
        Self { library, earlier: RwLock::default(), value_sets }
    }

    /// Returns the forms for new referrals.
    pub(in crate::referral) fn library(&self) -> &Library {
        &self.library
    }

    /// Returns a version that is loaded. Without a hash, the form of today.
    fn loaded(&self, id: &str, hash: &str) -> Option<Arc<Form>> {
        let current = self.library.get(id).filter(|form| hash.is_empty() || form.hash() == hash);
        let earlier = || self.earlier.read().unwrap_or_else(PoisonError::into_inner).get(hash).cloned();
        current.cloned().or_else(earlier)
    }

    fn keep(&self, form: Form) {
        let form = match &self.value_sets {
            Some(source) => form.with_value_sets(Arc::clone(source)),
            None => form,
        };
        let mut earlier = self.earlier.write().unwrap_or_else(PoisonError::into_inner);
        earlier.insert(form.hash().to_owned(), Arc::new(form));
    }
}

impl Referrals {
    /// Stores the texts of the forms, so that drafts begun with them can be continued after the forms were changed.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn store_forms(&self) -> db::Result<()> {
        let mut tx = self.ground.db.begin_write().await?;
        for form in self.forms.library().list() {
            form_store::insert_version(&mut tx, &*self.ground.clock, form).await?;
        }
        tx.commit().await
    }

    /// Finds a referral by id, with the form it was begun with and its files. Does not check permission: that is up to the caller.
    pub(in crate::referral) async fn find_referral(&self, id: &str) -> Result<Option<Referral>, Error> {
        let mut found = store::find_referral(&self.ground.db, &self.ground.sealer, id).await?;
        if let Some(referral) = &mut found {
            self.load_form(&referral.form_id, &referral.form_hash).await?;
            self.load_files(referral).await?;
        }
        Ok(found)
    }

    /// Loads a version of a form, if it is stored and not loaded.
    pub(super) async fn load_form(&self, id: &str, hash: &str) -> Result<(), Error> {
        if self.forms.loaded(id, hash).is_some() {
            return Ok(());
        }
        if let Some((id, text)) = form_store::find_version(&self.ground.db, hash).await? {
            let json = serde_json::from_str(&text).ok();
            if let Some(form) = json.and_then(|json| Form::parse_named(&json, &id).ok()) {
                self.forms.keep(form);
            } else {
                tracing::error!(form = id, hash, "a stored form can no longer be read");
            }
        }
        Ok(())
    }

    /// Returns the form that a referral was begun with.
    ///
    /// # Errors
    /// [`Error::NoForm`] if its text is neither that of a form of this installation nor stored.
    pub(in crate::referral) fn form_of(&self, referral: &Referral) -> Result<Arc<Form>, Error> {
        self.form_version(&referral.form_id, &referral.form_hash)
    }

    /// Returns a version of a form; the form of today if `hash` is empty.
    ///
    /// # Errors
    /// [`Error::NoForm`] if it is not known.
    pub(in crate::referral) fn form_version(&self, id: &str, hash: &str) -> Result<Arc<Form>, Error> {
        self.forms.loaded(id, hash).ok_or(Error::NoForm)
    }
}
