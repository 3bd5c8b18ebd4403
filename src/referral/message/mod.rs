//! The outgoing `add-service-request` message: one FHIR Bundle with a whole referral.
//!
//! For: building the Bundle from the signed form and the resources of the EHR, and validating it. Not for: sending it (see
//! `delivery`), deciding whether it may be sent, reading answers. All functions are pure: the same input results in the
//! same bytes, so that a resend is identical.
//!
//! Spec: FHIR R4 messaging; Ontario eReferral 0.11.1, whose names are in `config::MessageSettings`.
//!
//! Why elements are removed: a Bundle must be complete by itself. A resource of a chart loses its narrative, the metadata
//! of its server and every reference out of the Bundle. It is refused if removing an element would change its meaning.

mod attachment;
mod build;
mod builder;
mod cleaning;
mod clinician;
mod clinician_sources;
mod contact;
mod contained;
mod content;
mod destination;
mod error;
mod header;
mod identifier;
mod links;
mod made;
mod message_id;
mod modifier;
mod patient;
mod person_name;
mod priority;
mod references;
mod requirements;
mod service_request;
mod shape;
mod supporting;
#[cfg(test)]
mod tests;
mod validate;

pub use build::build_add_service_request;
pub(super) use clinician::clinics;
pub(super) use contact::same_number;
pub use content::{Clinician, Document, MessageContent, StatedClinic};
pub use error::{Error, Refused};
pub use made::{RESPONSE, SIGNER, SUBJECT, check_made, is_made, without_mark};
pub use priority::asked_priority;
pub use validate::validate;
