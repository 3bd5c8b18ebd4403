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
    /// The server was not reached.
    #[error("the PostgreSQL server {server} cannot be used")]
    Unreachable {
        /// Host and port.
        server: String,
        /// Error of the connection.
        #[source]
        cause: sqlx::Error,
    },
    /// The schema is older than this program.
    #[error("the schema has version {}, this program needs {newest}; run `passerelle migrate`", .applied.unwrap_or_default())]
    SchemaOlder {
        /// Version of the schema; `None` for an empty database.
        applied: Option<i64>,
        /// Version of this program.
        newest: i64,
    },
    /// The schema is newer than this program can use.
    #[error(
        "the schema has version {applied}, which programs older than {oldest} cannot use, and this one has {newest}; \
         install a newer version, or restore the backup from before the migration"
    )]
    SchemaNewer {
        /// Version of the schema.
        applied: i64,
        /// Version of this program.
        newest: i64,
        /// Oldest version that can use the schema.
        oldest: i64,
    },
    /// Values of the database were sealed with a key that the keys file does not contain.
    #[error(
        "the database has values sealed with key {id}, which the keys file does not contain; use the keys file that contains it"
    )]
    KeyMissing {
        /// Id of the key.
        id: i64,
    },
    /// The keys file has another key under this id, or another `lookup`, than the database was sealed with.
    #[error(
        "key {id} of the keys file is not the one of this database; use the keys file of this installation"
    )]
    KeyMismatch {
        /// Id of the key.
        id: i64,
    },
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

    /// Whether a statement would have stored `NULL` in a column that does not accept it.
    #[must_use]
    pub fn is_null_refused(&self) -> bool {
        let kind = sqlx::error::ErrorKind::NotNullViolation;
        matches!(self, Self::Engine(sqlx::Error::Database(error)) if error.kind() == kind)
    }

    /// Whether a statement names a table that does not exist.
    pub(super) fn is_missing_table(&self) -> bool {
        const UNDEFINED_TABLE: &str = "42P01";
        matches!(self, Self::Engine(sqlx::Error::Database(error))
            if error.code().as_deref() == Some(UNDEFINED_TABLE) || error.message().starts_with("no such table"))
    }

    /// Whether PostgreSQL refused a change because the server is read-only, as after a failover.
    pub(super) fn is_read_only(&self) -> bool {
        const READ_ONLY_SQL_TRANSACTION: &str = "25006";
        matches!(self, Self::Engine(sqlx::Error::Database(error)) if error.code().as_deref() == Some(READ_ONLY_SQL_TRANSACTION))
    }
}

/// Result of a store function.
pub type Result<T> = std::result::Result<T, Error>;
