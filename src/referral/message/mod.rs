//! The outgoing `add-service-request` message: one FHIR Bundle that says a whole referral.
//!
//! For: building the Bundle from what the clinician signed and what the EHR gave, and checking a Bundle against the
//! rules of such messages. Not for: sending it (see `delivery`), deciding whether it may be sent, reading answers.
//! Everything here is pure: the same input gives the same bytes, so that a resend is a resend.
//!
//! Spec: FHIR R4 messaging; Ontario eReferral 0.11.1, whose names come from `config::MessageSettings`.
//!
//! Why so little passes through: a Bundle must stand alone. What comes from a chart loses its narrative, its server's
//! metadata and every reference that leads outside, and is refused where leaving something out would change its meaning.

mod attachment;
mod clinician;
mod contact;
mod contained;
mod destination;
mod draft;
mod error;
mod header;
mod identifier;
mod intake;
mod links;
mod message_id;
mod modifier;
mod parts;
mod patient;
mod person_name;
mod references;
mod referral;
mod requirements;
mod service_request;
mod shape;
mod supporting;
#[cfg(test)]
mod tests;
mod validate;

pub use attachment::without_content;
pub use error::Error;
pub use parts::build_add_service_request;
pub use referral::{Clinician, Document, Referral};
pub use validate::validate;
