//! Tests of the worker with failing channels and messages: an attempt always ends, and its status never claims more
//! than is known.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use passerelle::config::KeysFile;
use passerelle::db::Sealer;
use passerelle::delivery::{
    Channels, DeliveryChannel, Envelope, GiveUpAfter, Outcome, Reason, SentMark, Worker, WorkerSettings,
    control_store, store,
};
use passerelle::ground::Ground;
use passerelle::testing::{Engine, Scratch};

use crate::bench::{Bench, bench, settings};
use crate::outbox::{claim, put, put_to};

enum Behaviour {
    Panics,
    Hangs,
    Delivers,
}

struct Odd(Behaviour);

impl DeliveryChannel for Odd {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn deliver<'a>(&'a self, _: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            match self.0 {
                Behaviour::Panics => panic!("a fault of the channel"),
                Behaviour::Hangs => std::future::pending().await,
                Behaviour::Delivers => Outcome::Delivered,
            }
        })
    }
}

fn worker(bench: &Bench, sealer: Sealer, behaviour: Behaviour) -> Worker {
    let mut channels = Channels::default();
    channels.add(Arc::new(Odd(behaviour)));
    let settings = limits(Duration::from_millis(50));
    Worker::new(Ground { sealer, ..bench.ground() }, channels, Vec::new(), settings)
}

fn limits(attempt_timeout: Duration) -> WorkerSettings {
    let hours = Duration::from_hours;
    WorkerSettings {
        attempts: 0,
        give_up: GiveUpAfter { routine: hours(96), urgent: hours(24), emergent: hours(4) },
        retry: Duration::from_secs(1),
        poll: Duration::from_millis(20),
        attempt_timeout,
        concurrent: 8,
        per_destination: 2,
    }
}

/// Statuses of two deliveries after one round: with and without duplicate recognition.
async fn after_one_round(bench: &Bench, sealer: Sealer, behaviour: Behaviour) -> [(String, String); 2] {
    put(bench, "twice", true, b"x").await;
    put(bench, "once", false, b"x").await;
    assert_eq!(worker(bench, sealer, behaviour).run_once().await.unwrap(), 2);
    let rows = control_store::find_about(&bench.db, "referral", "r-1").await.unwrap();
    ["twice", "once"].map(|id| {
        let row = rows.iter().find(|row| row.id == id).unwrap();
        (row.status.clone(), row.outcome.clone().unwrap())
    })
}

fn rows(statuses: [&str; 2], outcome: &str) -> [(String, String); 2] {
    statuses.map(|status| (status.to_owned(), outcome.to_owned()))
}

/// R05, R06: whether a panicking channel delivered is unknown: retried only if the destination recognizes duplicates.
pub async fn treats_a_panicking_channel_as_possibly_delivered(engine: Engine) {
    let bench = bench(engine).await;
    let found = after_one_round(&bench, bench.sealer.clone(), Behaviour::Panics).await;
    assert_eq!(found, rows(["pending", "unconfirmed"], "unknown"));
}

/// R05, R06: a hanging channel may have delivered.
pub async fn treats_a_hanging_channel_as_possibly_delivered(engine: Engine) {
    let bench = bench(engine).await;
    let found = after_one_round(&bench, bench.sealer.clone(), Behaviour::Hangs).await;
    assert_eq!(found, rows(["pending", "unconfirmed"], "unknown"));
}

/// A node without the latest key: nothing is sent, and no attempt is used up.
pub async fn leaves_a_message_that_this_node_cannot_open_for_another(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let keys = folder.path().join("keys.toml");
    KeysFile::write_new(&keys).unwrap();
    let strange = settings("sqlite://x", &keys);
    let found = after_one_round(&bench, Sealer::new(&strange.keys), Behaviour::Delivers).await;
    assert_eq!(found, rows(["pending", "pending"], "our-fault"));
    let untried = control_store::find_about(&bench.db, "referral", "r-1").await.unwrap();
    assert!(untried.iter().all(|row| row.attempts == 0), "{untried:?}");
    bench.clock.advance(jiff::SignedDuration::from_mins(1));
    let own = worker(&bench, bench.sealer.clone(), Behaviour::Delivers);
    assert_eq!(own.run_once().await.unwrap(), 2);
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 0);
}

