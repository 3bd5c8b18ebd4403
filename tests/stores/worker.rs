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
    control_store, restored_store, store,
};
use passerelle::ground::Ground;
use passerelle::testing::{Engine, Scratch, store as testing};

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

/// A node without the channel leaves the message for another: nothing is sent, and no attempt is used up.
pub async fn uses_no_attempt_without_the_channel(engine: Engine) {
    let bench = bench(engine).await;
    put(&bench, "m-1", true, b"x").await;
    let without =
        Worker::new(bench.ground(), Channels::default(), Vec::new(), limits(Duration::from_secs(1)));
    let row = async || control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
    for _ in 0..3 {
        assert_eq!(without.run_once().await.unwrap(), 1);
        let row = row().await;
        assert_eq!((row.status.as_str(), row.outcome.as_deref()), ("pending", Some("our-fault")));
        assert_eq!((row.attempts, row.tried_since, row.advice.as_deref()), (0, None, Some("channel")));
        bench.clock.advance(jiff::SignedDuration::from_mins(1));
    }
    let own = worker(&bench, bench.sealer.clone(), Behaviour::Delivers);
    assert_eq!(own.run_once().await.unwrap(), 1);
    assert_eq!((row().await.status.as_str(), row().await.attempts), ("delivered", 1));
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

/// On PostgreSQL a copied outbox is recognised without a mark, also by a worker that runs, and in a younger cluster.
pub async fn recognises_a_copied_outbox_without_a_mark(engine: Engine) {
    let bench = bench(engine).await;
    let held = async || control_store::find_hold(&bench.db).await.unwrap().is_some();
    put(&bench, "m-1", true, b"x").await;
    let running = scripted(&bench, vec![Outcome::Delivered, Outcome::Delivered]);
    assert_eq!(running.run_once().await.unwrap(), 1);
    for is_younger in [false, true] {
        bench.clock.advance(jiff::SignedDuration::from_secs(1));
        put(&bench, if is_younger { "m-3" } else { "m-2" }, true, b"x").await;
        testing::copy_outbox(&bench.db, is_younger).await.unwrap();
        let worker = if is_younger { scripted(&bench, vec![Outcome::Delivered]) } else { running.clone() };
        let attempted = worker.run_once().await.unwrap();
        // A copied file of SQLite looks like its original.
        let is_recognised = engine == Engine::Postgres;
        assert_eq!((attempted, held().await), (usize::from(!is_recognised), is_recognised), "{is_younger}");
        if is_recognised {
            assert_eq!(worker.outbox().release().await.unwrap().unwrap().sent_again.len(), 1);
            assert_eq!(worker.run_once().await.unwrap(), 1, "it is held once");
        }
    }
    let restorations = restored_store::find_restorations(&bench.db).await.unwrap().len();
    assert_eq!(restorations, if engine == Engine::Postgres { 2 } else { 0 });
}

/// Workers on several machines find the same restoration: sending is held once, and recorded once.
pub async fn holds_once_although_several_workers_find_a_restoration(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let mark = |name: &str| SentMark::new(&folder.path().join(name));
    put(&bench, "m-1", true, b"x").await;
    let sends = scripted(&bench, vec![Outcome::Delivered]).marking(Some(mark("one")));
    assert_eq!(sends.run_once().await.unwrap(), 1);
    for (name, claims) in [("one", "9"), ("two", "7")] {
        std::fs::write(folder.path().join(name), claims).unwrap();
    }
    put(&bench, "m-2", true, b"x").await;
    let [one, two] =
        ["one", "two"].map(|name| scripted(&bench, vec![Outcome::Delivered]).marking(Some(mark(name))));
    let (first, second) = tokio::join!(one.hold_if_restored(), two.hold_if_restored());
    first.unwrap();
    second.unwrap();
    assert_eq!(restored_store::find_restorations(&bench.db).await.unwrap().len(), 1);
    assert!(one.outbox().release().await.unwrap().is_some());
    assert_eq!(one.run_once().await.unwrap(), 1);
    let late = scripted(&bench, Vec::new()).marking(Some(mark("two")));
    late.hold_if_restored().await.unwrap();
    assert_eq!(
        control_store::find_hold(&bench.db).await.unwrap(),
        None,
        "a mark of before holds nothing again"
    );
}

/// After a restoration, a message that had failed before the backup may have been sent since.
pub async fn doubts_what_had_failed_before_the_backup(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    put(&bench, "m-1", true, b"x").await;
    let mark = SentMark::new(&folder.path().join("sent"));
    let refused = || Outcome::Refused("status 422".into());
    let worker = scripted(&bench, vec![refused()]).marking(Some(mark.clone()));
    assert_eq!(worker.run_once().await.unwrap(), 1);
    std::fs::write(folder.path().join("sent"), "7").unwrap();
    scripted(&bench, Vec::new()).marking(Some(mark)).hold_if_restored().await.unwrap();
    let row = control_store::find(&bench.db, "m-1").await.unwrap().unwrap();
    assert_eq!((row.status.as_str(), row.advice.as_deref()), ("unconfirmed", Some("restored")));
    assert!(row.may_have_arrived_at.is_some());
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
