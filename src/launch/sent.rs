//! Launches sent to the EHR that have not come back: kept in memory, and recorded as traces once they are overdue.
//!
//! Why not a row for each launch: unfinished launches would cost a write each, and an attacker can start any number. An
//! EHR that signs its users in silently sends the browser back before a launch is overdue, so it is never written.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    error::Error,
    service::Launch,
    trace::store::{self, NOT_BACK, NotBackTrace},
};

/// Age at which a launch that is not back is recorded, in milliseconds.
const OVERDUE_MS: i64 = 10_000;
/// Launches of one EHR in memory. The oldest is dropped first.
const MAX_SENT: usize = 50;

/// Launch that was sent to the EHR.
pub(super) struct SentLaunch {
    pub(super) state_hash: String,
    /// Correlation id of the launch request.
    pub(super) reference: String,
    /// Start, epoch milliseconds.
    pub(super) at: i64,
    /// Steps of its trace, as JSON.
    pub(super) steps: String,
}

/// Launches that this node sent to EHRs and that have not come back to it, by EHR. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct SentLaunches(Arc<Mutex<BTreeMap<String, VecDeque<SentLaunch>>>>);

impl SentLaunches {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, VecDeque<SentLaunch>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn insert(&self, ehr_id: &str, sent: SentLaunch) {
        let mut all = self.lock();
        let of_ehr = all.entry(ehr_id.to_owned()).or_default();
        if of_ehr.len() >= MAX_SENT {
            of_ehr.pop_front();
        }
        of_ehr.push_back(sent);
    }

    /// Removes a launch that came back. Returns false if it was recorded, dropped, or sent by another node.
    pub(super) fn remove(&self, ehr_id: &str, state_hash: &str) -> bool {
        let mut all = self.lock();
        let Some(of_ehr) = all.get_mut(ehr_id) else { return false };
        let before = of_ehr.len();
        of_ehr.retain(|sent| sent.state_hash != state_hash);
        of_ehr.len() < before
    }

    /// Takes the launches that started until `before`, epoch milliseconds, each with its EHR.
    fn take_overdue(&self, before: i64) -> Vec<(String, SentLaunch)> {
        let mut overdue = Vec::new();
        for (ehr_id, of_ehr) in self.lock().iter_mut() {
            while of_ehr.front().is_some_and(|sent| sent.at <= before) {
                overdue.extend(of_ehr.pop_front().map(|sent| (ehr_id.clone(), sent)));
            }
        }
        overdue
    }
}

impl Launch {
    /// Records the launches that are not back ten seconds after they were sent, in one transaction, unless too many are
    /// recorded already.
    ///
    /// # Errors
    /// [`Error::Db`] if the database fails; the launches are then not recorded.
    pub async fn record_not_back(&self) -> Result<(), Error> {
        let now = self.ground.clock.now_ms();
        let mut overdue = self.sent.take_overdue(now - OVERDUE_MS);
        overdue.retain(|(ehr_id, _)| self.refusals.admit(now, ehr_id, NOT_BACK).is_some());
        if overdue.is_empty() {
            return Ok(());
        }
        let mut tx = self.ground.db.begin_write().await?;
        for (ehr_id, SentLaunch { state_hash, reference, at, steps }) in &overdue {
            let trace = NotBackTrace { reference, state_hash, ehr_id, at: *at, steps };
            store::insert_not_back(&mut tx, &trace).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(at: i64) -> SentLaunch {
        SentLaunch { state_hash: at.to_string(), reference: String::new(), at, steps: String::new() }
    }

    /// LCH-14: a flood of launch requests uses bounded memory, and drops no launch of another EHR.
    #[test]
    fn keeps_a_bounded_number_of_launches_of_each_ehr() {
        let launches = SentLaunches::default();
        launches.insert("lakeside", sent(1));
        for at in 0..1000 {
            launches.insert("riverside", sent(at));
        }
        assert_eq!(launches.take_overdue(i64::MAX).len(), MAX_SENT + 1);
    }

    #[test]
    fn takes_only_overdue_launches_that_did_not_come_back() {
        let launches = SentLaunches::default();
        for at in [1, 2, 3] {
            launches.insert("riverside", sent(at));
        }
        assert!(launches.remove("riverside", "1") && !launches.remove("riverside", "1"));
        let overdue = launches.take_overdue(2);
        assert_eq!(overdue.iter().map(|(_, sent)| sent.at).collect::<Vec<_>>(), [2]);
        assert!(!launches.remove("riverside", "2") && launches.remove("riverside", "3"));
    }
}
