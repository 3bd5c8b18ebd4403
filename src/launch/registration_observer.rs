//! Consequences of a changed EHR registration for sessions, pending sign-ins and account links.

use futures_util::future::BoxFuture;

use super::{linking, store};
use crate::{
    clock::SharedClock,
    db::{Result, Tx},
    ehrs::{RegistrationChange, RegistrationObserver},
    users,
};

/// Ends what earlier launches from an EHR left behind when its registration changes.
pub struct LaunchObserver {
    /// Source of the time at which sessions end.
    pub clock: SharedClock,
}

impl RegistrationObserver for LaunchObserver {
    fn registration_changed<'a>(
        &'a self,
        tx: &'a mut Tx,
        ehr_id: &'a str,
        change: RegistrationChange,
    ) -> BoxFuture<'a, Result<u64>> {
        Box::pin(async move {
            match change {
                RegistrationChange::Reconnected => {
                    let ended = store::end_sessions_of_ehr(tx, &*self.clock, ehr_id).await?;
                    linking::store::forget_pending_of(tx, ehr_id).await?;
                    Ok(ended)
                }
                RegistrationChange::IssuerUnknown => {
                    users::store::forget_links_of(tx, ehr_id).await?;
                    Ok(0)
                }
                RegistrationChange::Suspended => store::end_sessions_of_ehr(tx, &*self.clock, ehr_id).await,
                RegistrationChange::Removed => {
                    let ended = store::end_sessions_of_ehr(tx, &*self.clock, ehr_id).await?;
                    users::store::forget_links_of(tx, ehr_id).await?;
                    Ok(ended)
                }
            }
        })
    }
}
