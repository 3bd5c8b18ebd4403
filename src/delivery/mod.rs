//! Outgoing messages: an outbox in the database, a worker, and the built-in channels.
//!
//! For: delivering an [`Envelope`] to a destination, with retries that send the same id and the same bytes.
//! Not for: the content of a message. The sender learns the outcome through [`SettleObserver`], in the transaction that
//! stores it. Tables: `deliveries`, `outbox`, `restorations`. Source: transactional outbox; FHIR messaging, reliable messaging.
//!
//! Why a claim is a lease and not an open transaction: an attempt may take half a minute, and a worker may crash.
//! Why an interrupted attempt at a destination that does not recognise duplicates is not retried: the message may have
//! arrived, so a person has to decide. A delivery remembers that an attempt may have arrived, and never ends as not
//! delivered afterwards.

mod advice;
mod answer;
mod channel;
pub mod control_store;
mod envelope;
mod fhir_messaging;
mod folder;
mod issues;
mod no_answer;
mod observer;
mod outbox;
mod outcome;
mod peer;
mod reason_kind;
mod restored;
pub mod restored_store;
mod schedule;
mod sent;
pub mod store;
#[cfg(test)]
mod tests;
mod worker;

pub use advice::Advice;
pub use answer::{Answer, read_answer};
pub use channel::{Channels, DeliveryChannel};
pub use envelope::{Envelope, NewDelivery};
pub use fhir_messaging::FhirMessaging;
pub use folder::Folder;
pub use observer::{SettleObserver, Settlement};
pub use outbox::{Outbox, Released};
pub use outcome::{Outcome, Reason, Settled};
pub use peer::{Credentials, Peer};
pub use reason_kind::{ReasonKind, ReasonPart, reason_parts};
pub use restored::SentMark;
pub use restored_store::Restoration;
pub use schedule::{GiveUpAfter, History, LONG_DELAY, Priority, WorkerSettings};
pub use sent::Sent;
pub use worker::Worker;
