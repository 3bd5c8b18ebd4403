use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{AssertSqlSafe, sqlite::SqliteArguments};
use tokio::sync::oneshot;

use super::{
    Result,
    sqlite::{Connection, Connections, Pooled},
    sqlite_tx::BEGIN,
};

/// How many go together at most.
const MOST: usize = 64;

/// Transactions that are whole before they begin, and wait for the connection that writes.
///
/// Why: a commit is a way to the disk and back, and the disk takes as long for one transaction as for many. While it
/// takes one group, the next gathers; whoever comes alone waits for nobody. Who gets the connection takes all along who
/// wait then.
#[derive(Clone, Debug, Default)]
pub(super) struct Group(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Whole>,
    next: u64,
}

/// A transaction nobody has to look into: its statements, and who wants to know how it went.
#[derive(Debug)]
struct Whole {
    number: u64,
    sql: String,
    several: bool,
    arguments: SqliteArguments,
    answer: oneshot::Sender<Outcome>,
}

type Outcome = std::result::Result<u64, sqlx::Error>;

/// A place among those who wait. Who stops waiting leaves it, so that nothing happens long after it was asked for.
struct Place<'g> {
    group: &'g Group,
    number: u64,
}

impl Place<'_> {
    /// False when it is too late: the transaction has begun.
    fn leave(&self) -> bool {
        let mut queue = self.group.queue();
        let place = queue.waiting.iter().position(|whole| whole.number == self.number);
        place.map(|place| queue.waiting.remove(place)).is_some()
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Group {
    /// Runs a transaction, alone or with others. It happens or it does not, whatever becomes of the others. Gives the
    /// number of rows touched, where it is one statement.
    pub(super) async fn run(
        &self,
        connections: &Connections,
        (sql, several): (String, bool),
        arguments: SqliteArguments,
    ) -> Result<u64> {
        let (answer, mut answered) = oneshot::channel();
        let place = self.join(|number| Whole { number, sql, several, arguments, answer });
        loop {
            tokio::select! {
                biased;
                outcome = &mut answered => return Ok(outcome.unwrap_or(Err(sqlx::Error::WorkerCrashed))?),
                taken = connections.get() => match taken {
                    // Not in this future, which may be dropped while others count on it.
                    Ok(connection) => drop(tokio::spawn(write(connection, self.take()))),
                    Err(error) if place.leave() => return Err(error),
                    Err(_) => {}
                }
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, whole: impl FnOnce(u64) -> Whole) -> Place<'_> {
        let mut queue = self.queue();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push(whole(number));
        Place { group: self, number }
    }

    fn take(&self) -> Vec<Whole> {
        let mut queue = self.queue();
        let count = queue.waiting.len().min(MOST);
        queue.waiting.drain(..count).collect()
    }
}

async fn write(mut connection: Connection, group: Vec<Whole>) {
    if group.len() > 1 {
        // From here on: whoever stops waiting for the engine leaves a transaction behind all the same.
        connection.unfinished = true;
        if let Err(error) = run(&mut connection, BEGIN.to_owned(), SqliteArguments::default()).await {
            return refuse(group, &error);
        }
        match together(&mut connection, &group).await {
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
    for Whole { sql, several, arguments, answer: to, .. } in group {
        answer(to, alone(&mut connection, (sql, several), arguments).await);
    }
}

async fn together(connection: &mut Pooled, group: &[Whole]) -> std::result::Result<Vec<u64>, sqlx::Error> {
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
) -> Outcome {
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

async fn run(connection: &mut Pooled, sql: String, arguments: SqliteArguments) -> Outcome {
    let done = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **connection).await?;
    Ok(done.rows_affected())
}

/// What kept the group from beginning, told to each of them.
fn refuse(group: Vec<Whole>, error: &sqlx::Error) {
    for whole in group {
        answer(whole.answer, Err(sqlx::Error::Io(io::Error::other(error.to_string()))));
    }
}

fn answer(to: oneshot::Sender<Outcome>, outcome: Outcome) {
    // Who asked may have gone; the transaction stands all the same.
    let _ = to.send(outcome);
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc::channel, time::Duration};

    use futures_util::future::join_all;
    use sqlx::{
        Arguments as _, AssertSqlSafe,
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

    /// A worker thread that is shut down while it waits: others are served.
    #[actix_web::test]
    async fn a_runtime_that_ends_takes_its_own_along_and_nobody_else() {
        let connections = table().await;
        let held = connections.get().await.unwrap();
        let elsewhere = connections.clone();
        let ((begun, has_begun), (stop, stopped)) = (channel(), channel::<()>());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.spawn(async move { take(&elsewhere, 1, 1).await });
            runtime.block_on(tokio::task::yield_now());
            begun.send(()).unwrap();
            stopped.recv().unwrap();
        });
        has_begun.recv().unwrap();
        let ends = async {
            stop.send(()).unwrap();
            thread.join().unwrap();
            drop(held);
        };
        assert_eq!(tokio::join!(take(&connections, 2, 2), ends).0, 1);
        assert_eq!(rows(&connections, "SELECT MIN(n) FROM t").await, 2);
    }

    /// Who gave up before the turn came finds nothing done later.
    #[actix_web::test]
    async fn who_left_in_time_is_not_written() {
        let connections = table().await;
        let held = connections.get().await.unwrap();
        let mut left = Box::pin(take(&connections, 1, 1));
        assert!(futures_util::poll!(&mut left).is_pending());
        drop(left);
        drop(held);
        assert_eq!(take(&connections, 2, 2).await, 1);
        assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 1);
    }

    /// The engine's own words reach everyone, and those who come later begin anew.
    #[actix_web::test]
    async fn a_group_that_cannot_begin_learns_why() {
        let connections = table().await;
        let mut held = connections.get().await.unwrap();
        sqlx::query("BEGIN").execute(&mut **held).await.unwrap();
        let one = connections.run_whole(insert(1), SqliteArguments::default());
        let two = connections.run_whole(insert(2), SqliteArguments::default());
        let (one, two, ()) = tokio::join!(one, two, async { drop(held) });
        for outcome in [one, two] {
            let error = format!("{:?}", outcome.unwrap_err());
            assert!(error.contains("within a transaction"), "{error}");
        }
        assert_eq!(take(&connections, 3, 3).await, 1);
    }

    fn insert(number: i64) -> (String, bool) {
        (format!("INSERT INTO t (n, by) VALUES ({number}, 0)"), false)
    }
}
