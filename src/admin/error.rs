use crate::{db, launch::ImportError, users};

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Registrations.
    #[error(transparent)]
    Import(#[from] ImportError),
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
