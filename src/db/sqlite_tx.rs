use std::ops::{Deref, DerefMut};

use sqlx::{Arguments as _, AssertSqlSafe, SqliteConnection, sqlite::SqliteArguments};

use super::{
    Result,
    sqlite::{Connection, Connections},
};

/// A transaction begins by taking the lock: one that begins by reading cannot be upgraded once someone else has written.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

/// The connection that writes, for one transaction. Dropped without a commit, it is undone.
///
/// Why statements wait: each is a way to the thread of the connection and back, which costs more than the statement.
/// Those of which nobody asks how many rows they touched go together with the next, from the `BEGIN` to the `COMMIT`.
/// The connection, of which there is one, is taken only when the first statement runs; a transaction of which all wait
/// until the commit needs none of its own and goes with others.
pub struct SqliteTx {
    connections: Connections,
    /// None before the first statement, and once it was given back.
    connection: Option<Connection>,
    /// Whether there is a `COMMIT` to send.
    several: bool,
    waiting: String,
    arguments: SqliteArguments,
}

impl SqliteTx {
    pub(super) fn begin(connections: &Connections) -> Self {
        let mut tx = Self::single(connections);
        tx.several = true;
        tx
    }

    /// For one statement, which SQLite makes a transaction by itself.
    pub(super) fn single(connections: &Connections) -> Self {
        Self {
            connections: connections.clone(),
            connection: None,
            several: false,
            waiting: String::new(),
            arguments: SqliteArguments::default(),
        }
    }

    /// Adds a statement that runs with the next; `add` hands over what its `$1`, `$2` and so on stand for.
    pub(crate) fn defer(
        &mut self,
        sql: &'static str,
        add: impl FnOnce(&mut SqliteArguments) -> std::result::Result<(), sqlx::error::BoxDynError>,
    ) -> Result<()> {
        renumber(sql, self.arguments.len(), &mut self.waiting);
        self.waiting.push(';');
        add(&mut self.arguments).map_err(sqlx::Error::Encode)?;
        Ok(())
    }

    /// Runs what waits.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        if self.connection.is_none() {
            self.connection = Some(self.connections.get().await?);
            if self.several {
                self.waiting = format!("{BEGIN};{}", self.waiting);
            }
        }
        if !self.waiting.is_empty() {
            let several = self.several;
            // From here on: whoever stops waiting for the engine leaves a transaction behind all the same.
            self.taken().unfinished = several;
            let sql = AssertSqlSafe(std::mem::take(&mut self.waiting));
            let arguments = std::mem::take(&mut self.arguments);
            sqlx::query_with(sql, arguments).execute(&mut **self).await?;
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        if self.connection.is_none() {
            return self.commit_whole().await.map(|_| ());
        }
        if self.several {
            self.waiting.push_str("COMMIT");
        }
        self.flush().await?;
        self.taken().unfinished = false;
        Ok(())
    }

    /// Runs a transaction of which everything still waits. Gives the number of rows touched, where it is one statement.
    pub(crate) async fn commit_whole(mut self) -> Result<u64> {
        debug_assert!(self.connection.is_none(), "it would wait for its own connection");
        let sql = (std::mem::take(&mut self.waiting), self.several);
        let arguments = std::mem::take(&mut self.arguments);
        self.connections.run_whole(sql, arguments).await
    }
}

/// Copies a statement whose parameters follow `before` others. Our statements have no `$` but those of parameters.
fn renumber(sql: &str, before: usize, into: &mut String) {
    let mut parts = sql.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number = part[..digits].parse::<usize>().unwrap_or_default() + before;
        into.push('$');
        into.push_str(&number.to_string());
        into.push_str(&part[digits..]);
    }
}

impl Drop for SqliteTx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|taken| taken.unfinished) else { return };
        // At once, so that no lock stays; where that is too late, whoever takes the connection next does it first.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { connection.undo().await });
        }
    }
}

const TAKEN: &str =
    "a transaction takes its connection before its first statement and gives it back when dropped";

impl SqliteTx {
    fn taken(&mut self) -> &mut Connection {
        self.connection.as_mut().expect(TAKEN)
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_deref().expect(TAKEN)
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.taken()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sqlx::sqlite::SqliteConnectOptions;

    use super::{Connections, SqliteTx, renumber};

    async fn insert(connections: &Connections) -> SqliteTx {
        let mut tx = SqliteTx::begin(connections);
        tx.defer("INSERT INTO t VALUES (1)", |_| Ok(())).unwrap();
        tx.flush().await.unwrap();
        tx
    }

    /// A worker thread that is shut down in the middle of a transaction.
    #[actix_web::test]
    async fn what_a_runtime_that_ended_left_open_is_undone() {
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

    #[test]
    fn parameters_follow_those_before() {
        let mut text = String::new();
        renumber("UPDATE t SET a = $1, b = $12 WHERE a > $1", 3, &mut text);
        assert_eq!(text, "UPDATE t SET a = $4, b = $15 WHERE a > $4");
    }
}
