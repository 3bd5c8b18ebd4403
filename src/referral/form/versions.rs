//! Versions of forms: a draft stays with the text of the form that it was begun with.

use std::sync::Arc;

use crate::{
    db,
    forms::Form,
    referral::{draft::Referral, error::Error, service::Referrals, store},
};

impl Referrals {
    /// Stores the texts of the forms, so that drafts begun with them can be continued after the forms were changed.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn store_forms(&self) -> db::Result<()> {
        self.forms.store_forms(&self.ground).await
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
        Ok(self.forms.load(&self.ground.db, id, hash).await?)
    }

    /// Returns the form that a referral was begun with.
    ///
    /// # Errors
    /// [`Error::NoForm`] if its text is neither that of a form of this installation nor stored.
    pub(in crate::referral) fn form_of(&self, referral: &Referral) -> Result<Arc<Form>, Error> {
        self.form_version(&referral.form_id, &referral.form_hash)
    }

    /// Returns a version of a form; the newest one if `hash` is empty.
    ///
    /// # Errors
    /// [`Error::NoForm`] if it is not known.
    pub(in crate::referral) fn form_version(&self, id: &str, hash: &str) -> Result<Arc<Form>, Error> {
        self.forms.find_loaded(id, hash).ok_or(Error::NoForm)
    }
}
