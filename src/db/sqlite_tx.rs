//! Write transaction on SQLite that sends deferred statements together.

use std::ops::{Deref, DerefMut};

use sqlx::{AssertSqlSafe, SqliteConnection, sqlite::SqliteArguments};

use super::{
    error::Result,
    sqlite::{BEGIN, Connection, Connections},
    sqlite_group::Statements,
};

/// Write transaction on SQLite. Rolled back if dropped without a commit.
///
/// Statements are deferred, because each one is a round trip to the thread of the connection, which costs more than the
/// statement itself. Statements whose row count is not needed are sent together with the next one, from `BEGIN` to
/// `COMMIT`. The single write connection is checked out only when the first statement runs. A transaction whose
/// statements are all deferred until the commit needs no connection of its own and joins a group commit.
pub struct SqliteTx {
    connections: Connections,
    /// `None` before the first statement runs, and after the connection is returned.
    connection: Option<Connection>,
    deferred: Statements,
}

impl SqliteTx {
    pub(super) fn begin(connections: &Connections) -> Self {
        let mut tx = Self::single(connections);
        tx.deferred.needs_commit = true;
        tx
    }

    /// Begins a transaction of one statement, for which SQLite needs no `BEGIN` and `COMMIT`.
    pub(super) fn single(connections: &Connections) -> Self {
        Self { connections: connections.clone(), connection: None, deferred: Statements::default() }
    }

    /// Adds a statement that runs with the next one; `add` binds the values of its `$1`, `$2` and so on.
    pub(crate) fn defer(
        &mut self,
        sql: &'static str,
        add: impl FnOnce(&mut SqliteArguments) -> std::result::Result<(), sqlx::error::BoxDynError>,
    ) -> Result<()> {
        self.deferred.push(sql, add)
    }

    /// Runs the deferred statements.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        if self.connection.is_none() {
            self.connection = Some(self.connections.get().await?);
            if self.deferred.needs_commit {
                self.deferred.sql = format!("{BEGIN}{}", self.deferred.sql);
            }
        }
        if !self.deferred.sql.is_empty() {
            // Set before the await: if this future is dropped there, the transaction stays open on the connection.
            self.connection_mut().unfinished = self.deferred.needs_commit;
            let sql = AssertSqlSafe(std::mem::take(&mut self.deferred.sql));
            let arguments = std::mem::take(&mut self.deferred.arguments);
            sqlx::query_with(sql, arguments).execute(&mut **self).await?;
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.connection.is_none() {
            return self.commit_grouped().await.map(|_| ());
        }
        if self.deferred.needs_commit {
            self.deferred.sql.push_str("COMMIT");
        }
        self.flush().await?;
        self.connection_mut().unfinished = false;
        Ok(())
    }

    /// Commits a transaction of which no statement has run yet, in a group. Returns the number of rows touched,
    /// which has a meaning for a single statement only.
    pub(crate) async fn commit_grouped(mut self) -> Result<u64> {
        debug_assert!(self.connection.is_none(), "it would wait for its own connection");
        let statements = std::mem::take(&mut self.deferred);
        self.connections.run_grouped(statements).await
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|connection| connection.unfinished) else {
            return;
        };
        // Rolls back now, to release the lock. Without a runtime, the next checkout of the connection rolls back.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { connection.roll_back().await });
        }
    }
}

const CHECKED_OUT: &str =
    "a transaction checks its connection out before its first statement and returns it when dropped";

impl SqliteTx {
    fn connection_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect(CHECKED_OUT)
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_deref().expect(CHECKED_OUT)
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection_mut()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::sqlite::SqliteConnectOptions;

    use super::{Connections, SqliteTx};

    async fn insert(connections: &Connections) -> SqliteTx {
        let mut tx = SqliteTx::begin(connections);
        tx.defer("INSERT INTO t VALUES (1)", |_| Ok(())).unwrap();
        tx.flush().await.unwrap();
        tx
    }

    /// The runtime of a worker thread is shut down in the middle of a transaction.
    #[actix_web::test]
    async fn rolls_back_a_transaction_left_open_by_a_dropped_runtime() {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connections = Connections::open(&options, 1, Duration::from_secs(5)).await.unwrap();
        sqlx::query("CREATE TABLE t (n)").execute(&mut **connections.get().await.unwrap()).await.unwrap();
        let elsewhere = connections.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let tx = runtime.block_on(insert(&elsewhere));
            drop(runtime);
            drop(tx);
        });
        thread.join().unwrap();
        insert(&connections).await.commit().await.unwrap();
        let counted = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM t");
        let mut connection = connections.get().await.unwrap();
        assert_eq!(counted.fetch_one(&mut **connection).await.unwrap(), 1);
    }
}
