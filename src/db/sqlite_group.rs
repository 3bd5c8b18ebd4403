//! Group commit: transactions that wait for the write connection share one commit.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::TryStreamExt as _;
use sqlx::{Arguments as _, AssertSqlSafe, Executor as _, sqlite::SqliteArguments};
use tokio::sync::oneshot;

use super::{
    error::Result,
    sqlite::{BEGIN, Connection, Connections, Pooled},
};

/// Largest number of transactions in one commit.
const MAX_GROUP_SIZE: usize = 64;

/// Statements with their values.
#[derive(Debug, Default)]
pub(super) struct Statements {
    pub(super) sql: String,
    pub(super) arguments: SqliteArguments,
    /// Whether they need `BEGIN` and `COMMIT` around them. A single statement is a transaction by itself.
    pub(super) needs_commit: bool,
}

impl Statements {
    pub(super) fn push(
        &mut self,
        sql: &'static str,
        add: impl FnOnce(&mut SqliteArguments) -> std::result::Result<(), sqlx::error::BoxDynError>,
    ) -> Result<()> {
        renumber(sql, self.arguments.len(), &mut self.sql);
        self.sql.push(';');
        add(&mut self.arguments).map_err(sqlx::Error::Encode)?;
        Ok(())
    }
}

/// Appends a statement and shifts its parameters by `offset`. A `$` in our statements always begins a parameter.
fn renumber(sql: &str, offset: usize, into: &mut String) {
    let mut parts = sql.split('$');
    into.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number = part[..digits].parse::<usize>().unwrap_or_default() + offset;
        into.push('$');
        into.push_str(&number.to_string());
        into.push_str(&part[digits..]);
    }
}

/// Complete transactions that wait for the write connection.
///
/// They are committed in groups, because a commit waits for the disk, and the disk needs as long for one transaction as
/// for many. The task that gets the connection writes all transactions that are queued at that moment. Transactions that
/// arrive meanwhile form the next group; a transaction that arrives at a free connection does not wait.
#[derive(Clone, Debug, Default)]
pub(super) struct Group(Arc<Mutex<Queue>>);

#[derive(Debug, Default)]
struct Queue {
    waiting: Vec<Queued>,
    next: u64,
}

/// Queued transaction, and the channel for its outcome.
#[derive(Debug)]
struct Queued {
    number: u64,
    statements: Statements,
    answer: oneshot::Sender<Outcome>,
}

type Outcome = std::result::Result<u64, sqlx::Error>;

/// Membership in the queue. Dropping it removes the transaction, so a cancelled request is not written later.
struct Membership<'g> {
    group: &'g Group,
    number: u64,
}

impl Membership<'_> {
    fn is_queued(&self) -> bool {
        self.group.queue().waiting.iter().any(|queued| queued.number == self.number)
    }

    /// Removes the transaction from the queue. Returns false if it has already begun.
    fn leave(&self) -> bool {
        let mut queue = self.group.queue();
        let position = queue.waiting.iter().position(|queued| queued.number == self.number);
        position.map(|position| queue.waiting.remove(position)).is_some()
    }
}

impl Drop for Membership<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Group {
    /// Runs a transaction, alone or in a group. It is atomic by itself: the failure of another member does not affect
    /// it. Returns the number of rows touched, which has a meaning for a single statement only.
    pub(super) async fn run(&self, connections: &Connections, statements: Statements) -> Result<u64> {
        let (answer, mut answered) = oneshot::channel();
        let membership = self.join(|number| Queued { number, statements, answer });
        while membership.is_queued() {
            tokio::select! {
                biased;
                outcome = &mut answered => return outcome_of(outcome),
                connection = connections.get() => match connection {
                    // In a task of its own: this future may be dropped while other members depend on the write.
                    Ok(connection) => drop(tokio::spawn(write(connection, self.take()))),
                    Err(error) => if membership.leave() { return Err(error) },
                }
            }
        }
        outcome_of(answered.await)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(&self, queued: impl FnOnce(u64) -> Queued) -> Membership<'_> {
        let mut queue = self.queue();
        let number = queue.next;
        queue.next += 1;
        queue.waiting.push(queued(number));
        Membership { group: self, number }
    }

    fn take(&self) -> Vec<Queued> {
        let mut queue = self.queue();
        let count = queue.waiting.len().min(MAX_GROUP_SIZE);
        queue.waiting.drain(..count).collect()
    }
}

