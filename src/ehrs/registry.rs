//! The registered EHRs in memory, refreshed from the database.

use std::{collections::HashMap, sync::Arc};

use super::{client_keys::store::find_client_keys, ehr::Ehr, store};
use crate::{
    config::PublicUrl,
    db::{self, Db, Sealer},
    fhir::FhirBaseUrl,
};
use arc_swap::ArcSwap;
use tokio::sync::Mutex;

/// Registered EHRs in memory, a copy of the database that [`Registry::refresh`] updates. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    ehrs: Arc<ArcSwap<Vec<Arc<Ehr>>>>,
    refreshing: Arc<Mutex<()>>,
    sealer: Sealer,
    public_url: PublicUrl,
}

impl Registry {
    /// Creates an empty registry; call [`Registry::refresh`] before use.
    #[must_use]
    pub fn new(sealer: Sealer, public_url: PublicUrl) -> Self {
        Self {
            ehrs: Arc::new(ArcSwap::from_pointee(Vec::new())),
            refreshing: Arc::default(),
            sealer,
            public_url,
        }
    }

    /// Reloads the registrations from the database. An unchanged EHR keeps its caches. A registration that cannot be read
    /// is skipped and logged.
    pub async fn refresh(&self, db: &Db) -> db::Result<()> {
        // One at a time: an older result must not replace a newer one.
        let _refreshing = self.refreshing.lock().await;
        let known = self.ehrs.load_full();
        let (mut ehrs, keys) = (Vec::new(), find_client_keys(db).await?);
        for row in store::find_ehrs(db).await? {
            let (suspended, updated_at) = (row.suspended_at.is_some(), row.updated_at);
            let unchanged = |ehr: &&Arc<Ehr>| {
                ehr.id == row.id && ehr.suspended == suspended && ehr.updated_at == updated_at
            };
            if let Some(ehr) = known.iter().find(unchanged) {
                ehrs.push(Arc::clone(ehr));
                continue;
            }
            // One unreadable row must not block the others.
            match row.registration().and_then(|it| Ok((row.credential(&it, &keys, &self.sealer)?, it))) {
                Ok((credential, registration)) => {
                    let ehr = Ehr::new(&registration, credential, &self.public_url, suspended, updated_at);
                    ehrs.extend(ehr.map(Arc::new));
                }
                Err(error) => {
                    tracing::error!(ehr = row.id, cause = %error, "an EHR registration cannot be read");
                }
            }
        }
        self.ehrs.store(Arc::new(ehrs));
        Ok(())
    }

    /// Finds the EHR with this base URL or alias.
    #[must_use]
    pub fn find_by_base(&self, base: &FhirBaseUrl) -> Option<Arc<Ehr>> {
        tracing::trace!(target: "walk", "find the registration");
        self.ehrs.load().iter().find(|ehr| ehr.has_base(base)).cloned()
    }

    /// Finds an EHR by id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Ehr>> {
        self.ehrs.load().iter().find(|ehr| ehr.id == id).cloned()
    }

    /// Returns the origins that may frame the pages of each EHR, by its id.
    #[must_use]
    pub fn frame_ancestors(&self) -> HashMap<String, Vec<String>> {
        self.ehrs.load().iter().map(|ehr| (ehr.id.clone(), ehr.frame_ancestors.clone())).collect()
    }

    /// Lists all EHRs, by id.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Ehr>> {
        self.ehrs.load().to_vec()
    }
}
