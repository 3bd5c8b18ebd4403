//! The outbox as its administrators and senders see it: send again, hold, release.

use std::sync::Arc;

use super::{
    control_store::{self, DeliveryRow},
    observer::{SettleObserver, Settlement},
    outcome::Settled,
    restored_store::{self, RESTORED},
    store::DeliverySubject,
};
use crate::{
    audit::{Event, EventKind},
    db::{Result, Tx},
    ground::Ground,
};

/// Outbox with the observers of its deliveries. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    pub(super) ground: Ground,
    observers: Arc<Vec<Arc<dyn SettleObserver>>>,
}

/// Result of [`Outbox::release`].
#[derive(Clone, Debug, Default)]
pub struct Released {
    /// Deliveries that are sent from now on although they may have arrived already: their destinations recognise
    /// duplicates.
    pub sent_again: Vec<DeliveryRow>,
    /// Deliveries that ended as unconfirmed, because their destinations do not recognise duplicates.
    pub unconfirmed: Vec<DeliveryRow>,
    /// Number of pending deliveries.
    pub pending: usize,
}

impl Outbox {
    /// Returns the outbox of a database.
    #[must_use]
    pub fn new(ground: Ground, observers: Vec<Arc<dyn SettleObserver>>) -> Self {
        Self { ground, observers: Arc::new(observers) }
    }

    /// Returns the same outbox, whose audit events name this user and request.
    #[must_use]
    pub fn by(&self, user_id: &str, correlation_id: &str) -> Self {
        Self { ground: self.ground.by(user_id, correlation_id), ..self.clone() }
    }

    pub(super) fn observers(&self) -> &[Arc<dyn SettleObserver>] {
        &self.observers
    }

    /// Sends a delivery again, with the same id and the same bytes, as soon as a worker is free. Returns false if it is
    /// delivered, withdrawn or being attempted right now.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn retry(&self, id: &str) -> Result<bool> {
        let mut tx = self.ground.db.begin_write().await?;
        let clock = &*self.ground.clock;
        let Some(subject) = control_store::retry(&mut tx, clock, id).await? else { return Ok(false) };
        self.record(&mut tx, id, &subject, Settlement::default()).await?;
        let event = Event::success(EventKind::DeliveryRetried, id);
        self.ground.audit.record(&mut tx, &event.on(entity(&subject))).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Holds all sending, on every node. Returns false if it was held already.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn hold(&self, reason: &str) -> Result<bool> {
        let mut tx = self.ground.db.begin_write().await?;
        let held = self.hold_in(&mut tx, reason).await?;
        tx.commit().await?;
        Ok(held)
    }

    async fn hold_in(&self, tx: &mut Tx, reason: &str) -> Result<bool> {
        let held = control_store::hold(tx, &*self.ground.clock, reason).await?;
        if held {
            let event = Event::success(EventKind::DeliveriesHeld, "deliveries").detail(reason);
            self.ground.audit.record(tx, &event).await?;
        }
        Ok(held)
    }

    /// Holds all sending because the database was restored from a backup: messages that it does not count as delivered may
    /// have been sent since.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn hold_restored(&self, tx: &mut Tx) -> Result<()> {
        let clock = &*self.ground.clock;
        self.hold_in(tx, RESTORED).await?;
        restored_store::insert_restoration(tx, clock).await?;
        let event = Event::success(EventKind::DatabaseRestored, "deliveries");
        self.ground.audit.record(tx, &event).await?;
        for (id, subject) in restored_store::doubt(tx, clock).await? {
            let settlement =
                Settlement { settled: Settled::Unconfirmed, reason: Some(RESTORED), ..Settlement::default() };
            self.record(tx, &id, &subject, settlement).await?;
        }
        tracing::error!(
            "sending is held: the database was restored from a backup, and messages may have been sent since; see \
             `passerelle deliveries list`, then run `passerelle deliveries release`"
        );
        Ok(())
    }

    /// Releases all sending. Pending deliveries that may have arrived at destinations that do not recognise duplicates
    /// become unconfirmed. Returns `None` if sending was not held.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn release(&self) -> Result<Option<Released>> {
        let mut tx = self.ground.db.begin_write().await?;
        let clock = &*self.ground.clock;
        if !control_store::release(&mut tx).await? {
            return Ok(None);
        }
        let pending = control_store::list_pending(&mut tx).await?;
        let mut released = Released { pending: pending.len(), ..Released::default() };
        for row in pending.into_iter().filter(|row| row.may_have_arrived_at.is_some()) {
            if row.recognises_duplicates != 0 {
                released.sent_again.push(row);
            } else if control_store::end_unconfirmed(&mut tx, clock, &row.id).await? {
                let settled = Settled::Unconfirmed;
                let settlement =
                    Settlement { settled, reason: Some("sending was held"), ..Settlement::default() };
                self.record(&mut tx, &row.id, &row.subject(), settlement).await?;
                released.pending -= 1;
                released.unconfirmed.push(row);
            }
        }
        let event = Event::success(EventKind::DeliveriesReleased, "deliveries");
        self.ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Some(released))
    }

    /// Records the end of a delivery in the audit trail and notifies the observers.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        id: &str,
        subject: &DeliverySubject,
        settlement: Settlement<'_>,
    ) -> Result<()> {
        let settled = settlement.settled;
        if settled != Settled::Pending {
            let event = match settled {
                Settled::Delivered => Event::success(EventKind::DeliverySettled, id),
                _ => Event::failure(EventKind::DeliverySettled, id, settled.as_str()),
            };
            self.ground.audit.record(tx, &event.on(entity(subject))).await?;
        }
        for observer in self.observers.iter().filter(|observer| observer.observes(&subject.kind)) {
            observer.settled(tx, subject, settlement).await?;
        }
        Ok(())
    }
}

fn entity(subject: &DeliverySubject) -> String {
    format!("{}/{}", subject.kind, subject.id)
}