/// Returns the outcome, or an error if the writing task ended with its runtime.
fn outcome_of(answered: std::result::Result<Outcome, oneshot::error::RecvError>) -> Result<u64> {
    Ok(answered.unwrap_or(Err(sqlx::Error::WorkerCrashed))?)
}

async fn write(mut connection: Connection, group: Vec<Queued>) {
    if group.len() > 1 {
        // Set before the await: if this task is dropped there, the transaction stays open on the connection.
        connection.unfinished = true;
        match together(&mut connection, &group).await {
            Ok(counts) => {
                connection.unfinished = false;
                for (queued, count) in group.into_iter().zip(counts) {
                    answer(queued.answer, Ok(count));
                }
                return;
            }
            Err(Failed::ToBegin(error)) => return refuse(group, error),
            // One member failed: roll all of them back and run each by itself.
            Err(Failed::Later) => connection.roll_back().await,
        }
    }
    for Queued { statements, answer: to, .. } in group {
        if to.is_closed() {
            continue;
        }
        answer(to, alone(&mut connection, statements).await);
    }
}

/// Failure of a group.
enum Failed {
    /// No transaction began.
    ToBegin(sqlx::Error),
    /// A member failed, or the commit.
    Later,
}

/// Runs a group in one transaction, which begins with the first member and is committed with the last: each statement text is
/// a round trip to the thread of the connection. Returns the number of rows that the last statement of each member touched.
async fn together(connection: &mut Pooled, group: &[Queued]) -> std::result::Result<Vec<u64>, Failed> {
    let mut counts = Vec::with_capacity(group.len());
    for (number, Queued { statements, .. }) in group.iter().enumerate() {
        let (is_first, is_last) = (number == 0, number + 1 == group.len());
        let sql = framed(&statements.sql, is_first, is_last);
        let mut done = Vec::new();
        match run(connection, sql, statements.arguments.clone(), &mut done).await {
            Ok(()) => {}
            Err(error) if is_first && done.is_empty() => return Err(Failed::ToBegin(error)),
            Err(_) => return Err(Failed::Later),
        }
        // `COMMIT` is the last statement of the last member.
        counts.push(done.iter().rev().nth(usize::from(is_last)).copied().unwrap_or_default());
    }
    Ok(counts)
}

async fn alone(connection: &mut Pooled, statements: Statements) -> Outcome {
    let Statements { sql, arguments, needs_commit } = statements;
    connection.unfinished = needs_commit;
    let mut done = Vec::new();
    match run(connection, framed(&sql, needs_commit, needs_commit), arguments, &mut done).await {
        Ok(()) => connection.unfinished = false,
        Err(error) => {
            if needs_commit {
                connection.roll_back().await;
            }
            return Err(error);
        }
    }
    Ok(done.last().copied().unwrap_or_default())
}

/// Returns statements with `BEGIN` before them, or `COMMIT` after them.
fn framed(sql: &str, begins: bool, ends: bool) -> String {
    let (begin, end) = (if begins { BEGIN } else { "" }, if ends { "COMMIT" } else { "" });
    [begin, sql, end].concat()
}

/// Runs a text of several statements. Adds the number of rows touched by each that has run, up to the first that fails.
async fn run(
    connection: &mut Pooled,
    sql: String,
    arguments: SqliteArguments,
    done: &mut Vec<u64>,
) -> std::result::Result<(), sqlx::Error> {
    #[cfg(test)]
    {
        connection.trips += 1;
    }
    let mut steps = connection.fetch_many(sqlx::query_with(AssertSqlSafe(sql), arguments));
    while let Some(step) = steps.try_next().await? {
        done.extend(step.left().map(|result| result.rows_affected()));
    }
    Ok(())
}

/// Reports to every member the error that kept the group from beginning.
fn refuse(group: Vec<Queued>, error: sqlx::Error) {
    let error = Arc::new(error);
    for queued in group {
        answer(queued.answer, Err(sqlx::Error::Io(io::Error::other(Arc::clone(&error)))));
    }
}

fn answer(to: oneshot::Sender<Outcome>, outcome: Outcome) {
    // The receiver may be gone. The transaction is committed all the same.
    let _ = to.send(outcome);
}

#[cfg(test)]
mod tests;
