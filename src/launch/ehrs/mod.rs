//! The EHRs that may launch us: what was agreed on with each, its credentials, and what we remember of it.
//!
//! For: reading, checking and storing registrations. Not for: talking to an EHR (see `smart`). Tables: `ehrs`,
//! and those of the folders.

pub mod check;
pub mod client_keys;
pub(super) mod clock_watch;
mod ehr;
mod import;
pub mod origins;
mod preset;
mod registration;
mod registry;
mod rest;
pub mod settings;
pub mod store;
mod storing;

pub use ehr::Ehr;
pub use import::{ImportError, add_registration, import_file};
pub use preset::{Preset, SCOPES};
pub use registration::{ClientAuthMethod, Registration, is_slug};
pub use registry::Registry;
pub use storing::import_registration;
