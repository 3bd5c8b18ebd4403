//! Outgoing messages: an outbox in the database, a worker, and the built-in channels.
//!
//! For: delivering an [`Envelope`] to a destination, with retries that send the same id and the same bytes.
//! Not for: the content of a message. The sender learns the outcome through [`SettleObserver`], in the transaction that
//! stores it. Table: `deliveries`. Source: transactional outbox; FHIR messaging, reliable messaging.
//!
//! Why a claim is a lease and not an open transaction: an attempt may take half a minute, and a worker may crash.
//! Why an interrupted attempt at a destination that does not recognise duplicates is not retried: the message may have
//! arrived, so a person has to decide.

mod channel;
mod envelope;
mod fhir_messaging;
mod folder;
mod outcome;
pub mod store;
mod worker;

pub use channel::{Channels, DeliveryChannel};
pub use envelope::{Envelope, NewDelivery};
pub use fhir_messaging::{FhirMessaging, process_message_response};
pub use folder::Folder;
pub use outcome::{Outcome, Settled};
pub use worker::{SettleObserver, Worker, WorkerSettings};
