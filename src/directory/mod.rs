//! Directory of services that one can refer to: FHIR `HealthcareService` resources, searched by name and specialty.
//!
//! For: finding a service and the destination of its messages. Not for: sending (see `delivery`).
//! The file is a Bundle, or a JSON array, of `HealthcareService` resources as a CA:CSD directory returns them. Each
//! contains its delivery endpoint as an Endpoint: `connectionType` `hl7-fhir-msg` with an address, or `folder`.

mod error;
mod load;
mod matching;
mod search;
mod service;

pub use error::Error;
pub use load::{load_built_in, load_file};
pub use matching::plain;
pub use search::{Directory, Found};
pub use service::{Route, Service, display_in};
