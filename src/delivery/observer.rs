//! Observers of outcomes, the extension point for the sender of a message.

use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{outcome::Settled, store::DeliverySubject};
use crate::db::{Result, Tx};

/// Change of a delivery.
#[derive(Clone, Copy, Debug)]
pub struct Settlement<'a> {
    /// Status after the change.
    pub settled: Settled,
    /// Class of the reason.
    pub reason: Option<&'a str>,
    /// Attempts so far; 0 if no attempt caused the change.
    pub attempts: u32,
    /// Whether a fault of this installation prevented the attempt.
    pub is_our_fault: bool,
    /// Whether the destination confirmed a delivered message; otherwise it lies where the destination fetches it.
    pub is_confirmed: bool,
    /// Time until the next attempt, if one follows.
    pub next_in: Duration,
}

impl Default for Settlement<'_> {
    fn default() -> Self {
        Self {
            settled: Settled::Pending,
            reason: None,
            attempts: 0,
            is_our_fault: false,
            is_confirmed: true,
            next_in: Duration::ZERO,
        }
    }
}

/// Observer of outcomes, called in the transaction that stores them.
pub trait SettleObserver: Send + Sync + 'static {
    /// Whether this observer handles messages about this kind of subject.
    fn observes(&self, kind: &str) -> bool;

    /// Handles the status after every attempt. An error rolls the outcome back, so it must be one of the database.
    fn settled<'a>(
        &'a self,
        tx: &'a mut Tx,
        subject: &'a DeliverySubject,
        settlement: Settlement<'a>,
    ) -> BoxFuture<'a, Result<()>>;

    /// Counts an outcome, a fixed word, for the metrics. Called after the transaction.
    fn counted(&self, _outcome: &'static str) {}
}
