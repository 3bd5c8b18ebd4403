use std::sync::Arc;

use super::{AuditSink, Event};
use crate::{
    clock::SharedClock,
    db::{Db, Error, Result, Tx, defer, on, row, row_id},
};

/// Writes audit events.
#[derive(Clone)]
pub struct Audit {
    clock: SharedClock,
    sinks: Arc<Vec<Box<dyn AuditSink>>>,
}

row! {
    /// One stored event.
    #[derive(Clone, Debug)]
    pub struct Recorded {
        /// Id, in order of time.
        pub id: String,
        /// When, epoch milliseconds.
        pub at: i64,
        /// What happened.
        pub event: String,
        /// `success` or `failure`.
        pub outcome: String,
        /// Local user.
        pub user_id: Option<String>,
        /// EHR.
        pub ehr_id: Option<String>,
        /// Whose record, as a keyed hash.
        pub patient_key: Option<String>,
        /// What was touched.
        pub entity: Option<String>,
        /// The id the person saw.
        pub correlation_id: String,
        /// Why.
        pub detail: Option<String>,
    }
}

impl Audit {
    /// Writes into the database, and tells `sinks`.
    #[must_use]
    pub fn new(clock: SharedClock, sinks: Vec<Box<dyn AuditSink>>) -> Self {
        Self { clock, sinks: Arc::new(sinks) }
    }

    /// Writes one event into the caller's transaction.
    ///
    /// # Errors
    /// When the row cannot be written or a sink refuses; then the caller's change must not be committed.
    pub async fn record(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        let (issuer, subject) = event.identity.clone().unzip();
        let id = row_id(&*self.clock);
        defer!(
            tx,
            "INSERT INTO audit_events (id, at, event, outcome, user_id, issuer, subject, ehr_id, patient_key, \
                 entity, correlation_id, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            &id,
            self.clock.now_ms(),
            event.kind.as_str(),
            event.outcome.as_str(),
            &event.user_id,
            &issuer,
            &subject,
            &event.ehr_id,
            &event.patient_key,
            &event.entity,
            &event.correlation_id,
            &event.detail,
        );
        for sink in self.sinks.iter() {
            sink.record(event).map_err(|error| Error::Open(error.to_string()))?;
        }
        Ok(())
    }

    /// Writes one event in a transaction of its own, for refusals that change nothing else.
    ///
    /// # Errors
    /// As [`Audit::record`].
    pub async fn record_alone(&self, db: &Db, event: &Event) -> Result<()> {
        // A second trail that refuses must find something to undo.
        let mut tx = if self.sinks.is_empty() { db.begin_single().await? } else { db.begin_write().await? };
        self.record(&mut tx, event).await?;
        tx.commit().await
    }

    /// The newest events, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_newest(&self, db: &Db, most: i64) -> Result<Vec<Recorded>> {
        Ok(on!(db.read(), p => {
            sqlx::query_as::<_, Recorded>(
                "SELECT id, at, event, outcome, user_id, ehr_id, patient_key, entity, correlation_id, detail \
                 FROM audit_events ORDER BY id DESC LIMIT $1",
            ).bind(most).fetch_all(p).await?
        }))
    }
}
