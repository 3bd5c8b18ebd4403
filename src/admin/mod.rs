//! The back admin: commands for EHR registrations and users, and the pages below `/admin`.
//!
//! For: what an administrator does, each with its audit event. Not for: what happens by itself. No patient data.
//! Owns no tables; it works through `launch`, `users` and `audit`.
//!
//! Why pages and commands share an [`Admin`]: what one can do the other can, and is checked and recorded alike.

mod client_keys;
mod deliveries;
mod ehr_add;
mod ehr_check;
mod ehr_form;
mod ehr_set;
mod ehr_view;
mod ehrs;
mod error;
mod known_browser;
mod launch_view;
mod moment;
pub mod pages;
mod people;
mod resume;
mod routes;
mod service;
mod sign_in;
mod ticket;
mod traces;

pub use client_keys::{ClientKeysCommand, run_client_keys};
pub use deliveries::{DeliveriesCommand, run_deliveries};
pub use ehr_add::{AddArguments, run_add};
pub use ehr_check::{Checked, run_check};
pub use ehr_set::{SetArguments, run_set, run_show};
pub use ehrs::{EhrCommand, run_ehr};
pub use error::Error;
pub use people::{UserCommand, add_user, change_password, run_user};
pub use routes::{never_framed, routes};
pub use service::Admin;
pub use traces::{TraceArguments, run_trace};
