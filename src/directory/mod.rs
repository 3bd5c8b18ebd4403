//! The services one can refer to: read from FHIR `HealthcareService` resources, searched by name and specialty.
//!
//! For: finding a destination and knowing how a message reaches it. Not for: sending (see `delivery`).
//! The file is a Bundle, or a list, of `HealthcareService` resources as a CA:CSD directory gives them. Each has its
//! delivery endpoint as a contained Endpoint: `connectionType` `hl7-fhir-msg` with an address, or `folder`.

mod error;
mod load;
mod search;
mod service;

pub use error::Error;
pub use load::{load_built_in, load_file};
pub use search::Directory;
pub use service::{Route, Service};
