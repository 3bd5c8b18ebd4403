//! SQL of the list of audit events, for administrators.
//!
//! Why a list is read in windows of time: most of what is searched has no index, and ids are ordered by time, so that a window
//! of ids bounds every statement.

use crate::db::{Db, Result, on, row};

/// Rows that [`find_listed`] returns at most: those of a page, and one more if others follow.
pub const LISTED_ROWS: usize = 51;

/// Filter of a list of events. Empty texts match every event.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventFilter<'a> {
    /// Correlation id, entity, id of an EHR, or kind of event.
    pub text: &'a str,
    /// Entity that the text names, or a text that is none.
    pub entity: &'a str,
    /// The text as a correlation id.
    pub reference: &'a str,
    /// Id of the account that the text names.
    pub user_id: &'a str,
    /// Patient whose record it is about, as a keyed hash.
    pub patient_key: &'a str,
}

/// Window of row ids.
#[derive(Clone, Copy, Debug)]
pub struct Window<'a> {
    /// First id.
    pub from: &'a str,
    /// Id after the last one.
    pub before: &'a str,
}

row! {
    /// Event in a list.
    #[derive(Clone, Debug)]
    pub struct ListedEvent {
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
        /// Name of the local account, if it still exists.
        pub user_name: Option<String>,
        /// Id of the EHR.
        pub ehr_id: Option<String>,
        /// Patient whose record it is about, as a keyed hash.
        pub patient_key: Option<String>,
        /// Affected entity.
        pub entity: Option<String>,
        /// Correlation id, which the user saw.
        pub correlation_id: String,
        /// Name of the local account that is the entity, if it still exists.
        pub entity_name: Option<String>,
        /// Name of the local account that the detail names, if it still exists.
        pub detail_name: Option<String>,
        /// Reason as a short class.
        pub detail: Option<String>,
    }
}

/// Finds the events of a window that match, newest first.
pub async fn find_listed(db: &Db, filter: EventFilter<'_>, window: Window<'_>) -> Result<Vec<ListedEvent>> {
    let EventFilter { text, entity, reference, user_id, patient_key } = filter;
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT e.id, e.at, e.event, e.outcome, e.user_id, u.name AS user_name, e.ehr_id, e.patient_key, e.entity, \
             e.correlation_id, s.name AS entity_name, f.name AS detail_name, e.detail FROM audit_events e \
             LEFT JOIN users u ON u.id = e.user_id \
             LEFT JOIN users s ON s.id = SUBSTR(e.entity, 6) AND e.entity LIKE 'user/%' \
             LEFT JOIN users f ON f.id = SUBSTR(e.detail, 5) AND e.event = 'referral-prepared' \
             WHERE e.id >= $1 AND e.id < $2 AND ($3 = '' OR e.patient_key = $3) AND ($4 = '' OR e.correlation_id = $5 \
             OR e.correlation_id = $4 OR e.entity = $4 OR e.entity = $6 OR e.ehr_id = $4 OR e.event = $4 \
             OR e.user_id = $7 OR e.entity = $8 OR e.entity = $9) ORDER BY e.id DESC LIMIT 51",
        )
        .bind(window.from).bind(window.before).bind(patient_key).bind(text).bind(reference)
        .bind(format!("referral/{text}")).bind(user_id).bind(format!("user/{user_id}")).bind(entity)
        .fetch_all(p).await?
    }))
}

/// Whether there are events before an id.
pub async fn has_before(db: &Db, id: &str) -> Result<bool> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM audit_events WHERE id < $1 LIMIT 1").bind(id).fetch_optional(p).await?
    });
    Ok(found.is_some())
}
