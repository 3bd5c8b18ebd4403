//! Tests of the simulated EHR over HTTP, by a client written for these tests alone.

mod authorize;
mod client_assertion;
mod client_credentials;
mod discovery;
mod faults;
mod fhir;
mod fhir_update;
mod fixtures;
mod id_token;
mod keyed_client;
mod launch_options;
mod pages;
mod server;
mod shapes;
mod support;
mod token;
