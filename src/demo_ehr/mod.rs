//! Simulated EHR for the demo and for tests. It lists fictional patients, launches the app, signs clinicians in, issues
//! tokens, serves FHIR R4, and misbehaves on demand.
//!
//! It shares no code with the SMART client: if both did, a misreading of the standard would be on both sides and no
//! test would notice. It contains nothing that the app needs.
//!
//! SMART App Launch 2.2 (server side), RFC 6749, 6750, 7009, 7517, 7523, 7636, 7662, 9207, `OpenID` Connect Core
//! 1.0, FHIR R4 read, search and update.

mod account;
mod chart_access;
mod clinicians;
mod error;
mod fault;
mod fhir;
mod fixtures;
mod http;
mod launch_options;
mod oauth;
mod pages;
mod random;
mod routes;
mod shapes;
mod state;
#[cfg(test)]
mod tests;

pub use chart_access::ChartAccess;
pub use clinicians::signs;
pub use error::Error;
pub use fault::Fault;
pub use http::record::Recorded;
pub use launch_options::LaunchOptions;
pub use oauth::client::{Client, Credential, KeySource, PublishedKeys};
pub use oauth::keys::SigningAlg;
pub use oauth::scopes::SCOPES;
pub use routes::{routes, start};
pub use shapes::shape::Shape;
pub use state::{DemoEhr, Settings};
