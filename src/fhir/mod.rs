//! FHIR R4 over REST: base URLs, references, reading and searching, thin views over JSON.
//!
//! For: everything about FHIR that does not depend on referrals. Not for: launching or signing in (see `smart`).
//! Resources are kept as `serde_json::Value`, so that no element is lost and a malformed one does not make the resource
//! unusable. Views parse the elements that a page or a rule needs. Source: <https://hl7.org/fhir/R4/http.html>.

mod base_url;
mod caution;
mod client;
mod concept;
mod content;
mod current;
mod demographics;
mod error;
mod health_number;
mod human_name;
mod local_references;
mod patient;
mod record;
mod reference;
mod resource_type;
mod sanitize;
mod subject;

pub use base_url::{BaseUrlError, FhirBaseUrl};
pub use caution::Caution;
pub use client::{AccessTokens, Client, process_read_response, process_search_response};
pub use concept::{TRANSLATION, concept_text, concept_text_or_code, main_concept};
pub use content::{Content, MAX_CONTENT_BYTES, content_path};
pub use current::{current, is_within, make_current};
pub use demographics::Demographics;
pub use error::Error;
pub use health_number::{HealthNumber, health_number, health_number_version, is_health_number, is_jhn};
pub use human_name::{HumanName, name_on, user_name_on};
pub use patient::{PatientView, age_on};
pub use record::{clinical_date, is_entered_in_error};
pub use reference::{Reference, is_id};
pub use resource_type::is_resource_type;
pub use sanitize::sanitize;
pub use subject::Subject;
