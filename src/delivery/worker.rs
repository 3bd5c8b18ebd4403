//! Worker that attempts due deliveries.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::{
    advice::Advice,
    channel::Channels,
    observer::{SettleObserver, Settlement},
    outbox::Outbox,
    outcome::{Outcome, Reason, Settled},
    reason_kind::ReasonKind,
    restored::{self, SentMark},
    restored_store,
    schedule::WorkerSettings,
    store::{self, Attempted, ClaimLimits, Claimed},
};
use crate::{db::Result, ground::Ground, random};

/// Time for which a claimed delivery belongs to one worker.
const LEASE: Duration = Duration::from_mins(2);
/// Attempts to store an outcome. Each waits a second longer than the one before.
const STORE_ATTEMPTS: u64 = 5;

type Running<'a> = FuturesUnordered<BoxFuture<'a, ()>>;

/// Worker that claims due deliveries and passes them to their channels.
///
/// Attempts run independently and not in batches, so that a destination that hangs does not hold up the others.
#[derive(Clone)]
pub struct Worker {
    outbox: Outbox,
    channels: Channels,
    settings: WorkerSettings,
    mark: Option<SentMark>,
    /// Set once the database was found not to be restored, or was held.
    checked: Arc<OnceCell<()>>,
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
        let outbox = Outbox::new(ground, observers);
        Self { outbox, channels, settings, mark: None, checked: Arc::default() }
    }

    /// Keeps a mark beside the database of what was sent, by which a restored database is recognised.
    #[must_use]
    pub fn marking(self, mark: Option<SentMark>) -> Self {
        Self { mark, ..self }
    }

    /// Returns the outbox that the worker empties.
    #[must_use]
    pub fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Holds all sending if the database was restored from a backup. Runs once, before the first claim; earlier, if a caller
    /// wants to know that it can.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn hold_if_restored(&self) -> Result<()> {
        let check = async || restored::check(&self.outbox, self.mark.as_ref()).await.map(drop);
        self.checked.get_or_try_init(check).await?;
        Ok(())
    }

    /// Holds all sending if the database shows by itself that it was restored from a backup, for a node that does not deliver
    /// and so has no mark.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn hold_if_copied(&self) -> Result<()> {
        restored::check(&self.outbox, None).await.map(drop)
    }

    /// Holds all sending for a database that was restored just now, whatever it shows by itself.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn hold_as_restored(&self) -> Result<()> {
        restored::declare(&self.outbox, self.mark.as_ref()).await
    }

    fn ground(&self) -> &Ground {
        &self.outbox.ground
    }

    /// Processes the outbox at every interval until `stop` is cancelled. Attempts in progress are finished first.
    pub async fn run(self, stop: CancellationToken) {
        let mut running = Running::new();
        loop {
            // After an attempt ends there is room for another one.
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(()) = running.next(), if !running.is_empty() => {}
                () = tokio::time::sleep(self.settings.poll) => {}
            }
            if let Err(error) = self.start_due(&mut running).await {
                tracing::error!(cause = %error, "the delivery worker could not process the outbox");
            }
        }
        while running.next().await.is_some() {}
    }

    /// Attempts due deliveries concurrently, as many as one worker may, and returns their number.
    ///
    /// # Errors
    /// The error of the database. Claimed deliveries are claimed again after their lease ends.
    pub async fn run_once(&self) -> Result<usize> {
        let mut running = Running::new();
        let started = self.start_due(&mut running).await?;
        while running.next().await.is_some() {}
        Ok(started)
    }

    /// Starts attempts of due deliveries while there is room, and returns their number.
    async fn start_due<'a>(&'a self, running: &mut Running<'a>) -> Result<usize> {
        self.hold_if_restored().await?;
        let room = i64::from(self.settings.concurrent) - i64::try_from(running.len()).unwrap_or(i64::MAX);
        let clock = &*self.ground().clock;
        if room <= 0 || !store::is_due(&self.ground().db, clock).await? {
            return Ok(0);
        }
        self.end_leases().await?;
        let lease = random::id();
        let until = clock.now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX);
        let limits = ClaimLimits { total: room, per_destination: i64::from(self.settings.per_destination) };
        let mut tx = self.ground().db.begin_write().await?;
        let sealer = &self.ground().sealer;
        let claimed = store::claim_due(&mut tx, clock, sealer, &lease, until, limits).await?;
        if claimed.is_empty() {
            tx.commit().await?;
            return Ok(0);
        }
        let (counted, mark) = (restored_store::count_claim(&mut tx).await?, self.mark.as_ref());
        if restored::shows_restoration(counted, mark) {
            drop(tx);
            restored::check(&self.outbox, mark).await?;
            return Ok(0);
        }
        tx.commit().await?;
        restored::note_claim(counted, mark).await;
        let started = claimed.len();
        running.extend(claimed.into_iter().map(|claimed| self.attempt(claimed).boxed()));
        Ok(started)
    }

    async fn end_leases(&self) -> Result<()> {
        let mut tx = self.ground().db.begin_write().await?;
        for (id, subject) in store::end_leases(&mut tx, &*self.ground().clock).await? {
            let settlement = Settlement {
                settled: Settled::Unconfirmed,
                reason: Some("interrupted"),
                ..Settlement::default()
            };
            self.outbox.record(&mut tx, &id, &subject, settlement).await?;
        }
        tx.commit().await
    }

    async fn attempt(&self, claimed: Claimed) {
        tracing::trace!(target: "walk", "attempt the delivery");
        let outcome = self.deliver(&claimed).await;
        for attempt in 1..=STORE_ATTEMPTS {
            match self.store(&claimed, &outcome).await {
                Ok(()) => break,
                // An outcome that is not stored is an attempt that may have arrived.
                Err(error) => {
                    let delivery = &claimed.envelope.id;
                    tracing::error!(delivery, cause = %error, "the outcome of a delivery could not be stored");
                }
            }
            if attempt < STORE_ATTEMPTS {
                tokio::time::sleep(Duration::from_secs(attempt)).await;
            }
        }
        self.outbox.observers().iter().for_each(|observer| observer.counted(outcome.as_str()));
    }

    /// Stores the outcome of an attempt together with its audit event and what the observers write.
    async fn store(&self, claimed: &Claimed, outcome: &Outcome) -> Result<()> {
        let Ground { db, clock, sealer, .. } = self.ground();
        let now = clock.now_ms();
        let settled = claimed.history.judge(outcome, now, &self.settings);
        let [jitter] = random::bytes::<1>();
        let delay = claimed.history.delay(outcome, now, &self.settings, jitter);
        let due_at = now + i64::try_from(delay.as_millis()).unwrap_or(0);
        let mut tx = db.begin_write().await?;
        let attempted = Attempted { outcome, settled, due_at };
        let delivery = &claimed.envelope.id;
        if !store::settle(&mut tx, &**clock, sealer, claimed, attempted).await? {
            tracing::warn!(delivery, "the lease was lost; the late outcome is not stored");
            return Ok(());
        }
        let settlement = Settlement {
            settled,
            reason: outcome.reason(),
            attempts: claimed.history.attempt,
            is_our_fault: matches!(outcome, Outcome::OurFault(_)),
            is_confirmed: !matches!(outcome, Outcome::Placed),
            next_in: delay,
        };
        self.outbox.record(&mut tx, delivery, &claimed.subject, settlement).await?;
        tx.commit().await?;
        log_attempt(claimed, outcome, settled, now);
        Ok(())
    }

    /// Calls the channel with a timeout. If it panics or times out, the message may have arrived.
    async fn deliver(&self, claimed: &Claimed) -> Outcome {
        if !claimed.readable {
            // Another node may have its key.
            let reason = Reason::from(ReasonKind::Undecryptable);
            return Outcome::OurFault(reason.advising(Advice::KeysFile));
        }
        let Some(channel) = self.channels.find(&claimed.channel) else {
            let reason = Reason::from(ReasonKind::NoChannel);
            return Outcome::OurFault(reason.advising(Advice::Channel));
        };
        let attempt = AssertUnwindSafe(channel.deliver(&claimed.envelope)).catch_unwind();
        match tokio::time::timeout(self.settings.attempt_timeout.min(LEASE), attempt).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Outcome::Unknown(ReasonKind::ChannelPanicked.into()),
            Err(_) => Outcome::Unknown(ReasonKind::ChannelTimedOut.into()),
        }
    }
}

/// Logs an attempt: at `warn` from the second failure, with the time since the first attempt.
fn log_attempt(claimed: &Claimed, outcome: &Outcome, settled: Settled, now: i64) {
    let (delivery, attempt) = (&claimed.envelope.id, claimed.history.attempt);
    let (outcome, reason) = (outcome.as_str(), outcome.reason());
    if settled == Settled::Delivered || (settled == Settled::Pending && attempt < 2) {
        tracing::info!(delivery, attempt, outcome, reason, "delivery attempted");
    } else {
        let trying_for_seconds = claimed.history.tried_since.map_or(0, |since| (now - since) / 1000);
        let status = settled.as_str();
        tracing::warn!(delivery, attempt, outcome, reason, status, trying_for_seconds, "delivery failed");
    }
}