/// Channel that answers each attempt by a script, and hangs where the script ends.
struct Scripted(Mutex<Vec<Outcome>>);

impl DeliveryChannel for Scripted {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            if envelope.destination == "healthy" {
                return Outcome::Delivered;
            }
            let next = self.0.lock().unwrap().pop();
            match next {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        })
    }
}

fn scripted(bench: &Bench, mut script: Vec<Outcome>) -> Worker {
    script.reverse();
    let mut channels = Channels::default();
    channels.add(Arc::new(Scripted(Mutex::new(script))));
    Worker::new(bench.ground(), channels, Vec::new(), limits(Duration::from_secs(100)))
}

/// Plays the outcomes one after the other and returns the status that follows the last.
async fn status_after(bench: &Bench, recognises_duplicates: bool, script: Vec<Outcome>) -> String {
    let id = passerelle::random::id();
    put(bench, &id, recognises_duplicates, b"x").await;
    let count = script.len();
    let worker = scripted(bench, script);
    for _ in 0..count {
        assert_eq!(worker.run_once().await.unwrap(), 1);
        bench.clock.advance(jiff::SignedDuration::from_hours(50));
    }
    control_store::find(&bench.db, &id).await.unwrap().unwrap().status
}

/// R05: after an attempt that may have arrived, a delivery ends as delivered or unconfirmed.
pub async fn remembers_that_an_attempt_may_have_arrived(engine: Engine) {
    let bench = bench(engine).await;
    let unknown = || Outcome::Unknown("no complete response".into());
    let later = || Outcome::RetryLater("no connection".into(), None);
    let refused = || Outcome::Refused("status 401".into());
    let misdirected = || Outcome::Misdirected("status 404".into(), None);
    let has_it = || Outcome::AlreadyHas("duplicate".into());
    for (script, wanted) in [
        (vec![later(), later(), later()], "not-delivered"),
        (vec![unknown(), later(), later()], "unconfirmed"),
        (vec![unknown(), refused()], "unconfirmed"),
        (vec![unknown(), misdirected(), misdirected()], "unconfirmed"),
        (vec![unknown(), has_it()], "delivered"),
        (vec![has_it()], "unconfirmed"),
        (vec![Outcome::HandedOver("status 202".into())], "unconfirmed"),
        (vec![misdirected(), misdirected()], "not-delivered"),
        (vec![misdirected(), Outcome::Delivered], "delivered"),
    ] {
        let said = format!("{script:?}");
        assert_eq!(status_after(&bench, true, script).await, wanted, "{said}");
    }
}

/// A worker that was killed while it sent leaves a message that may have arrived.
pub async fn remembers_an_interrupted_attempt(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    claim(&bench, "killed", 8).await;
    bench.clock.advance(jiff::SignedDuration::from_mins(3));
    let worker = scripted(&bench, vec![Outcome::Refused("status 422".into())]);
    assert_eq!(worker.run_once().await.unwrap(), 1);
    let row = control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
    assert_eq!(row.status, "unconfirmed");
}

/// A message that kills its worker each time is not attempted for ever.
pub async fn ends_a_delivery_that_is_interrupted_again_and_again(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    for _ in 0..5 {
        assert_eq!(claim(&bench, "killed", 8).await.len(), 1);
        bench.clock.advance(jiff::SignedDuration::from_mins(3));
        let mut tx = bench.db.begin_write().await.unwrap();
        store::end_leases(&mut tx, bench.clock()).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert!(claim(&bench, "killed", 8).await.is_empty());
    let row = control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.reason.as_deref()), ("unconfirmed", Some("interrupted")));
}

