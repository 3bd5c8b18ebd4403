//! Periodic work of an app: refreshing registrations and forms, revoking tokens, deleting old rows, delivering.

use std::time::Duration;

use tokio::task::{JoinHandle, spawn_local};
use tokio_util::sync::CancellationToken;

use super::{App, errors::StartError, sending::watch_outbox};
use crate::{attachments, db, delivery::restored_store, ground::Ground, referral};

/// Interval of refreshing registrations and of looking for expired sign-ins.
const REFRESH_INTERVAL: Duration = Duration::from_secs(10);
/// Interval at which a node records that it uses the database, and which key seals.
const USE_INTERVAL: Duration = Duration::from_mins(1);
const CLEANUP_INTERVAL: Duration = Duration::from_hours(1);

/// Periodic work beside an actix app of a vendor's own. Ends when dropped.
pub struct Background(CancellationToken);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl App {
    /// Starts the periodic work of the launch: refreshing registrations and forms, revoking tokens, deleting old rows. Call it on
    /// the thread whose actix system runs the app, and keep the result.
    #[must_use]
    pub fn background(&self) -> Background {
        let stop = CancellationToken::new();
        drop(self.spawn_background(&stop));
        Background(stop)
    }

    /// Delivers until `stop`, without serving requests.
    ///
    /// # Errors
    /// [`StartError::Db`] if the database fails at the start.
    pub async fn work(&self, stop: CancellationToken) -> Result<(), StartError> {
        self.worker.hold_if_restored().await?;
        // The channel that writes to an EHR needs its current registration.
        let refreshing = spawn_local(self.clone().refresh_periodically(stop.clone()));
        let watching = spawn_local(self.clone().watch_database(stop.clone()));
        let recording = spawn_local(self.clone().record_use_periodically(stop.clone()));
        self.worker.clone().run(stop).await;
        // A panic of a task is in the log already.
        let _ = tokio::join!(refreshing, watching, recording);
        Ok(())
    }

    /// Starts the periodic work of a node; on SQLite, also the worker.
    pub(super) fn spawn_background(&self, stop: &CancellationToken) -> Vec<JoinHandle<()>> {
        let mut tasks = vec![
            spawn_local(self.clone().watch_database(stop.clone())),
            spawn_local(self.clone().record_use_periodically(stop.clone())),
            spawn_local(self.clone().refresh_periodically(stop.clone())),
            spawn_local(self.clone().clean_up_periodically(stop.clone())),
            spawn_local(self.clone().record_not_back(stop.clone())),
            spawn_local(self.clone().revoke_tokens(stop.clone())),
            spawn_local(self.clone().watch_outbox(stop.clone())),
            spawn_local(self.clone().watch_attachments(stop.clone())),
        ];
        if self.ground.db.is_sqlite() {
            tasks.push(spawn_local(self.worker.clone().run(stop.clone())));
        }
        tasks
    }

    async fn watch_database(self, stop: CancellationToken) {
        let Ground { db, clock, sealer, .. } = &self.ground;
        db.watch(sealer, &**clock, stop).await;
    }

    /// Records every minute that the database is in use, and which key seals, so that it is not removed while it does.
    async fn record_use_periodically(self, stop: CancellationToken) {
        let Ground { db, clock, sealer, .. } = &self.ground;
        loop {
            let recorded = async {
                // A restored database keeps the time of its backup until it is recognised.
                self.hold_if_restored().await?;
                db.note_use(&**clock).await?;
                db.record_key(sealer, &**clock).await
            };
            if let Err(error) = recorded.await {
                tracing::error!(cause = %error, "the use of the database could not be recorded");
            }
            if stopped_within(&stop, USE_INTERVAL).await {
                return;
            }
        }
    }

    /// Holds all sending if the database was restored from a backup, as far as a node that serves can tell.
    pub(super) async fn hold_if_restored(&self) -> db::Result<()> {
        match self.ground.db.is_sqlite() {
            true => self.worker.hold_if_restored().await,
            false => self.worker.hold_if_copied().await,
        }
    }

    async fn refresh_periodically(self, stop: CancellationToken) {
        while !stopped_within(&stop, REFRESH_INTERVAL).await {
            if let Err(error) = self.refresh_registrations().await {
                tracing::error!(cause = %error, "the EHR registrations and forms could not be refreshed");
            }
        }
    }

