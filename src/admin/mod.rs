//! Administration: commands for EHR registrations, users, deliveries, retention and launch traces, and the pages below `/admin`.
//!
//! For: actions of an administrator, each with its audit event. Not for: background work. No patient data.
//! Owns no tables; it works through `ehrs`, `launch`, `users` and `audit`.
//!
//! Pages and commands share [`Admin`], so that an action is checked and recorded the same way in both.

mod accounts;
mod audit_view;
mod client_keys;
mod deliveries;
mod delivery_view;
mod ehr_add;
mod ehr_check;
mod ehr_form;
mod ehr_set;
mod ehr_view;
mod ehrs;
mod error;
mod forms_view;
mod known_browser;
mod launch_view;
mod list_place;
mod local_time;
pub mod pages;
mod password;
mod resume;
mod retention;
mod routes;
mod service;
mod sign_in;
mod ticket;
mod traces;
mod troubleshooting;
mod user_commands;
mod user_list;
mod user_view;

pub use accounts::{add_user, change_password};
pub use client_keys::{ClientKeysCommand, run_client_keys};
pub use deliveries::{DeliveriesCommand, run_deliveries};
pub use ehr_add::{AddArguments, run_add};
pub use ehr_check::{Checked, run_check};
pub use ehr_set::{SetArguments, run_set, run_show};
pub use ehrs::{EhrCommand, run_ehr};
pub use error::Error;
pub use retention::{RetentionCommand, run_retention};
pub use routes::{never_framed, routes};
pub use service::{Admin, SERVERS_FOLLOW};
pub use traces::{TraceArguments, run_trace};
pub use user_commands::{UserCommand, run_user};
