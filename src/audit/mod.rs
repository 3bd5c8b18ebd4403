//! Audit trail: who did what to whose record. Append only, until the retention of an event is over.
//!
//! For: one event for each launch, sign-in, link, view, submission, delivery and refusal, written in the transaction of
//! the change: without its audit row a change is not committed. Not for: diagnosis (see the log).
//! An event contains no clinical text, no token and no name; patients are keyed hashes (see `db::Sealer::lookup`).
//! Table: `audit_events`.

mod event;
pub mod list_store;
mod numbers;
mod refusals;
mod sink;
mod store;

pub use event::{Event, EventKind, Outcome};
pub use numbers::{EntityNumbers, MAX_FOUND};
pub use refusals::Refusals;
pub use sink::{AuditSink, SinkError};
pub use store::{Audit, Recorded};
