//! Outgoing messages: an outbox in the database, a worker, and the channels we ship.
//!
//! For: handing an [`Envelope`] to a destination, as often as needed, always with the same id and the same bytes.
//! Not for: knowing what is in it; whoever sent it hears of the outcome through [`SettleObserver`], in the same
//! transaction. Table: `deliveries`. Source: transactional outbox; FHIR messaging, reliable messaging.
//!
//! Why a claim is a lease and not an open transaction: the network may take half a minute, and a worker may die.
//! Why an interrupted try at a destination that cannot recognise duplicates goes to a person: it may have arrived.

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
