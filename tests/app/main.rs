//! The app from outside: over HTTP, beside a simulated EHR that misbehaves on demand. One file per journey; one fault,
//! one test, one name. The doc comment of a test names what it proves.

mod client_keys;
mod cookies;
mod discovery;
mod ehr_check;
mod elsewhere;
mod foreign_fields;
mod form;
mod guessing;
mod http;
mod introspection;
mod launch;
mod launch_refused;
mod linking;
mod not_granted;
mod nothing_shared;
mod odd_values;
mod orders;
mod private_key_jwt;
mod private_keys;
mod referral;
mod registering;
mod saving;
mod secrets;
mod session;
mod shapes;
mod sideways;
mod tls;
mod tokens;
mod traces;
mod typed_scripts;
mod wire;
