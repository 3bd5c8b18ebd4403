//! Group commit with failing, cancelled and crashed members.

use std::{sync::mpsc::channel, time::Duration};

use futures_util::future::join_all;
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};

use super::{Statements, renumber};
use crate::db::{Error, SqliteTx, sqlite::Connections};

async fn table() -> Connections {
    table_in(SqliteConnectOptions::new().in_memory(true)).await
}

async fn table_in(options: SqliteConnectOptions) -> Connections {
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

/// Inserts a number and returns the count of inserted rows: 0 if the number is in use.
async fn take(connections: &Connections, number: i64, by: i64) -> u64 {
    let mut tx = SqliteTx::single(connections);
    let add = |arguments: &mut SqliteArguments| {
        arguments.add(number)?;
        arguments.add(by)
    };
    tx.defer("INSERT INTO t (n, by) VALUES ($1, $2) ON CONFLICT DO NOTHING", add).unwrap();
    tx.commit_grouped().await.unwrap()
}

#[actix_web::test]
async fn returns_its_own_row_count_to_each_member() {
    let connections = table().await;
    let takers = (0..200).map(|by| take(&connections, by % 50, by));
    let taken = join_all(takers).await;
    assert_eq!(taken.iter().filter(|count| **count == 1).count(), 50);
    assert!(taken.iter().all(|count| *count <= 1));
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 50);
}

/// Inserts two rows or none. The second insert fails for every seventh number, because `by` would be `NULL`.
async fn pair(connections: &Connections, number: i64) -> bool {
    let mut tx = SqliteTx::begin(connections);
    let add = |arguments: &mut SqliteArguments| arguments.add(number);
    tx.defer("INSERT INTO t (n, by) VALUES ($1, 0)", add).unwrap();
    tx.defer("INSERT INTO t (n, by) VALUES ($1 + 1000, NULLIF($1 % 7, 3))", add).unwrap();
    tx.commit().await.is_ok()
}

#[actix_web::test]
async fn rolls_back_only_the_failing_transaction_of_a_group() {
    let connections = table().await;
    let outcomes = join_all((0..70).map(|number| pair(&connections, number))).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(*outcome, number % 7 != 3, "{number}");
    }
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 120);
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t WHERE n % 1000 % 7 = 3").await, 0);
}

/// A round trip costs more than a statement. Without `BEGIN` and `COMMIT` of their own, three members are three of them.
#[actix_web::test]
async fn needs_one_round_trip_for_each_member_of_a_group() {
    let connections = table().await;
    let held = connections.get().await.unwrap();
    let pairs = join_all([1, 2, 4].map(|number| pair(&connections, number)));
    let (pairs, ()) = tokio::join!(pairs, async { drop(held) });
    assert_eq!(pairs, [true; 3]);
    assert_eq!(connections.get().await.unwrap().trips, 3);
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 6);
}

/// The runtime of a worker thread is shut down while its transaction waits.
#[actix_web::test]
async fn cancels_only_the_transaction_of_a_dropped_runtime() {
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

/// The runtime of a worker thread is shut down while it writes for other members. The lock of another program keeps it
/// writing for long enough.
#[actix_web::test]
async fn reports_a_crash_of_the_writing_runtime_to_every_member() {
    let path = std::env::temp_dir().join(format!("passerelle-{}.db", crate::random::id()));
    let connections = table_in(SqliteConnectOptions::new().filename(&path).create_if_missing(true)).await;
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let held = connections.get().await.unwrap();
    let mut follower = Box::pin(connections.run_grouped(insert(2)));
    let elsewhere = connections.clone();
    let ((begun, has_begun), (free, is_free)) = (channel(), channel::<()>());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let leader = elsewhere.clone();
        runtime.spawn(async move { take(&leader, 1, 1).await });
        runtime.block_on(tokio::task::yield_now());
        begun.send(()).unwrap();
        is_free.recv().unwrap();
        let waits = || !elsewhere.group.queue().waiting.is_empty();
        runtime.block_on(async {
            while waits() {
                tokio::task::yield_now().await;
            }
        });
    });
    has_begun.recv().unwrap();
    assert!(futures_util::poll!(&mut follower).is_pending());
    drop(held);
    free.send(()).unwrap();
    thread.join().unwrap();
    let outcome = follower.await;
    assert!(matches!(outcome, Err(Error::Engine(sqlx::Error::WorkerCrashed))), "{outcome:?}");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    assert_eq!(take(&connections, 3, 3).await, 1);
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 1);
    connections.close().await;
    std::fs::remove_file(path).unwrap();
}

#[actix_web::test]
async fn refuses_a_transaction_when_the_pool_is_closed() {
    let connections = table().await;
    connections.close().await;
    let outcome = connections.run_grouped(insert(1)).await;
    assert!(matches!(outcome, Err(Error::Engine(sqlx::Error::PoolClosed))), "{outcome:?}");
}

#[actix_web::test]
async fn does_not_write_a_transaction_cancelled_in_the_queue() {
    let connections = table().await;
    let held = connections.get().await.unwrap();
    let mut cancelled = Box::pin(take(&connections, 1, 1));
    assert!(futures_util::poll!(&mut cancelled).is_pending());
    drop(cancelled);
    drop(held);
    assert_eq!(take(&connections, 2, 2).await, 1);
    assert_eq!(rows(&connections, "SELECT COUNT(*) FROM t").await, 1);
}

/// The message of the engine reaches every member, and later transactions succeed.
#[actix_web::test]
async fn reports_to_every_member_that_the_group_cannot_begin() {
    let connections = table().await;
    let mut held = connections.get().await.unwrap();
    sqlx::query("BEGIN").execute(&mut **held).await.unwrap();
    let one = connections.run_grouped(insert(1));
    let two = connections.run_grouped(insert(2));
    let (one, two, ()) = tokio::join!(one, two, async { drop(held) });
    for outcome in [one, two] {
        let error = format!("{:?}", outcome.unwrap_err());
        assert!(error.contains("within a transaction"), "{error}");
    }
    assert_eq!(take(&connections, 3, 3).await, 1);
}

fn insert(number: i64) -> Statements {
    Statements { sql: format!("INSERT INTO t (n, by) VALUES ({number}, 0);"), ..Statements::default() }
}

#[test]
fn numbers_the_parameters_of_a_statement_after_earlier_ones() {
    let mut text = String::new();
    renumber("UPDATE t SET a = $1, b = $12 WHERE a > $1", 3, &mut text);
    assert_eq!(text, "UPDATE t SET a = $4, b = $15 WHERE a > $4");
}
