//! Retiring a form, and offering it again.

use super::{service::Catalogue, store};
use crate::{
    audit::{Event, EventKind},
    db,
    ground::Ground,
};

/// Failure to retire or offer a form.
#[derive(Debug, thiserror::Error)]
pub enum RetireError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// There is no such form.
    #[error("there is no form {0}; `passerelle form list` prints the names")]
    Unknown(String),
}

impl Catalogue {
    /// Offers a form for no new referral any more. Drafts go on. Returns whether it was not retired before.
    ///
    /// # Errors
    /// [`RetireError`].
    pub async fn retire(&self, ground: &Ground, name: &str, by: Option<&str>) -> Result<bool, RetireError> {
        self.known(ground, name).await?;
        let mut tx = ground.db.begin_write().await?;
        if !store::insert_retired(&mut tx, &*ground.clock, name, by).await? {
            return Ok(false);
        }
        let event = Event::success(EventKind::FormRetired, "command").on(format!("form/{name}"));
        ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        self.refresh(&ground.db).await?;
        Ok(true)
    }

    /// Offers a form again that was retired. Returns whether it was retired.
    ///
    /// # Errors
    /// [`RetireError`].
    pub async fn offer(&self, ground: &Ground, name: &str) -> Result<bool, RetireError> {
        self.known(ground, name).await?;
        let mut tx = ground.db.begin_write().await?;
        if !store::delete_retired(&mut tx, name).await? {
            return Ok(false);
        }
        let event = Event::success(EventKind::FormOffered, "command").on(format!("form/{name}"));
        ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        self.refresh(&ground.db).await?;
        Ok(true)
    }

    /// Checks that there is a form with this name, also one that another node imported just now.
    async fn known(&self, ground: &Ground, name: &str) -> Result<(), RetireError> {
        let is_known = || self.entries().iter().any(|entry| entry.form.name() == name);
        if !is_known() {
            self.refresh(&ground.db).await?;
        }
        if is_known() { Ok(()) } else { Err(RetireError::Unknown(name.to_owned())) }
    }
}
