use crate::{
    db,
    ehrs::{ImportError, client_keys::RotationError},
    users,
};

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Registrations.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Our keys.
    #[error(transparent)]
    Keys(#[from] RotationError),
    /// Users.
    #[error(transparent)]
    Users(#[from] users::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// What was asked for makes no sense.
    #[error("{0}")]
    Request(String),
}
