//! Removal of a plan in batches, each one transaction with its audit event.

use jiff::Timestamp;

use super::{
    kind::Kind,
    lease_store,
    plan::{Plan, Planned},
    rows::{Batch, remove_some},
    service::Retention,
};
use crate::{
    audit::{Event, EventKind},
    db::{Result, Tx},
    random,
};

/// Correlation id of the audit events.
const CORRELATION_ID: &str = "retention";

/// State of a removal after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Kind of rows.
    pub kind: Kind,
    /// Rows removed so far.
    pub removed: u64,
    /// Rows in the plan.
    pub planned: i64,
}

/// Result of a removal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Rows removed of each kind, without kinds of which there were none.
    pub counts: Vec<(Kind, u64)>,
    /// Whether another process took over, because this one was slower than its lease.
    pub is_interrupted: bool,
}

impl Retention {
    /// Removes everything that [`Retention::plan`] lists at this time, and reports after each batch. `started` receives
    /// the plan first. Returns `None` if another process is removing.
    ///
    /// # Errors
    /// The error of the database. Committed batches stay removed.
    pub async fn apply(
        &self,
        started: impl FnOnce(&Plan),
        progress: impl FnMut(Progress),
    ) -> Result<Option<Removed>> {
        let lease = random::id();
        if self.claim(&lease, true).await?.is_none() {
            return Ok(None);
        }
        let plan = self.plan().await?;
        started(&plan);
        let removed = self.remove(&plan, &lease, progress).await?;
        lease_store::release(&self.ground.db, &lease).await?;
        Ok(Some(removed))
    }

    /// Removes the rows of a plan under a lease.
    pub(super) async fn remove(
        &self,
        plan: &Plan,
        lease: &str,
        mut progress: impl FnMut(Progress),
    ) -> Result<Removed> {
        let mut done = Removed::default();
        for planned in plan.planned.iter().filter(|planned| planned.days.is_some()) {
            let mut removed = 0;
            loop {
                let Some(count) = self.remove_batch(planned, lease).await? else {
                    return Ok(Removed { is_interrupted: true, ..done });
                };
                if count == 0 {
                    break;
                }
                removed += count;
                progress(Progress { kind: planned.kind, removed, planned: planned.span.count });
            }
            if removed > 0 {
                done.counts.push((planned.kind, removed));
            }
        }
        Ok(done)
    }

    /// Removes one batch with its audit events. Returns the number of its rows, or `None` if the lease was lost.
    async fn remove_batch(&self, planned: &Planned, lease: &str) -> Result<Option<u64>> {
        let mut tx = self.ground.db.begin_write().await?;
        if !lease_store::renew(&mut tx, lease, self.lease_end()).await? {
            return Ok(None);
        }
        let batch = remove_some(&self.ground, &mut tx, planned.kind, planned.before).await?;
        if batch.count > 0 {
            self.record(&mut tx, planned, &batch).await?;
        }
        tx.commit().await?;
        Ok(Some(batch.count))
    }

    /// Records a batch, and each draft in it under its patient.
    async fn record(&self, tx: &mut Tx, planned: &Planned, batch: &Batch) -> Result<()> {
        let before = Timestamp::from_millisecond(planned.before).unwrap_or_default();
        let detail = format!("{} from before {}", batch.count, before.strftime("%F %T UTC"));
        let event = Event::success(EventKind::RecordsRemoved, CORRELATION_ID);
        self.ground.audit.record(tx, &event.on(planned.kind.as_str()).detail(detail)).await?;
        for draft in &batch.drafts {
            let event = Event::success(EventKind::DraftRemoved, CORRELATION_ID)
                .at(&draft.ehr_id)
                .patient(Some(&draft.patient_key))
                .on(format!("referral/{}", draft.id));
            self.ground.audit.record(tx, &event).await?;
        }
        Ok(())
    }
}
