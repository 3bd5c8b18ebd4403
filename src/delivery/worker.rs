//! Worker that attempts due deliveries.

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
    audit::{Event, EventKind},
    db::{Result, Tx},
    ground::Ground,
    random,
};

/// Deliveries one worker claims and attempts at a time.
const MAX_CONCURRENT_DELIVERIES: i64 = 8;
/// Time for which a claimed delivery belongs to one worker.
const LEASE: Duration = Duration::from_mins(2);
/// Longest delay between two attempts, unless the destination asked for a longer one.
const MAX_RETRY_DELAY: Duration = Duration::from_hours(1);

/// Observer of outcomes, called in the transaction that stores them.
pub trait SettleObserver: Send + Sync + 'static {
    /// Whether this observer handles messages about this kind of subject.
    fn observes(&self, kind: &str) -> bool;

    /// Handles the status after every attempt.
    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a DeliverySubject,
        settled: Settled,
        reason: Option<&'a str>,
    ) -> BoxFuture<'a, Result<()>>;

    /// Counts an outcome, a fixed word, for the metrics. Called after the transaction.
    fn counted(&self, _outcome: &'static str) {}
}

/// Limits and intervals of attempts.
#[derive(Clone, Copy, Debug)]
pub struct WorkerSettings {
    /// Attempts before a person has to decide.
    pub attempts: u32,
    /// Delay before the first retry. Doubles each time, up to an hour.
    pub retry: Duration,
    /// Interval at which the outbox is polled.
    pub poll: Duration,
    /// Longest duration of an attempt, limited to two minutes: then another worker may claim the delivery.
    pub attempt_timeout: Duration,
}

/// Worker that claims due deliveries and passes them to their channels.
#[derive(Clone)]
pub struct Worker {
    ground: Ground,
    channels: Channels,
    observers: Arc<Vec<Arc<dyn SettleObserver>>>,
    settings: WorkerSettings,
}

impl Worker {
    /// Returns a worker; [`Worker::run`] starts it.
    #[must_use]
    pub fn new(
        ground: Ground,
        channels: Channels,
        observers: Vec<Arc<dyn SettleObserver>>,
        settings: WorkerSettings,
    ) -> Self {
        Self { ground, channels, observers: Arc::new(observers), settings }
    }

    /// Runs until `stop` is cancelled. Attempts in progress are finished first.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.run_once().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(cause = %error, "the delivery worker could not process the outbox");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.settings.poll) => {}
            }
        }
    }

    /// Attempts up to eight due deliveries concurrently and returns the number of attempts.
    ///
    /// # Errors
    /// The error of the database. Claimed deliveries are claimed again after their lease ends.
    pub async fn run_once(&self) -> Result<usize> {
        if !store::is_due(&self.ground.db, &*self.ground.clock).await? {
            return Ok(0);
        }
        self.end_leases().await?;
        let lease = random::id();
        let until = self.ground.clock.now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let mut tx = self.ground.db.begin_write().await?;
        let claimed = store::claim_due(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            &lease,
            until,
            MAX_CONCURRENT_DELIVERIES,
        )
        .await?;
        tx.commit().await?;
        let attempts = claimed.len();
        let results = join_all(claimed.into_iter().map(|claimed| self.attempt(claimed))).await;
        results.into_iter().collect::<Result<Vec<()>>>()?;
        Ok(attempts)
    }

    async fn end_leases(&self) -> Result<()> {
        let mut tx = self.ground.db.begin_write().await?;
        for (id, subject) in store::end_leases(&mut tx, &*self.ground.clock).await? {
            self.record_settled(&mut tx, &id, &subject, Settled::Unconfirmed, Some("interrupted")).await?;
        }
        tx.commit().await
    }

    async fn attempt(&self, claimed: Claimed) -> Result<()> {
        tracing::trace!(target: "walk", "attempt the delivery");
        let outcome = self.deliver(&claimed).await;
        let settled = self.judge(&claimed, &outcome);
        let due_at = self.ground.clock.now_ms()
            + i64::try_from(self.delay(&claimed, &outcome).as_millis()).unwrap_or(0);
        let mut tx = self.ground.db.begin_write().await?;
        if !store::settle(&mut tx, &*self.ground.clock, &claimed, &outcome, settled, due_at).await? {
            tracing::warn!(
                delivery = claimed.envelope.id,
                "the lease was lost; the late outcome is not stored"
            );
            return Ok(());
        }
        self.record_settled(&mut tx, &claimed.envelope.id, &claimed.subject, settled, outcome.reason())
            .await?;
        tx.commit().await?;
        tracing::info!(
            delivery = claimed.envelope.id,
            attempt = claimed.envelope.attempt,
            outcome = outcome.as_str(),
            reason = outcome.reason(),
            "delivery attempted"
        );
        self.observers.iter().for_each(|observer| observer.counted(outcome.as_str()));
        Ok(())
    }

    /// Calls the channel with a timeout. If it panics or times out, the message may have arrived.
    async fn deliver(&self, claimed: &Claimed) -> Outcome {
        if !claimed.readable {
            // Another node may have its key.
            return Outcome::RetryLater("this node cannot decrypt the stored message".to_owned(), None);
        }
        let Some(channel) = self.channels.find(&claimed.channel) else {
            return Outcome::RetryLater("this node does not have the channel".to_owned(), None);
        };
        let attempt = AssertUnwindSafe(channel.deliver(&claimed.envelope)).catch_unwind();
        match tokio::time::timeout(self.settings.attempt_timeout.min(LEASE), attempt).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Unknown("the channel panicked".to_owned()),
            Err(_) => Outcome::Unknown("the channel timed out".to_owned()),
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

    /// Returns the delay the destination asked for, or an exponential backoff with jitter.
    fn delay(&self, claimed: &Claimed, outcome: &Outcome) -> Duration {
        if let Outcome::RetryLater(_, Some(asked)) = outcome {
            return *asked;
        }
        let doublings = claimed.envelope.attempt.saturating_sub(1).min(16);
        let delay = self.settings.retry.saturating_mul(1 << doublings).min(MAX_RETRY_DELAY);
        let [jitter] = random::bytes::<1>();
        delay + delay.mul_f64(f64::from(jitter) / 1024.0)
    }

    /// Records the end of a delivery in the audit trail and notifies the observers.
    async fn record_settled(
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
            self.ground.audit.record(tx, &event.on(format!("{}/{}", subject.kind, subject.id))).await?;
        }
        for observer in self.observers.iter().filter(|observer| observer.observes(&subject.kind)) {
            observer.settled(tx, subject, settled, reason).await?;
        }
        Ok(())
    }
}
