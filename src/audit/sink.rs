//! Second audit trail, the extension point for vendors.

use super::event::Event;

/// Second audit trail in addition to the database.
///
/// 1. What it is: called for every event, inside the transaction of the change.
/// 2. Needed: no.
/// 3. Ships: none; the database trail is always there.
/// 4. Your own: implement this trait and hand it to `AppBuilder::audit_sink`. Hand the event to a queue and return;
///    an error rolls the change back, so return one only if this event must not be missed.
pub trait AuditSink: Send + Sync + 'static {
    /// Records one event.
    ///
    /// # Errors
    /// [`SinkError`] if the event cannot be recorded and the change must not happen without it.
    fn record(&self, event: &Event) -> Result<(), SinkError>;
}

/// Failure of a second audit trail to record an event.
#[derive(Debug, thiserror::Error)]
#[error("the audit sink refused: {0}")]
pub struct SinkError(pub String);
