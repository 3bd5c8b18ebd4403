use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{AssertSqlSafe, Error, sqlite::SqliteArguments};
use tokio::sync::oneshot;

use super::{
    sqlite::{Connections, Pooled},
    sqlite_tx::BEGIN,
};

/// How many go together at most.
const MOST: usize = 64;

/// Transactions that are whole before they begin, and wait for the connection that writes.
///
/// Why: a commit is a way to the disk and back, and the disk takes as long for one transaction as for many. While it
/// takes one group, the next gathers; whoever comes alone waits for nobody.
#[derive(Clone, Debug, Default)]
pub(super) struct Group(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Whole>,
    /// Whether somebody writes what waits.
    busy: bool,
}

/// A transaction nobody has to look into: its statements, and who wants to know how many rows the last one touched.
#[derive(Debug)]
struct Whole {
    sql: String,
    arguments: SqliteArguments,
    several: bool,
    answer: oneshot::Sender<Result<u64, Error>>,
}

/// The one who writes until nobody waits. When it goes before, because its runtime ended, those who wait learn of it.
struct Turn {
    group: Group,
    over: bool,
}

impl Turn {
    /// Who goes next; nobody, and the turn is over.
    fn next(&mut self) -> Vec<Whole> {
        let mut queue = self.group.queue();
        let count = queue.waiting.len().min(MOST);
        self.over = count == 0;
        queue.busy = !self.over;
        queue.waiting.drain(..count).collect()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.over {
            let mut queue = self.group.queue();
            queue.busy = false;
            queue.waiting.clear();
        }
    }
}

impl Group {
    /// Runs a transaction, alone or with others. It happens or it does not, whatever becomes of the others.
    pub(super) async fn run(
        &self,
        connections: &Connections,
        (sql, several): (String, bool),
        arguments: SqliteArguments,
    ) -> Result<u64, Error> {
        let (answer, answered) = oneshot::channel();
        let first = {
            let mut queue = self.queue();
            queue.waiting.push(Whole { sql, arguments, several, answer });
            !std::mem::replace(&mut queue.busy, true)
        };
        if first {
            // Not in this future, which may be dropped while others count on it.
            tokio::spawn(write(Turn { group: self.clone(), over: false }, connections.clone()));
        }
        answered.await.unwrap_or(Err(Error::WorkerCrashed))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(mut turn: Turn, connections: Connections) {
    while !turn.over {
        // First the connection, then who goes with it: those who come while it is taken come along.
        let connection = connections.get().await;
        let group = turn.next();
        match connection {
            Ok(mut connection) => write_group(&mut connection, group).await,
            Err(_) => refuse(group),
        }
    }
}

async fn write_group(connection: &mut Pooled, group: Vec<Whole>) {
    if group.len() > 1 {
        // From here on: whoever stops waiting for the engine leaves a transaction behind all the same.
        connection.unfinished = true;
        if run(connection, BEGIN.to_owned(), SqliteArguments::default()).await.is_err() {
            return refuse(group);
        }
        match together(connection, &group).await {
            Ok(counts) => {
                connection.unfinished = false;
                for (whole, count) in group.into_iter().zip(counts) {
                    answer(whole.answer, Ok(count));
                }
                return;
            }
            // One of them cannot be. All are undone, and each tries by itself.
            Err(_) => connection.undo().await,
        }
    }
    for Whole { sql, arguments, several, answer: to } in group {
        answer(to, alone(connection, (sql, several), arguments).await);
    }
}

async fn together(connection: &mut Pooled, group: &[Whole]) -> Result<Vec<u64>, Error> {
    let mut counts = Vec::with_capacity(group.len());
    for whole in group {
        counts.push(run(connection, whole.sql.clone(), whole.arguments.clone()).await?);
    }
    run(connection, "COMMIT".to_owned(), SqliteArguments::default()).await?;
    Ok(counts)
}

async fn alone(
    connection: &mut Pooled,
    (sql, several): (String, bool),
    arguments: SqliteArguments,
) -> Result<u64, Error> {
    connection.unfinished = several;
    let sql = if several { format!("{BEGIN};{sql}COMMIT") } else { sql };
    let outcome = run(connection, sql, arguments).await;
    match outcome {
        Ok(_) => connection.unfinished = false,
        Err(_) if several => connection.undo().await,
        Err(_) => {}
    }
    outcome
}

async fn run(connection: &mut Pooled, sql: String, arguments: SqliteArguments) -> Result<u64, Error> {
    let done = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **connection).await?;
    Ok(done.rows_affected())
}

/// Nobody's turn came in time.
fn refuse(group: Vec<Whole>) {
    for whole in group {
        answer(whole.answer, Err(Error::PoolTimedOut));
    }
}

fn answer(to: oneshot::Sender<Result<u64, Error>>, outcome: Result<u64, Error>) {
    // Who asked may have gone; the transaction stands all the same.
    let _ = to.send(outcome);
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, time::Duration};

