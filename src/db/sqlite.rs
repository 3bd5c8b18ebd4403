use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use deadpool::{
    Runtime,
    unmanaged::{Object, Pool, PoolConfig, PoolError},
};
use sqlx::{Connection as _, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Error, Result};

/// Connections to one SQLite file.
///
/// Why not the pool of sqlx: it pings a connection whenever it is taken and whenever it is returned, and each ping is a
/// way to the thread of the connection and back. A file does not hang up.
#[derive(Clone, Debug)]
pub struct Connections(Pool<SqliteConnection>);

/// A connection of its own until it is dropped.
pub type Connection = Object<SqliteConnection>;

impl Connections {
    /// Opens `count` connections.
    pub(super) async fn open(options: &SqliteConnectOptions, count: u32, wait: Duration) -> Result<Self> {
        let max_size = usize::try_from(count).unwrap_or(1).max(1);
        let pool =
            Pool::from_config(&PoolConfig { max_size, timeout: Some(wait), runtime: Some(Runtime::Tokio1) });
        for _ in 0..max_size {
            let connection = SqliteConnection::connect_with(options).await?;
            pool.try_add(connection).map_err(|(_, error)| engine(error))?;
        }
        Ok(Self(pool))
    }

    /// A free connection, once there is one.
    ///
    /// # Errors
    /// When none becomes free in time, or they were closed.
    pub async fn get(&self) -> Result<Connection> {
        self.0.get().await.map_err(engine)
    }

    /// Closes every connection after its running statement.
    pub(super) async fn close(&self) {
        for _ in 0..self.0.status().size {
            if let Ok(connection) = self.0.remove().await {
                // What is closed last writes the log back into the file; if it cannot, the next start does.
                let _ = connection.close().await;
            }
        }
        self.0.close();
    }
}

fn engine(error: PoolError) -> Error {
    Error::Engine(match error {
        PoolError::Timeout => sqlx::Error::PoolTimedOut,
        PoolError::Closed | PoolError::NoRuntimeSpecified => sqlx::Error::PoolClosed,
    })
}

/// The connection that writes, for one transaction. Dropped without [`SqliteTx::commit`], it is undone.
pub struct SqliteTx {
    /// None once it was given back.
    connection: Option<Connection>,
    open: bool,
}

impl SqliteTx {
    pub(super) async fn begin(connections: &Connections) -> Result<Self> {
        // Open from the first moment: whoever stops waiting for the BEGIN leaves a transaction behind all the same.
        let mut tx = Self { connection: Some(connections.get().await?), open: true };
        // A transaction that begins by reading cannot be upgraded once someone else has written.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *tx).await?;
        Ok(tx)
    }

    /// For one statement, which SQLite makes a transaction by itself.
    pub(super) async fn single(connections: &Connections) -> Result<Self> {
        Ok(Self { connection: Some(connections.get().await?), open: false })
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.open {
            sqlx::query("COMMIT").execute(&mut *self).await?;
            self.open = false;
        }
        Ok(())
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| self.open) else { return };
        // Without a runtime the connection is closed, which undoes it too.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                // It fails where nothing was begun or all is committed.
                let _ = sqlx::query("ROLLBACK").execute(&mut *connection).await;
            });
        }
    }
}

const GIVEN_BACK: &str = "a transaction gives its connection back when it is dropped";

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect(GIVEN_BACK)
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect(GIVEN_BACK)
    }
}
