use std::sync::Arc;

use super::{client_keys::store::find_client_keys, ehr::Ehr, store};
use crate::{
    config::PublicUrl,
    db::{self, Db, Sealer},
    fhir::FhirBaseUrl,
};
use arc_swap::ArcSwap;
use tokio::sync::Mutex;

/// The registered EHRs, in memory. The database is the truth; [`Registry::refresh`] follows it.
#[derive(Clone)]
pub struct Registry {
    ehrs: Arc<ArcSwap<Vec<Arc<Ehr>>>>,
    reading: Arc<Mutex<()>>,
    sealer: Sealer,
    public_url: PublicUrl,
}

impl Registry {
    /// An empty registry; call [`Registry::refresh`] before use.
    #[must_use]
    pub fn new(sealer: Sealer, public_url: PublicUrl) -> Self {
        Self {
            ehrs: Arc::new(ArcSwap::from_pointee(Vec::new())),
            reading: Arc::default(),
            sealer,
            public_url,
        }
    }

    /// Reads the registrations anew. An EHR that did not change keeps what we remember of it.
    ///
    /// # Errors
    /// When the database fails. A registration that cannot be read is left out and logged.
    pub async fn refresh(&self, db: &Db) -> db::Result<()> {
        // One at a time: what was read earlier must not be stored later.
        let _reading = self.reading.lock().await;
        let known = self.ehrs.load_full();
        let (mut ehrs, keys) = (Vec::new(), find_client_keys(db).await?);
        for row in store::find_ehrs(db).await? {
            let version = (row.suspended_at.is_some(), row.updated_at);
            let same = |ehr: &&Arc<Ehr>| ehr.id == row.id && (ehr.suspended, ehr.updated_at) == version;
            if let Some(ehr) = known.iter().find(same) {
                ehrs.push(Arc::clone(ehr));
                continue;
            }
            // One row that cannot be read must not keep the others from being followed.
            match row.registration().and_then(|it| Ok((row.credential(&it, &keys, &self.sealer)?, it))) {
                Ok((credential, registration)) => {
                    ehrs.extend(Ehr::new(&registration, credential, &self.public_url, version).map(Arc::new));
                }
                Err(error) => {
                    tracing::error!(ehr = row.id, cause = %error, "an EHR registration cannot be read");
                }
            }
        }
        self.ehrs.store(Arc::new(ehrs));
        Ok(())
    }

    /// The EHR a launch names, if it is registered.
    #[must_use]
    pub fn find_by_base(&self, base: &FhirBaseUrl) -> Option<Arc<Ehr>> {
        tracing::trace!(target: "walk", "find the registration");
        self.ehrs.load().iter().find(|ehr| ehr.is_at(base)).cloned()
    }

    /// The EHR with a slug.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Arc<Ehr>> {
        self.ehrs.load().iter().find(|ehr| ehr.id == id).cloned()
    }

    /// The origins that may show a chart of one of them in a frame.
    #[must_use]
    pub fn frame_ancestors(&self) -> Vec<String> {
        let ehrs = self.ehrs.load();
        let mut origins: Vec<String> = ehrs.iter().flat_map(|ehr| ehr.frame_ancestors.clone()).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }

    /// All of them.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Ehr>> {
        self.ehrs.load().to_vec()
    }
}
