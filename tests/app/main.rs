//! The app from outside: over HTTP, beside a simulated EHR that misbehaves on demand. One file per journey; one fault,
//! one test, one name. The doc comment of a test names what it proves.

mod client_keys;
mod cookies;
mod discovery;
mod ehr_check;
mod form;
mod guessing;
mod http;
mod launch;
mod launch_refused;
mod linking;
mod private_key_jwt;
mod referral;
mod registering;
mod saving;
mod secrets;
mod session;
mod shapes;
mod tokens;
