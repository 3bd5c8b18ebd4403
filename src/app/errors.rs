//! Errors at start, texts of errors for the operator, and the error page for a failed database.

use std::error::Error as StdError;

use crate::{
    config::Problems,
    db,
    ehrs::ImportError,
    web::{Error, ErrorKind},
};

/// Failure to start an app.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings or registrations have problems.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The database cannot be opened, or its schema is not current.
    #[error("{0}")]
    Db(#[from] db::Error),
    /// A file or an address that a setting names cannot be used: template, message, form, directory, certificate.
    #[error("{0}")]
    File(String),
    /// The operating system refused a listener or a signal handler.
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

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        let kind =
            if matches!(error, db::Error::Engine(_)) { ErrorKind::Busy } else { ErrorKind::Unexpected };
        Self::caused(kind, error)
    }
}

/// Formats an error with its causes, except those that its text contains already.
pub(super) fn with_causes(error: impl StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}
