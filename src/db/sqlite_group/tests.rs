use std::{sync::mpsc::channel, time::Duration};

use futures_util::future::join_all;
use sqlx::{
    Arguments as _, AssertSqlSafe, ConnectOptions as _,
    sqlite::{SqliteArguments, SqliteConnectOptions},
};

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

/// A worker thread that is shut down while it writes for others, which the lock of another program draws out.
#[actix_web::test]
async fn who_was_taken_along_by_a_runtime_that_ended_learns_of_it() {
    let path = std::env::temp_dir().join(format!("passerelle-{}.db", crate::random::id()));
    let connections = table_in(SqliteConnectOptions::new().filename(&path).create_if_missing(true)).await;
    let mut other = SqliteConnectOptions::new().filename(&path).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let held = connections.get().await.unwrap();
    let mut follower = Box::pin(connections.run_whole(insert(2), SqliteArguments::default()));
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
async fn who_comes_when_all_is_closed_is_told() {
    let connections = table().await;
    connections.close().await;
    let outcome = connections.run_whole(insert(1), SqliteArguments::default()).await;
    assert!(matches!(outcome, Err(Error::Engine(sqlx::Error::PoolClosed))), "{outcome:?}");
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
