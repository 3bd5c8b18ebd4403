use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use tokio_util::sync::CancellationToken;

use super::{
    channel::Channels,
    outcome::{Outcome, Settled},
    store::{self, Claimed, DeliverySubject},
};
use crate::{
    audit::{Audit, Event, EventKind},
    clock::SharedClock,
    db::{Db, Result, Sealer, Tx},
    random,
};

/// Deliveries one worker claims and attempts at a time.
const MAX_CONCURRENT_DELIVERIES: i64 = 8;
/// Time for which a claimed delivery belongs to one worker.
const LEASE: Duration = Duration::from_mins(2);
/// Longest delay between two attempts, unless the destination asked for a longer one.
const MAX_RETRY_DELAY: Duration = Duration::from_hours(1);

/// Hears how deliveries end, in the transaction that writes it down.
pub trait SettleObserver: Send + Sync + 'static {
    /// Whether messages about this kind of subject are this observer's.
    fn observes(&self, kind: &str) -> bool;

    /// Called after every try.
    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a DeliverySubject,
        settled: Settled,
        reason: Option<&'a str>,
    ) -> BoxFuture<'a, Result<()>>;

    /// Told after the transaction, with a fixed word, for the metrics.
    fn counted(&self, _outcome: &'static str) {}
}

/// How often and how long to try.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Tries before a person has to look.
    pub attempts: u32,
    /// Wait before the first retry; doubles each time, up to an hour.
    pub retry: Duration,
    /// Wait between two looks.
    pub poll: Duration,
    /// How long one try may take; two minutes at most, after which another worker may try.
    pub attempt_timeout: Duration,
}

/// Takes due deliveries and hands them to their channels.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    audit: Audit,
    channels: Channels,
    observers: Arc<Vec<Arc<dyn SettleObserver>>>,
    settings: WorkerSettings,
}

impl Worker {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        db: Db,
        clock: SharedClock,
        sealer: Sealer,
        audit: Audit,
        channels: Channels,
        observers: Vec<Arc<dyn SettleObserver>>,
        settings: WorkerSettings,
    ) -> Self {
        Self { db, clock, sealer, audit, channels, observers: Arc::new(observers), settings }
    }

    /// Works until told to stop; a try that has begun is finished.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.run_once().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(cause = %error, "the delivery worker could not look for work"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.settings.poll) => {}
            }
        }
    }

    /// Tries everything that is due now, at most eight at once, and says how many tries were made.
    ///
    /// # Errors
    /// When the database fails; what was claimed comes back when its lease ends.
    pub async fn run_once(&self) -> Result<usize> {
        if !store::is_due(&self.db, &*self.clock).await? {
            return Ok(0);
        }
        self.end_leases().await?;
        let lease = random::id();
        let until = self.clock.now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let mut tx = self.db.begin_write().await?;
        let claimed =
            store::claim_due(&mut tx, &*self.clock, &self.sealer, &lease, until, MAX_CONCURRENT_DELIVERIES)
                .await?;
        tx.commit().await?;
        let tried = claimed.len();
        let results = join_all(claimed.into_iter().map(|claimed| self.try_one(claimed))).await;
        results.into_iter().collect::<Result<Vec<()>>>()?;
        Ok(tried)
    }

    async fn end_leases(&self) -> Result<()> {
        let mut tx = self.db.begin_write().await?;
        for (id, subject) in store::end_leases(&mut tx, &*self.clock).await? {
            self.tell(&mut tx, &id, &subject, Settled::Unconfirmed, Some("interrupted")).await?;
        }
        tx.commit().await
    }

    async fn try_one(&self, claimed: Claimed) -> Result<()> {
        let outcome = self.hand_over(&claimed).await;
        let settled = self.judge(&claimed, &outcome);
        let due_at =
            self.clock.now_ms() + i64::try_from(self.wait(&claimed, &outcome).as_millis()).unwrap_or(0);
        let mut tx = self.db.begin_write().await?;
        if !store::settle(&mut tx, &*self.clock, &claimed, &outcome, settled, due_at).await? {
            tracing::warn!(
                delivery = claimed.envelope.id,
                "the lease was lost; the late result is not written"
            );
            return Ok(());
        }
        self.tell(&mut tx, &claimed.envelope.id, &claimed.subject, settled, outcome.reason()).await?;
        tx.commit().await?;
        tracing::info!(
            delivery = claimed.envelope.id,
            attempt = claimed.envelope.attempt,
            outcome = outcome.as_str(),
            reason = outcome.reason(),
            "delivery tried"
        );
        self.observers.iter().for_each(|observer| observer.counted(outcome.as_str()));
        Ok(())
    }

    /// One try, which ends: a channel that panics or does not come back has perhaps delivered.
    async fn hand_over(&self, claimed: &Claimed) -> Outcome {
        if !claimed.readable {
            // Another node may hold its key.
            return Outcome::RetryLater("this node cannot open the stored message".to_owned(), None);
        }
        let Some(channel) = self.channels.find(&claimed.channel) else {
            return Outcome::RetryLater("this node has no such channel".to_owned(), None);
        };
        let tried = AssertUnwindSafe(channel.deliver(&claimed.envelope)).catch_unwind();
        match tokio::time::timeout(self.settings.attempt_timeout.min(LEASE), tried).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Unknown("the channel failed".to_owned()),
            Err(_) => Outcome::Unknown("the channel did not come back".to_owned()),
        }
    }

    fn judge(&self, claimed: &Claimed, outcome: &Outcome) -> Settled {
        let exhausted = claimed.envelope.attempt >= self.settings.attempts;
        match outcome {
            Outcome::Delivered => Settled::Delivered,
            Outcome::Refused(_) => Settled::NotDelivered,
            Outcome::Unknown(_) if !claimed.recognises_duplicates || exhausted => Settled::Unconfirmed,
            Outcome::RetryLater(..) if exhausted => Settled::NotDelivered,
            Outcome::RetryLater(..) | Outcome::Unknown(_) => Settled::Pending,
        }
    }

    /// The wait the destination asked for, or one that doubles, each a little apart from its neighbours.
    fn wait(&self, claimed: &Claimed, outcome: &Outcome) -> Duration {
        if let Outcome::RetryLater(_, Some(asked)) = outcome {
            return *asked;
        }
        let doublings = claimed.envelope.attempt.saturating_sub(1).min(16);
        let wait = self.settings.retry.saturating_mul(1 << doublings).min(MAX_RETRY_DELAY);
        let [jitter] = random::bytes::<1>();
        wait + wait.mul_f64(f64::from(jitter) / 1024.0)
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        id: &str,
        subject: &DeliverySubject,
        settled: Settled,
        reason: Option<&str>,
    ) -> Result<()> {
        if settled != Settled::Pending {
            let event = match settled {
                Settled::Delivered => Event::success(EventKind::DeliverySettled, id),
                _ => Event::failure(EventKind::DeliverySettled, id, settled.as_str()),
            };
            self.audit.record(tx, &event.on(format!("{}/{}", subject.kind, subject.id))).await?;
        }
        for observer in self.observers.iter().filter(|observer| observer.observes(&subject.kind)) {
            observer.settled(tx, subject, settled, reason).await?;
        }
        Ok(())
    }
}
