//! Opening the database, and its connection pools.

use std::{path::Path, time::Duration};

use sqlx::{
    PgPool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    error::{Error, Result},
    postgres::{Probe, Replacement, open_postgres, read_address},
    sqlite::Connections,
    tx::{Counts, Tx},
};
use crate::config::{DatabaseSettings, DatabaseUrl};

/// Longest wait for a free connection of SQLite, and for the lock of another process.
pub(super) const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Connection pool of one engine.
#[derive(Clone, Debug)]
pub enum Pool {
    /// SQLite.
    Sqlite(Connections),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// Open database.
#[derive(Clone, Debug)]
pub struct Db {
    pub(super) read: Pool,
    pub(super) write: Pool,
    pub(super) replacement: Replacement,
    /// `None` on SQLite.
    pub(super) probe: Option<Probe>,
    pub(super) counts: Counts,
}

impl Db {
    /// Opens the database. Creates a missing SQLite file only if `create` is set, so a wrong path never looks like an
    /// empty database.
    ///
    /// # Errors
    /// [`Error::Open`] if the file does not exist or the address is not valid, [`Error::Unreachable`] if the server does
    /// not answer, [`Error::Engine`] if the engine refuses.
    pub async fn open(settings: &DatabaseSettings, create: bool) -> Result<Self> {
        let (replacement, mut probe) = (Replacement::default(), None);
        let (read, write) = match &settings.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, settings.connections, create).await?,
            DatabaseUrl::Postgres { url, password } => {
                let options = read_address(url, password.as_ref(), settings.allow_plaintext)?;
                probe = Some(Probe::new(options.clone()));
                let pool = open_postgres(options, settings.connections, &replacement).await?;
                (Pool::Postgres(pool.clone()), Pool::Postgres(pool))
            }
        };
        Ok(Self { read, write, counts: Counts::default(), replacement, probe })
    }

    /// Returns the pool for reading, for one statement.
    #[must_use]
    pub fn read(&self) -> &Pool {
        self.counts.add_read();
        &self.read
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// [`Error::Engine`] if no connection becomes free within five seconds, or the engine does not answer.
    pub async fn begin_write(&self) -> Result<Tx> {
        self.counts.add_write();
        Tx::begin(&self.write, &self.replacement).await
    }

    /// Begins a write transaction of exactly one statement, for which SQLite needs no `BEGIN` and `COMMIT`.
    ///
    /// # Errors
    /// [`Error::Engine`], for the reasons of [`Db::begin_write`].
    pub async fn begin_single(&self) -> Result<Tx> {
        self.counts.add_write();
        Tx::single(&self.write, &self.replacement).await
    }

    /// Returns the number of write transactions since start.
    #[must_use]
    pub fn write_count(&self) -> u64 {
        self.counts.get()[1]
    }

    /// Returns the number of statements since start that only read.
    #[must_use]
    pub fn read_count(&self) -> u64 {
        self.counts.get()[0]
    }

    /// Whether this is SQLite, which one process uses alone.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.read, Pool::Sqlite(_))
    }

    /// Closes every connection after its running statement.
    pub async fn close(&self) {
        for pool in [&self.read, &self.write] {
            match pool {
                Pool::Sqlite(connections) => connections.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

async fn open_sqlite(path: &Path, connections: u32, create: bool) -> Result<(Pool, Pool)> {
    if !create && !path.exists() {
        return Err(Error::Open(format!(
            "{} does not exist; run `passerelle migrate` to create it",
            path.display()
        )));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(CONNECTION_TIMEOUT)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-1024");
    let write = Connections::open(&options, 1, CONNECTION_TIMEOUT).await?;
    let options = options.read_only(true).create_if_missing(false);
    let read = Connections::open(&options, connections.min(4), CONNECTION_TIMEOUT).await?;
    Ok((Pool::Sqlite(read), Pool::Sqlite(write)))
}
