//! Tests of operations: versions of the schema, keys files, sealing again, a database that cannot be written.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use passerelle::config::{Keys, KeysFile};
use passerelle::db::{Db, Error, Sealer, Unready};
use passerelle::delivery::store::SEALED;
use passerelle::testing::{Engine, store};
use tokio_util::sync::CancellationToken;

use crate::bench::{Bench, bench, empty};
use crate::outbox::{claim, put};

/// A database of the first version is migrated with everything in it.
pub async fn keeps_data_when_migrated_from_the_first_version(engine: Engine) {
    let bench = empty(engine).await;
    bench.db.migrate_to(1).await.unwrap();
    assert!(matches!(bench.db.check_schema().await, Err(Error::SchemaOlder { applied: Some(1), .. })));
    put(&bench, "m-1", true, b"before").await;
    bench.user("A", Some("a@example.ca")).await;
    bench.db.migrate().await.unwrap();
    bench.db.check_schema().await.unwrap();
    let claimed = claim(&bench, "l", 10).await;
    assert_eq!(claimed[0].envelope.payload.as_slice(), b"before");
    assert_eq!(store::count(&bench.db, "users").await.unwrap(), 1);
}

/// After a newer version has migrated, this one goes on if the newer schema allows it, and `migrate` changes nothing.
pub async fn uses_a_newer_schema_that_allows_it(engine: Engine) {
    let bench = bench(engine).await;
    store::pretend_newer_schema(&bench.db, 1).await.unwrap();
    bench.db.check_schema().await.unwrap();
    bench.db.migrate().await.unwrap();
    store::pretend_newer_schema(&bench.db, 9999).await.unwrap();
    let refused = bench.db.check_schema().await.unwrap_err();
    assert!(matches!(refused, Error::SchemaNewer { applied: 9999, oldest: 9999, .. }), "{refused}");
}

fn sealer(file: &KeysFile, bench: &Bench) -> Sealer {
    file.replace(&bench.keys).unwrap();
    Sealer::new(&Keys::from_file(&bench.keys).unwrap())
}

/// A node with another installation's keys, or without the newest key, would lose what it cannot open.
pub async fn refuses_a_keys_file_that_is_not_the_databases(engine: Engine) {
    let bench = bench(engine).await;
    let check = async |sealer: &Sealer| bench.db.check_keys(sealer, bench.clock(), SEALED).await;
    check(&bench.sealer).await.unwrap();
    check(&bench.sealer).await.unwrap();
    let mut file = KeysFile::read(&bench.keys).unwrap();
    // A key that only opens may be missing elsewhere: the nodes receive it one after the other.
    assert_eq!(file.add(), Some(2));
    check(&sealer(&file, &bench)).await.unwrap();
    check(&bench.sealer).await.unwrap();
    assert!(file.promote(2));
    check(&sealer(&file, &bench)).await.unwrap();
    assert!(matches!(check(&bench.sealer).await, Err(Error::KeyMissing { id: 2 })));
    assert_eq!(bench.db.check_ready(&bench.sealer, bench.clock()).await, Err(Unready::KeyMissing));
    std::fs::remove_file(&bench.keys).unwrap();
    KeysFile::write_new(&bench.keys).unwrap();
    let mut other = KeysFile::read(&bench.keys).unwrap();
    other.add();
    assert!(matches!(check(&sealer(&other, &bench)).await, Err(Error::KeyMismatch { id: 1 })));
}

/// Rows that are sealed again are read by a node that has the new key only.
pub async fn seals_every_row_again_with_the_current_key(engine: Engine) {
    let mut bench = bench(engine).await;
    for number in 0..250 {
        put(&bench, &format!("m-{number:03}"), true, format!("payload {number}").as_bytes()).await;
    }
    store::damage_payload(&bench.db, "m-007").await.unwrap();
    let mut file = KeysFile::read(&bench.keys).unwrap();
    assert!(file.add() == Some(2) && file.promote(2));
    let rotated = sealer(&file, &bench);
    let mut reports = Vec::new();
    let payloads = SEALED[0];
    assert_eq!(payloads.name(), "deliveries.payload");
    let done = payloads.reseal(&bench.db, &rotated, |done| reports.push(done.count)).await.unwrap();
    assert_eq!((done.count, done.unreadable), (249, vec!["m-007".to_owned()]));
    assert_eq!(reports, [199, 249]);
    assert_eq!(payloads.count_by_key(&bench.db).await.unwrap(), BTreeMap::from([(1, 1), (2, 249)]));
    let again = payloads.reseal(&bench.db, &rotated, |_| ()).await.unwrap();
    assert_eq!(again.count, 0);
    assert!(file.retire(1) && !file.retire(2));
    bench.sealer = sealer(&file, &bench);
    let claimed = claim(&bench, "l", 300).await;
    let unreadable = claimed.iter().filter(|claimed| !claimed.readable).count();
    assert_eq!((claimed.len(), unreadable), (250, 1));
}

/// Ready means that a referral can be saved, not that the database answers.
pub async fn is_not_ready_while_the_database_cannot_be_written(engine: Engine) {
    let bench = bench(engine).await;
    let ready = async || bench.db.check_ready(&bench.sealer, bench.clock()).await;
    ready().await.unwrap();
    let other = Db::open(&bench.settings, false).await.unwrap();
    store::make_read_only(&other).await.unwrap();
    // A connection that was ended is replaced at its next use.
    assert_eq!(ready().await, Err(Unready::NotWritable));
    store::make_writable(&other).await.unwrap();
    if engine == Engine::Postgres {
        let (stop, db) = (CancellationToken::new(), bench.db.clone());
        let (sealer, clock) = (bench.sealer.clone(), Arc::clone(&bench.clock));
        let stopped = stop.clone();
        let watch = tokio::task::spawn_local(async move { db.watch(&sealer, &*clock, stopped).await });
        for _ in 0..1200 {
            if ready().await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        stop.cancel();
        watch.await.unwrap();
    }
    ready().await.unwrap();
}

/// A database from before keys were recorded is checked by its values, so that the first start cannot record a wrong file.
pub async fn refuses_a_wrong_keys_file_for_a_database_without_records(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    put(&bench, "m-2", true, b"x").await;
    store::damage_payload(&bench.db, "m-1").await.unwrap();
    let kept = std::fs::read(&bench.keys).unwrap();
    std::fs::remove_file(&bench.keys).unwrap();
    KeysFile::write_new(&bench.keys).unwrap();
    let wrong = Sealer::new(&Keys::from_file(&bench.keys).unwrap());
    let refused = bench.db.check_keys(&wrong, bench.clock(), SEALED).await;
    assert!(matches!(refused, Err(Error::KeyMismatch { id: 1 })));
    std::fs::write(&bench.keys, kept).unwrap();
    bench.db.check_keys(&bench.sealer, bench.clock(), SEALED).await.unwrap();
    assert_eq!(bench.db.find_key_use(1).await.unwrap(), Some(bench.clock().now_ms()));
    assert_eq!(bench.db.find_key_use(2).await.unwrap(), None);
}

/// A server that hangs or a table that is locked ends a wait by an error, on every connection: those of pages and those that write.
pub async fn limits_the_wait_for_a_statement_and_a_lock(engine: Engine) {
    let bench = bench(engine).await;
    for (name, limit) in
        [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "30s")]
    {
        let found = store::server_setting(&bench.db, name).await.unwrap();
        assert_eq!(found.as_deref(), (engine == Engine::Postgres).then_some(limit), "{name}");
    }
}
