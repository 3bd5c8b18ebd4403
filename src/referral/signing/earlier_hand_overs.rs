//! Referrals that an earlier version of Passerelle handed over for signature, before clinics had queues.
//!
//! Why not in a migration: the queue is named by a keyed hash. Why not all at once: where one FHIR base serves several clinics,
//! only a launch tells which one the patient is of.

use std::collections::BTreeMap;

use super::store as signing_store;
use crate::{
    launch::only_clinic_key,
    referral::{error::Error, service::Referrals, visit::Visit},
};

impl Referrals {
    /// Puts earlier referrals into the queues of their clinics, where an EHR serves one. Logs the numbers of the others: they
    /// are found when the chart of their patient is opened.
    ///
    /// # Errors
    /// [`Error::Db`] if the database fails.
    pub async fn queue_earlier_hand_overs(&self) -> Result<(), Error> {
        let db = &self.ground.db;
        let mut of_ehr: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in signing_store::find_unqueued(db).await? {
            of_ehr.entry(one.ehr_id).or_default().push(one.number);
        }
        for (ehr_id, numbers) in of_ehr {
            let ehr = self.launch.registry().find(&ehr_id);
            let Some(clinic_key) = ehr.and_then(|ehr| only_clinic_key(&ehr, &self.ground.sealer)) else {
                tracing::warn!(
                    ehr = ehr_id,
                    ?numbers,
                    "these referrals wait for a signature and are in no queue until the chart of their patient is opened"
                );
                continue;
            };
            let mut tx = db.begin_write().await?;
            let queued = signing_store::queue_earlier(&mut tx, &ehr_id, None, &clinic_key).await?;
            tx.commit().await?;
            tracing::info!(ehr = ehr_id, queued, "queued referrals that an earlier version handed over");
        }
        Ok(())
    }

    /// Puts the earlier referrals of the patient of an open chart into the queue of its clinic.
    pub(in crate::referral) async fn queue_earlier_of_chart(&self, visit: &Visit) -> Result<(), Error> {
        let (ehr_id, clinic_key) = (&visit.context.ehr.id, self.clinic_key(visit));
        let patient_key = Some(visit.context.patient_key.as_str());
        let mut tx = self.ground.db.begin_write().await?;
        signing_store::queue_earlier(&mut tx, ehr_id, patient_key, &clinic_key).await?;
        Ok(tx.commit().await?)
    }
}
