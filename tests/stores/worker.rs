//! The worker with channels and messages that fail it: a try always ends, and what it says is never more than is known.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use passerelle::audit::Audit;
use passerelle::config::Keys;
use passerelle::db::Sealer;
use passerelle::delivery::{Channels, DeliveryChannel, Envelope, Outcome, Worker, WorkerSettings, store};
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
    let audit = Audit::new(bench.clock.clone(), Vec::new());
    let settings = WorkerSettings {
        attempts: 5,
        retry: Duration::from_secs(1),
        poll: Duration::from_secs(1),
        attempt_timeout: Duration::from_millis(50),
    };
    Worker::new(bench.db.clone(), bench.clock.clone(), sealer, audit, channels, Vec::new(), settings)
}

/// How the deliveries stand: one that recognises duplicates, and one that does not.
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

fn stand(statuses: [&str; 2], outcome: &str) -> [(String, String); 2] {
    statuses.map(|status| (status.to_owned(), outcome.to_owned()))
}

/// R05, R06: what it did before it failed nobody knows: again only where a second message is recognised.
pub async fn a_channel_that_panics_has_perhaps_delivered(engine: Engine) {
    let bench = bench(engine).await;
    let stands = after_one_round(&bench, bench.sealer.clone(), Behaviour::Panics).await;
    assert_eq!(stands, stand(["pending", "unconfirmed"], "unknown"));
}

/// R05, R06: it may have delivered.
pub async fn a_channel_that_hangs_has_perhaps_delivered(engine: Engine) {
    let bench = bench(engine).await;
    let stands = after_one_round(&bench, bench.sealer.clone(), Behaviour::Hangs).await;
    assert_eq!(stands, stand(["pending", "unconfirmed"], "unknown"));
}

/// A node whose key file is behind: nothing is sent and nothing is given up.
pub async fn a_message_this_node_cannot_open_waits_for_another(engine: Engine) {
    let (bench, folder) = (bench(engine).await, Scratch::new());
    let keys = folder.path().join("keys.toml");
    Keys::write_new(&keys).unwrap();
    let strange = settings("sqlite://x", &keys);
    let stands = after_one_round(&bench, Sealer::new(&strange.keys), Behaviour::Delivers).await;
    assert_eq!(stands, stand(["pending", "pending"], "retry-later"));
    bench.clock.advance(jiff::SignedDuration::from_mins(1));
    let own = worker(&bench, bench.sealer.clone(), Behaviour::Delivers);
    assert_eq!(own.run_once().await.unwrap(), 2);
    assert_eq!(store::count_pending(&bench.db).await.unwrap(), 0);
}
