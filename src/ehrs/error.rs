//! Errors of calls to a registered EHR.

use crate::{db, smart};

/// Failure of a call to a registered EHR.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The EHR is suspended.
    #[error("the EHR is suspended")]
    Suspended,
    /// The EHR broke a rule of SMART or OpenID Connect, or was not reached.
    #[error(transparent)]
    Smart(#[from] smart::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}
