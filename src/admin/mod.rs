//! The back office: commands for EHR registrations and users.
//!
//! For: what an administrator does, each with its audit event. Not for: what happens by itself.
//! Owns no tables; it works through `launch`, `users` and `audit`.

mod ehrs;
mod error;
mod people;

pub use ehrs::{EhrCommand, run_ehr};
pub use error::Error;
pub use people::{UserCommand, run_user};

use crate::{
    audit::Audit,
    clock::SharedClock,
    db::{Db, Sealer},
};

/// What every command works with.
pub struct Office {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: SharedClock,
    /// What seals columns.
    pub sealer: Sealer,
    /// The audit trail.
    pub audit: Audit,
}
