//! Origins that the endpoints of an EHR may have: of its base URL, of its pinned issuer, or approved.
//!
//! The first successful launch records the origins and approves them. If the EHR names another origin later, no request is
//! sent there until an administrator approves it: an attacker who controls the metadata would publish another token
//! endpoint. With `endpoint_origins` in the registration, only that list counts, also at the first launch.
//! Table: `ehr_origins`.

mod approval;
pub mod store;

pub use approval::approve_origin;
pub(crate) use approval::{endpoints, record_first_origins};
pub(super) use approval::{unapproved_origins, unregistered_origins};
