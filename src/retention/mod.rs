//! Retention: what is kept no longer than the settings say, seen first and then removed.
//!
//! For: one plan of everything that would be removed, and its removal in batches, each one transaction with its audit
//! event. Not for: rows of sign-ins and traces while the app runs, which `launch` deletes every hour.
//! Table: `retention`.
//!
//! Why a referral that was signed is never removed: its row, timeline and record are the proof of what was sent. Only the
//! message goes, and only after the delivery is over, so that nothing that could be sent again is lost.
//! Why a node removes nothing on the first day of a plan: a wrong number of days, a restored database or a clock that is
//! wrong must not destroy anything before an operator can read in the log what would go.

mod daily;
mod kind;
mod lease_store;
pub mod messages_store;
mod plan;
mod removal;
mod rows;
mod service;

pub use daily::Daily;
pub use kind::Kind;
pub use plan::{Plan, Planned};
pub use removal::{Progress, Removed};
pub use service::Retention;
