use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::{
    Runtime,
    unmanaged::{Object, Pool, PoolConfig, PoolError},
};
use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};

use super::{Error, Result, sqlite_group::Group};

/// Connections to one SQLite file.
///
/// Why not the pool of sqlx: it pings a connection whenever it is taken and whenever it is returned, and each ping is a
/// way to the thread of the connection and back. A file does not hang up.
#[derive(Clone, Debug)]
pub struct Connections {
    pool: Pool<Pooled>,
    pub(super) group: Group,
}

/// A connection of its own until it is dropped.
pub type Connection = Object<Pooled>;

/// A connection, and whether a transaction may have been left open on it by somebody who stopped in the middle.
#[derive(Debug)]
pub struct Pooled {
    connection: SqliteConnection,
    pub(super) unfinished: bool,
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
    /// Undoes what was left open. It fails where nothing was begun or all is committed, which is as good.
    pub(super) async fn undo(&mut self) {
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
            pool.try_add(Pooled { connection, unfinished: false }).map_err(|(_, error)| engine(error))?;
        }
        Ok(Self { pool, group: Group::default() })
    }

    /// A free connection, once there is one.
    ///
    /// # Errors
    /// When none becomes free in time, or they were closed.
    pub async fn get(&self) -> Result<Connection> {
        let mut taken = self.pool.get().await.map_err(engine)?;
        if taken.unfinished {
            taken.undo().await;
        }
        Ok(taken)
    }

    /// Runs a transaction that is whole before it begins, together with others that wait for the connection.
    pub(super) async fn run_whole(&self, sql: (String, bool), arguments: SqliteArguments) -> Result<u64> {
        self.group.run(self, sql, arguments).await
    }

    /// Closes every connection after its running statement.
    pub(super) async fn close(&self) {
        for _ in 0..self.pool.status().size {
            if let Ok(connection) = self.pool.remove().await {
                // What is closed last writes the log back into the file; if it cannot, the next start does.
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
