//! Where an EHR's endpoints may lie: with its base, its pinned issuer, or an origin that was approved.
//!
//! Where they are at the first launch that goes well is noted. When an EHR names another origin later, nothing is sent
//! there until an administrator approves: a moved token endpoint is what an attacker publishes. With
//! `endpoint_origins` in the registration there is no first time, only that list.
//! Table: `ehr_origins`.

mod approval;
pub mod store;

pub use approval::approve_origin;
pub(crate) use approval::{endpoints, note_first_origins};
pub(super) use approval::{refused_origins, strange_origins};
