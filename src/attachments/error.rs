//! Errors of this room.

use crate::db;

/// Error of storing or reading attachments.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The object store failed, or the place for files cannot be used.
    #[error("the store of attachments: {0}")]
    Objects(#[source] Box<object_store::Error>),
    /// The folder for files cannot be created.
    #[error("the folder of attachments {path}: {source}")]
    Folder {
        /// Path of the folder.
        path: String,
        /// Reason.
        source: std::io::Error,
    },
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        Self::Objects(Box::new(error))
    }
}