    use futures_util::future::join_all;
    use sqlx::{
        Arguments as _, AssertSqlSafe, Error,
        sqlite::{SqliteArguments, SqliteConnectOptions},
    };

    use crate::db::{SqliteTx, sqlite::Connections};

    async fn table() -> Connections {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connections = Connections::open(&options, 1, Duration::from_secs(5)).await.unwrap();
        sqlx::query("CREATE TABLE t (n INTEGER PRIMARY KEY, by INTEGER NOT NULL)")
            .execute(&mut **connections.get().await.unwrap())
            .await
            .unwrap();
        connections
    }

    async fn rows(connections: &Connections, sql: &'static str) -> i64 {
        let mut connection = connections.get().await.unwrap();
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut **connection).await.unwrap()
    }

    /// Takes a number for somebody, who learns whether it was still free.
    async fn take(connections: &Connections, number: i64, by: i64) -> u64 {
        let mut tx = SqliteTx::single(connections);
        let add = |arguments: &mut SqliteArguments| {
            arguments.add(number)?;
            arguments.add(by)
        };
        tx.defer("INSERT INTO t (n, by) VALUES ($1, $2) ON CONFLICT DO NOTHING", add).unwrap();
        tx.commit_whole().await.unwrap()
    }

    #[actix_web::test]
    async fn each_of_a_group_learns_its_own_count() {
        let connections = table().await;
        let takers = (0..200).map(|by| take(&connections, by % 50, by));
        let taken = join_all(takers).await;
        assert_eq!(taken.iter().filter(|count| **count == 1).count(), 50);
        assert!(taken.iter().all(|count| *count <= 1));
        assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 50);
    }

    /// Two rows or none, and the second cannot be where `by` is `NULL`.
    async fn pair(connections: &Connections, number: i64) -> bool {
        let mut tx = SqliteTx::begin(connections);
        let add = |arguments: &mut SqliteArguments| arguments.add(number);
        tx.defer("INSERT INTO t (n, by) VALUES ($1, 0)", add).unwrap();
        tx.defer("INSERT INTO t (n, by) VALUES ($1 + 1000, NULLIF($1 % 7, 3))", add).unwrap();
        tx.commit().await.is_ok()
    }

    #[actix_web::test]
    async fn one_that_cannot_be_takes_no_other_with_it_and_leaves_nothing() {
        let connections = table().await;
        let outcomes = join_all((0..70).map(|number| pair(&connections, number))).await;
        for (number, outcome) in outcomes.iter().enumerate() {
            assert_eq!(*outcome, number % 7 != 3, "{number}");
        }
        assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 120);
        assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t WHERE n % 1000 % 7 = 3").await, 0);
    }

    /// A worker thread that is shut down while others count on it.
    #[actix_web::test]
    async fn who_counts_on_a_runtime_that_ended_learns_of_it_and_the_next_one_is_served() {
        let connections = table().await;
        let held = connections.get().await.unwrap();
        let elsewhere = connections.clone();
        let ((begun, has_begun), (stop, stopped)) = (channel(), channel::<()>());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.spawn(async move { take(&elsewhere, 1, 1).await });
            runtime.block_on(async {
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
            });
            begun.send(()).unwrap();
            stopped.recv().unwrap();
        });
        has_begun.recv().unwrap();
        let ends = async { stop.send(()).unwrap() };
        let (follower, ()) = tokio::join!(connections.run_whole(insert(2), SqliteArguments::default()), ends);
        assert!(matches!(follower, Err(Error::WorkerCrashed)), "{follower:?}");
        thread.join().unwrap();
        drop(held);
        assert_eq!(take(&connections, 2, 2).await, 1);
        assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 1);
    }

    fn insert(number: i64) -> (String, bool) {
        (format!("INSERT INTO t (n, by) VALUES ({number}, 0)"), false)
    }
}
