//! SQL of the audit trail.

use std::{borrow::Cow, sync::Arc};

use super::{event::Event, sink::AuditSink};
use crate::{
    clock::SharedClock,
    db::{Db, Error, Result, Span, Tx, defer, execute, first_row_id, on, row, row_id},
};

// Ids are ordered by time, so that no index of the times is needed.
macro_rules! expired {
    ($select:literal) => {
        concat!(
            $select,
            "FROM audit_events WHERE at < $1 AND id < $2 AND event NOT IN ('records-removed', 'draft-removed')"
        )
    };
}

/// Writer of audit events.
#[derive(Clone)]
pub struct Audit {
    clock: SharedClock,
    sinks: Arc<Vec<Box<dyn AuditSink>>>,
    by: Option<By>,
}

/// User and request that every event of an [`Audit`] is attributed to.
#[derive(Clone)]
struct By {
    user_id: String,
    correlation_id: String,
}

row! {
    /// Stored event.
    #[derive(Clone, Debug)]
    pub struct Recorded {
        /// Row id, ordered by time.
        pub id: String,
        /// Time in epoch milliseconds.
        pub at: i64,
        /// Code of the [`EventKind`](super::EventKind).
        pub event: String,
        /// `success` or `failure`.
        pub outcome: String,
        /// Id of the local account.
        pub user_id: Option<String>,
        /// Id of the EHR.
        pub ehr_id: Option<String>,
        /// Patient whose record it is about, as a keyed hash.
        pub patient_key: Option<String>,
        /// Affected entity.
        pub entity: Option<String>,
        /// Correlation id, which the user saw.
        pub correlation_id: String,
        /// Reason as a short class.
        pub detail: Option<String>,
    }
}

impl Audit {
    /// Returns a writer to the database and to `sinks`.
    #[must_use]
    pub fn new(clock: SharedClock, sinks: Vec<Box<dyn AuditSink>>) -> Self {
        Self { clock, sinks: Arc::new(sinks), by: None }
    }

    /// Returns a writer that attributes every event to this user and request, so that no event can be recorded under
    /// another name.
    #[must_use]
    pub fn by(&self, user_id: &str, correlation_id: &str) -> Self {
        let by = By { user_id: user_id.to_owned(), correlation_id: correlation_id.to_owned() };
        Self { by: Some(by), ..self.clone() }
    }

    /// Records one event in the caller's transaction.
    ///
    /// # Errors
    /// [`Error::Open`] if a sink refuses the event. After any error the caller's change must not be committed.
    pub async fn record(&self, tx: &mut Tx, event: &Event) -> Result<()> {
        let event = &self.attributed(event);
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

    /// Counts the events recorded before `before`, in epoch milliseconds, that [`Audit::delete_expired`] deletes.
    pub async fn find_expired(&self, db: &Db, before: i64) -> Result<Span> {
        Ok(on!(db.read(), p => {
            sqlx::query_as(expired!("SELECT COUNT(*) AS count, MIN(at) AS oldest_at, MAX(at) AS newest_at "))
                .bind(before).bind(first_row_id(before)).fetch_one(p).await?
        }))
    }

    /// Deletes the oldest events recorded before `before`, at most `limit`, except records of removals. Returns their
    /// number.
    pub async fn delete_expired(&self, tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
        Ok(execute!(
            tx,
            concat!(
                "DELETE FROM audit_events WHERE id IN (",
                expired!("SELECT id "),
                " ORDER BY id LIMIT $3)"
            ),
            before,
            first_row_id(before),
            limit,
        ))
    }

    fn attributed<'e>(&self, event: &'e Event) -> Cow<'e, Event> {
        let Some(by) = &self.by else { return Cow::Borrowed(event) };
        let (user_id, correlation_id) = (Some(by.user_id.clone()), by.correlation_id.clone());
        Cow::Owned(Event { user_id, correlation_id, ..event.clone() })
    }

    /// Records one event in a transaction of its own, for refusals that change nothing else.
    ///
    /// # Errors
    /// As [`Audit::record`].
    pub async fn record_alone(&self, db: &Db, event: &Event) -> Result<()> {
        // A sink that refuses the event must be able to roll it back.
        let mut tx = if self.sinks.is_empty() { db.begin_single().await? } else { db.begin_write().await? };
        self.record(&mut tx, event).await?;
        tx.commit().await
    }

    /// Finds the last launch of an EHR that opened a chart, or the last one that was refused.
    pub async fn find_last_launch(&self, db: &Db, ehr_id: &str, opened: bool) -> Result<Option<Recorded>> {
        // Two texts, because the partial index needs the event as a literal.
        let sql = if opened {
            "SELECT id, at, event, outcome, user_id, ehr_id, patient_key, entity, correlation_id, detail \
             FROM audit_events WHERE ehr_id = $1 AND event = 'launch-opened' ORDER BY id DESC LIMIT 1"
        } else {
            "SELECT id, at, event, outcome, user_id, ehr_id, patient_key, entity, correlation_id, detail \
             FROM audit_events WHERE ehr_id = $1 AND event = 'launch-refused' ORDER BY id DESC LIMIT 1"
        };
        Ok(on!(db.read(), p => sqlx::query_as(sql).bind(ehr_id).fetch_optional(p).await?))
    }

    /// Returns up to `limit` events, newest first.
    pub async fn find_newest(&self, db: &Db, limit: i64) -> Result<Vec<Recorded>> {
        Ok(on!(db.read(), p => {
            sqlx::query_as::<_, Recorded>(
                "SELECT id, at, event, outcome, user_id, ehr_id, patient_key, entity, correlation_id, detail \
                 FROM audit_events ORDER BY id DESC LIMIT $1",
            ).bind(limit).fetch_all(p).await?
        }))
    }
}
