//! Errors of commands and pages for administrators.

use crate::{
    db,
    ehrs::{ImportError, client_keys::RotationError},
    users,
};

/// Failure of a command or page.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A registration was not stored.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Client keys were not rotated.
    #[error(transparent)]
    Keys(#[from] RotationError),
    /// An account was not read or changed.
    #[error(transparent)]
    Users(#[from] users::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The request is wrong, with the reason and the next step.
    #[error("{0}")]
    Request(String),
}
