//! The back office: commands for EHR registrations and users.
//!
//! For: what an administrator does, each with its audit event. Not for: what happens by itself.
//! Owns no tables; it works through `launch`, `users` and `audit`.

mod client_keys;
mod ehr_add;
mod ehr_check;
mod ehr_set;
mod ehrs;
mod error;
mod office;
mod people;
mod traces;

pub use client_keys::{ClientKeysCommand, run_client_keys};
pub use ehr_add::{AddArguments, run_add};
pub use ehr_check::{Checked, run_check};
pub use ehr_set::{SetArguments, run_set, run_show};
pub use ehrs::{EhrCommand, run_ehr};
pub use error::Error;
pub use office::Office;
pub use people::{UserCommand, run_user};
pub use traces::{TraceArguments, run_trace};
