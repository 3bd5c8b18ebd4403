//! Connections to one SQLite file, without a round trip for each checkout.

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::{
    Runtime,
    unmanaged::{Object, Pool, PoolConfig, PoolError},
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{
    error::{Error, Result},
    sqlite_group::{Group, Statements},
};

/// Statement that begins a transaction by taking the write lock. A transaction that begins by reading cannot be
/// upgraded once another connection has written.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE;";

/// Pool of connections to one SQLite file.
///
/// The pool of sqlx is not used, because it pings a connection at each checkout and each return, and each ping is a round
/// trip to the thread of the connection. A connection to a file does not break.
#[derive(Clone, Debug)]
pub struct Connections {
    pool: Pool<Pooled>,
    pub(super) group: Group,
}

/// Connection checked out of the pool until it is dropped.
pub type Connection = Object<Pooled>;

/// Connection, and whether a cancelled task may have left a transaction open on it.
#[derive(Debug)]
pub struct Pooled {
    connection: SqliteConnection,
    pub(super) unfinished: bool,
    /// Statement texts that a group sent to the thread of the connection.
    #[cfg(test)]
    pub(super) trips: usize,
}

impl Deref for Pooled {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

impl Pooled {
    /// Rolls back a transaction that was left open. Fails if none is open, which is ignored.
    pub(super) async fn roll_back(&mut self) {
        let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        self.unfinished = false;
    }
}

impl Connections {
    /// Opens `count` connections.
    pub(super) async fn open(options: &SqliteConnectOptions, count: u32, wait: Duration) -> Result<Self> {
        let max_size = usize::try_from(count).unwrap_or(1).max(1);
        let pool =
            Pool::from_config(&PoolConfig { max_size, timeout: Some(wait), runtime: Some(Runtime::Tokio1) });
        for _ in 0..max_size {
            let connection = SqliteConnection::connect_with(options).await?;
            let pooled = Pooled {
                connection,
                unfinished: false,
                #[cfg(test)]
                trips: 0,
            };
            pool.try_add(pooled).map_err(|(_, error)| engine(error))?;
        }
        Ok(Self { pool, group: Group::default() })
    }

    /// Waits for a free connection and checks it out.
    ///
    /// # Errors
    /// [`Error::Engine`] if none becomes free in time, or the pool is closed.
    pub async fn get(&self) -> Result<Connection> {
        let mut connection = self.pool.get().await.map_err(engine)?;
        if connection.unfinished {
            connection.roll_back().await;
        }
        Ok(connection)
    }

    /// Runs a complete transaction in a group commit with others that wait for the connection.
    pub(super) async fn run_grouped(&self, statements: Statements) -> Result<u64> {
        self.group.run(self, statements).await
    }

    /// Closes every connection after its running statement.
    pub(super) async fn close(&self) {
        for _ in 0..self.pool.status().size {
            if let Ok(connection) = self.pool.remove().await {
                // Closing the last connection checkpoints the WAL. If that fails, the next start does it.
                let _ = connection.connection.close().await;
            }
        }
        self.pool.close();
    }
}

fn engine(error: PoolError) -> Error {
    Error::Engine(match error {
        PoolError::Timeout => sqlx::Error::PoolTimedOut,
        PoolError::Closed | PoolError::NoRuntimeSpecified => sqlx::Error::PoolClosed,
    })
}