    async fn record_not_back(self, stop: CancellationToken) {
        while !stopped_within(&stop, REFRESH_INTERVAL).await {
            if let Err(error) = self.launch.record_not_back().await {
                tracing::error!(cause = %error, "launches that are not back could not be recorded");
            }
        }
    }

    /// Ends expired sign-ins and revokes the tokens of ended contexts, at once or at the next interval.
    async fn revoke_tokens(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.launch.ended_within(REFRESH_INTERVAL) => {}
            }
            if let Err(error) = self.launch.end_expired().await {
                tracing::error!(cause = %error, "expired sign-ins could not be ended");
            }
            if let Err(error) = self.launch.revoke_ended().await {
                tracing::error!(cause = %error, "tokens could not be revoked");
            }
        }
    }

    /// Asks the store of attachments whether it can be used, so that a failure is known before a person adds a file.
    async fn watch_attachments(self, stop: CancellationToken) {
        loop {
            let attachments = self.referrals.attachments();
            attachments.check_store().await;
            self.metrics.note_attachments(!attachments.store_fails());
            if stopped_within(&stop, USE_INTERVAL).await {
                return;
            }
        }
    }

    /// Shows referrals whose message was not attempted in time to their senders. Returns their number.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn note_overdue(&self) -> Result<usize, referral::Error> {
        self.referrals.note_overdue().await
    }

    /// Sets the metrics of the outbox. Returns the age of the oldest pending delivery, in seconds.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn count_outbox(&self) -> db::Result<i64> {
        watch_outbox(&self.ground, &self.metrics).await
    }

    /// Keeps the metrics of the outbox current, shows what waits too long, and warns each hour while a delivery has been
    /// pending for an hour.
    async fn watch_outbox(self, stop: CancellationToken) {
        let mut warned_at = 0;
        loop {
            match self.count_outbox().await {
                Ok(oldest_seconds) => {
                    let now = self.ground.clock.now_ms();
                    if oldest_seconds > 3600 && now - warned_at > 3_600_000 {
                        warned_at = now;
                        tracing::warn!(oldest_seconds, "deliveries are pending for more than an hour");
                    }
                }
                Err(error) => tracing::error!(cause = %error, "the outbox could not be read"),
            }
            if let Err(error) = self.note_overdue().await {
                tracing::error!(cause = %error, "referrals that wait in the outbox could not be noted");
            }
            if stopped_within(&stop, REFRESH_INTERVAL).await {
                return;
            }
        }
    }

    /// Deletes attached files without a row, unless all sending is held: then an older database was restored, and a newer one may
    /// follow. Returns their number.
    ///
    /// # Errors
    /// The error of the database or of the store of files.
    pub async fn sweep_attachments(&self) -> Result<u64, attachments::Error> {
        let state = restored_store::find_sending_state(&self.ground.db).await?;
        match state.held_at {
            Some(_) => Ok(0),
            None => self.referrals.attachments().sweep().await,
        }
    }

    async fn clean_up_periodically(self, stop: CancellationToken) {
        if let Err(error) = self.referrals.queue_earlier_hand_overs().await {
            tracing::error!(cause = %error, "referrals that an earlier version handed over could not be queued");
        }
        while !stopped_within(&stop, CLEANUP_INTERVAL).await {
            if let Err(error) = self.launch.forget_old().await {
                tracing::error!(cause = %error, "old rows of launches could not be deleted");
            }
            if let Err(error) = self.referrals.forget_untouched().await {
                tracing::error!(cause = %error, "untouched drafts could not be deleted");
            }
            if let Err(error) = self.sweep_attachments().await {
                tracing::error!(cause = &error as &dyn std::error::Error, "attachments could not be swept");
            }
            // A removal that is dropped rolls its batch back.
            tokio::select! {
                () = stop.cancelled() => {}
                done = self.admin.retention.run_due() => if let Err(error) = done {
                    tracing::error!(cause = %error, "the retention could not be applied");
                },
            }
        }
    }
}

/// Waits for `stop`, at most for `wait`. Returns whether it was cancelled.
async fn stopped_within(stop: &CancellationToken, wait: Duration) -> bool {
    tokio::time::timeout(wait, stop.cancelled()).await.is_ok()
}
