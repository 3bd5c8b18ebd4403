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
/// takes one group, the next gathers; whoever comes alone waits for nobody. Who gets the connection takes along those who
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
    /// Whether nobody has taken it along yet.
    fn waits(&self) -> bool {
        self.group.queue().waiting.iter().any(|whole| whole.number == self.number)
    }

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
        while place.waits() {
            tokio::select! {
                biased;
                outcome = &mut answered => return outcome_of(outcome),
                taken = connections.get() => match taken {
                    // Not in this future, which may be dropped while others count on it.
                    Ok(connection) => drop(tokio::spawn(write(connection, self.take()))),
                    Err(error) => if place.leave() { return Err(error) },
                }
            }
        }
        outcome_of(answered.await)
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

/// Who wrote may have gone with its runtime.
fn outcome_of(answered: std::result::Result<Outcome, oneshot::error::RecvError>) -> Result<u64> {
    Ok(answered.unwrap_or(Err(sqlx::Error::WorkerCrashed))?)
}

async fn write(mut connection: Connection, group: Vec<Whole>) {
    if group.len() > 1 {
        // From here on: whoever stops waiting for the engine leaves a transaction behind all the same.
        connection.unfinished = true;
        if let Err(error) = run(&mut connection, BEGIN.to_owned(), SqliteArguments::default()).await {
            return refuse(group, error);
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
        if to.is_closed() {
            continue;
        }
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
fn refuse(group: Vec<Whole>, error: sqlx::Error) {
    let error = Arc::new(error);
    for whole in group {
        answer(whole.answer, Err(sqlx::Error::Io(io::Error::other(Arc::clone(&error)))));
    }
}

fn answer(to: oneshot::Sender<Outcome>, outcome: Outcome) {
    // Who asked may have gone; the transaction stands all the same.
    let _ = to.send(outcome);
}

#[cfg(test)]
mod tests;
