//! Who did what to whose record. Append only.
//!
//! For: one event for each launch, sign-in, link, view, submission, delivery and refused attempt, written in the
//! transaction of the change: no audit row, no change. Not for: diagnosis (that is the log).
//! An event holds no clinical text, no token and no name; patients are keyed hashes (see `db::Sealer::lookup`).
//! Table: `audit_events`.

mod event;
mod refusals;
mod sink;
mod store;

pub use event::{Event, EventKind, Outcome};
pub use refusals::Refusals;
pub use sink::{AuditSink, SinkError};
pub use store::{Audit, Recorded};