/// R13: thirty messages to a destination that hangs, and one to a healthy one behind them.
pub async fn delivers_to_others_while_a_destination_hangs(engine: Engine) {
    let bench = bench(engine).await;
    for number in 0..30 {
        put_to(&bench, &format!("slow-{number}"), "hanging").await;
    }
    bench.clock.advance(jiff::SignedDuration::from_secs(1));
    put_to(&bench, "m-1", "healthy").await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = scripted(&bench, Vec::new()).run(stop.clone());
    let delivered = async {
        loop {
            let row = control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
            if row.status == "delivered" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let rows = control_store::list_open(&bench.db, 0).await.unwrap();
        assert_eq!(rows.iter().filter(|row| row.leased_until.is_some()).count(), 2, "two at one destination");
    };
    tokio::select! {
        () = running => panic!("the worker ended"),
        () = delivered => {}
        () = tokio::time::sleep(Duration::from_secs(20)) => panic!("the healthy destination waits"),
    }
}

/// A database restored from a backup sends nothing until an administrator releases it.
pub async fn holds_a_restored_database_until_it_is_released(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let mark = SentMark::new(&folder.path().join("sent"));
    let worker = |script| scripted(&bench, script).marking(Some(mark.clone()));
    put(&bench, "m-1", true, b"x").await;
    let first = worker(vec![Outcome::Delivered]);
    first.hold_if_restored().await.unwrap();
    assert_eq!(first.run_once().await.unwrap(), 1, "a new installation sends");
    worker(Vec::new()).hold_if_restored().await.unwrap();
    assert_eq!(control_store::find_hold(&bench.db).await.unwrap(), None, "a restart does not hold");

    // The backup was made before the claim that the mark counts.
    put(&bench, "twice", true, b"x").await;
    put(&bench, "once", false, b"x").await;
    std::fs::write(folder.path().join("sent"), "7").unwrap();
    let restored = worker(vec![Outcome::Delivered]);
    restored.hold_if_restored().await.unwrap();
    assert!(control_store::find_hold(&bench.db).await.unwrap().is_some());
    assert_eq!(restored.run_once().await.unwrap(), 0, "nothing is sent");
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 2);

    let released = restored.outbox().release().await.unwrap().unwrap();
    let ids = |rows: &[control_store::DeliveryRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        (ids(&released.sent_again), ids(&released.unconfirmed)),
        (vec!["twice".into()], vec!["once".into()])
    );
    assert_eq!(restored.run_once().await.unwrap(), 1, "the rest is sent");
    restored.hold_if_restored().await.unwrap();
    assert_eq!(control_store::find_hold(&bench.db).await.unwrap(), None, "it is held once");
    assert!(restored.outbox().release().await.unwrap().is_none());
}

/// A lost mark beside a database that has sent looks like a restored database.
pub async fn holds_a_database_that_has_sent_and_has_no_mark(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    put(&bench, "m-1", true, b"x").await;
    assert_eq!(scripted(&bench, vec![Outcome::Delivered]).run_once().await.unwrap(), 1);
    let moved = scripted(&bench, Vec::new()).marking(Some(SentMark::new(&folder.path().join("sent"))));
    moved.hold_if_restored().await.unwrap();
    assert!(control_store::find_hold(&bench.db).await.unwrap().is_some());
}

/// R04: after the cause is mended, the same message is sent again.
pub async fn sends_a_failed_delivery_again_with_the_same_id(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    let refused = Outcome::Refused(Reason::from("status 422").with_words("canary-words"));
    let worker = scripted(&bench, vec![refused, Outcome::Delivered]);
    assert_eq!(worker.run_once().await.unwrap(), 1);
    let row = control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
    assert_eq!(
        (row.status.as_str(), row.words(&bench.sealer).as_deref()),
        ("not-delivered", Some("canary-words"))
    );
    assert!(
        !String::from_utf8_lossy(row.words.as_deref().unwrap()).contains("canary"),
        "the words are sealed"
    );
    assert!(worker.outbox().retry("m-1").await.unwrap());
    assert_eq!(worker.run_once().await.unwrap(), 1);
    assert!(!worker.outbox().retry("m-1").await.unwrap(), "a delivered message is not sent again");
}
