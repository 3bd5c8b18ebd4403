//! The EHR check: compares what an EHR publishes with its registration, and reports each finding with the setting that
//! fixes it.
//!
//! For: an administrator who registers an EHR, in a command or on a page. Not for: launches.
//! It calls the same functions as a launch, so that its findings cannot differ from what a launch does, with caches of
//! its own, so that it does not touch those of launches. Where a launch would fail, the check assumes the setting that fixes
//! the failure and continues, so that it reports all problems at once. It sends no secret.

mod address;
mod client;
mod discovery;
mod endpoints;
mod fhir;
mod finding;
mod issuer;
mod keys;
mod line;
mod messages;
mod openid;
mod published;
mod report;
mod run;
mod scopes;
mod subject;

pub use finding::Finding;
pub use line::{Level, Line, Remedy, Topic};
pub use messages::{LocalizedLine, localize, message};
pub use report::{HandOver, Report, hand_over};
pub use run::check_ehr;
