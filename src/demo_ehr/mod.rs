//! The simulated EHR: the other side of the wire, as an honest stranger would build it. It lists fictional
//! patients, launches the app, signs clinicians in, hands out tokens, serves FHIR R4, and misbehaves on demand.
//!
//! It is the peer of every test and of the demo, so it shares no code with the SMART client: one misreading of the
//! standard would otherwise cancel itself out. It is not a place for anything the app needs.
//!
//! SMART App Launch 2.2 (server side), RFC 6749, 6750, 7009, 7517, 7523, 7636, 7662, 9207, `OpenID` Connect Core
//! 1.0, FHIR R4 read, search and update.

mod account;
mod authorize;
mod cached;
mod callback;
mod capability_statement;
mod charts;
mod client;
mod client_assertion;
mod client_authentication;
mod client_credentials;
mod client_keys;
mod client_signature;
mod clinicians;
mod controls;
mod discovery;
mod error;
mod fault;
mod fhir_access;
mod fhir_answer;
mod fhir_faults;
mod fhir_read;
mod fhir_search;
mod fhir_update;
mod fixtures;
mod grants;
mod gzip_bomb;
mod handed_out;
mod id_token;
mod id_token_faults;
mod introspection;
mod jwks;
mod keys;
mod launch_options;
mod launcher;
mod misbehave;
mod oauth_error;
mod pages;
mod parameters;
mod patient_faults;
mod random;
mod record;
mod routes;
mod scopes;
mod search_parameters;
mod shape;
mod shape_documents;
mod sign_in;
mod smart_style;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod token_response;

pub use client::{Client, Credential, KeySource, PublishedKeys};
pub use error::Error;
pub use fault::Fault;
pub use keys::SigningAlg;
pub use launch_options::LaunchOptions;
pub use record::Recorded;
pub use routes::{routes, start};
pub use scopes::SCOPES;
pub use shape::Shape;
pub use state::{DemoEhr, Settings};
