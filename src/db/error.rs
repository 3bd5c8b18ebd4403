//! Errors of the database.

/// Error of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The engine refused or did not answer.
    #[error("the database failed")]
    Engine(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the schema could not be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The schema is older or newer than this program.
    #[error("the schema is not the one this program needs; run `passerelle migrate`")]
    Schema,
    /// A sealed value belongs to another cell, was changed, or its key is not in the keys file.
    #[error("the sealed value of {table}.{column} cannot be opened")]
    Sealed {
        /// Table of the cell.
        table: &'static str,
        /// Column of the cell.
        column: &'static str,
    },
    /// A stored value is not one that this program writes.
    #[error("{table}.{column} of row {id} holds an unknown value")]
    Row {
        /// Table of the row.
        table: &'static str,
        /// Column with the value.
        column: &'static str,
        /// Id of the row.
        id: String,
    },
    /// The address or the file cannot be used.
    #[error("the database cannot be opened: {0}")]
    Open(String),
}

impl Error {
    /// Whether a row with the same unique key exists.
    #[must_use]
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Engine(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// Result of a store function.
pub type Result<T> = std::result::Result<T, Error>;
