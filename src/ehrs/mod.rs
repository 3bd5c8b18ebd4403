//! The register of EHRs: registrations, their settings, keys and approved origins, the EHR check, the circuit breaker.
//!
//! For: which EHRs may launch us, what was agreed with each, and what is cached for each. Not for: the launch itself
//! (see `launch`) or protocol rules (see `smart`). Source: SMART App Launch 2.2, registration and discovery; RFC 9700.
//! Tables: `ehrs`, `ehr_bases`, `client_keys`, `ehr_origins`.

mod backend;
pub mod check;
mod circuit_breaker;
pub mod client_keys;
mod clock_skew;
mod ehr;
mod error;
mod import;
mod observer;
pub mod origins;
mod preset;
mod registration;
mod registry;
pub mod settings;
pub mod store;
mod storing;
mod style;
mod suspension;

pub use crate::egress::parse_network;
pub(crate) use clock_skew::describe_skew;
pub use ehr::Ehr;
pub use error::Error;
pub use import::{ImportError, add_registration, import_file};
pub use observer::{RegistrationChange, RegistrationObserver, RegistrationObservers};
pub use preset::{Preset, SCOPES};
pub use registration::{
    ClientAuthMethod, Registration, RegistrationProblem, is_slug, localize_problem, read_ca_file,
};
pub use registry::Registry;
pub use storing::import_registration;
pub(crate) use style::read_style;
pub use suspension::{end_late_sessions, remove_ehr, set_suspended};
