//! Tests of the worker with failing channels and messages: an attempt always ends, and its status never claims more
//! than is known.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use passerelle::config::Keys;
use passerelle::db::Sealer;
use passerelle::delivery::{Channels, DeliveryChannel, Envelope, Outcome, Worker, WorkerSettings, store};
use passerelle::ground::Ground;
use passerelle::testing::{Engine, Scratch};

use crate::bench::{Bench, bench, settings};
use crate::outbox::put;

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
    let settings = WorkerSettings {
        attempts: 5,
        retry: Duration::from_secs(1),
        poll: Duration::from_secs(1),
        attempt_timeout: Duration::from_millis(50),
    };
    Worker::new(Ground { sealer, ..bench.ground() }, channels, Vec::new(), settings)
}

/// Statuses of two deliveries after one round: with and without duplicate recognition.
async fn after_one_round(bench: &Bench, sealer: Sealer, behaviour: Behaviour) -> [(String, String); 2] {
    put(bench, "twice", true, b"x").await;
    put(bench, "once", false, b"x").await;
    assert_eq!(worker(bench, sealer, behaviour).run_once().await.unwrap(), 2);
    let rows = store::find_about(&bench.db, "referral", "r-1").await.unwrap();
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
    Keys::write_new(&keys).unwrap();
    let strange = settings("sqlite://x", &keys);
    let found = after_one_round(&bench, Sealer::new(&strange.keys), Behaviour::Delivers).await;
    assert_eq!(found, rows(["pending", "pending"], "retry-later"));
    bench.clock.advance(jiff::SignedDuration::from_mins(1));
    let own = worker(&bench, bench.sealer.clone(), Behaviour::Delivers);
    assert_eq!(own.run_once().await.unwrap(), 2);
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 0);
}
