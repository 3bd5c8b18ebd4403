use super::event::Event;

/// A second audit trail, beside the database.
///
/// 1. What it is: told of every event, inside the transaction of the change.
/// 2. Needed: no.
/// 3. Ships: none; the database trail is always there.
/// 4. Your own: implement this trait and hand it to `AppBuilder::audit_sink`. Hand the event to a queue and return;
///    an error undoes the change, so return one only when the trail must not miss this event.
pub trait AuditSink: Send + Sync + 'static {
    /// Takes one event.
    ///
    /// # Errors
    /// When the event cannot be taken and the change must not happen without it.
    fn record(&self, event: &Event) -> Result<(), SinkError>;
}

/// The second trail could not take an event.
#[derive(Debug, thiserror::Error)]
#[error("the audit sink refused: {0}")]
pub struct SinkError(pub String);
