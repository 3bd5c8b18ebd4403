//! Errors that keep an app from starting.

use crate::{config::Problems, db, ehrs::ImportError};

/// Why an app cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings or registrations.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The database.
    #[error("{0}")]
    Db(#[from] db::Error),
    /// A template, message, form or directory file.
    #[error("{0}")]
    File(String),
    /// An address to listen on, or another thing of the machine.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<ImportError> for StartError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Problems(problems) => Self::Problems(problems),
            error @ (ImportError::Keys(_) | ImportError::Conflict) => Self::File(error.to_string()),
            ImportError::Db(error) => Self::Db(error),
        }
    }
}
