//! Observers of the register: rooms above that must follow a change in the same transaction.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::db::{Result, Tx};

/// Change of one EHR's registration that voids what earlier launches left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationChange {
    /// Base, issuer, client or credential changed: sessions and pending sign-ins no longer fit.
    Reconnected,
    /// The EHR has another base and no pinned issuer: identities that it asserted before are no longer valid.
    IssuerUnknown,
    /// An administrator suspended the EHR, or a session began after it was suspended.
    Suspended,
    /// The EHR was removed; another one may take its id.
    Removed,
}

/// Reaction to a changed registration, within the transaction that stores the change.
pub trait RegistrationObserver: Send + Sync + 'static {
    /// Applies a change to the rows of another room. Returns how many sessions ended.
    fn registration_changed<'a>(
        &'a self,
        tx: &'a mut Tx,
        ehr_id: &'a str,
        change: RegistrationChange,
    ) -> BoxFuture<'a, Result<u64>>;
}

/// Observers of the register, in the order in which they are called. Cheap to clone.
#[derive(Clone, Default)]
pub struct RegistrationObservers(Arc<[Arc<dyn RegistrationObserver>]>);

impl RegistrationObservers {
    /// Collects the observers of an app.
    #[must_use]
    pub fn new(observers: impl IntoIterator<Item = Arc<dyn RegistrationObserver>>) -> Self {
        Self(observers.into_iter().collect())
    }

    /// Calls every observer. Returns how many sessions ended.
    pub(super) async fn notify(&self, tx: &mut Tx, ehr_id: &str, change: RegistrationChange) -> Result<u64> {
        let mut ended = 0;
        for observer in self.0.iter() {
            ended += observer.registration_changed(tx, ehr_id, change).await?;
        }
        Ok(ended)
    }
}
