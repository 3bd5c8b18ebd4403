//! Bounded queues of the requests to one peer.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::Error;

/// Queue that a request waits in. A full queue of one lane does not delay the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Metadata, tokens, the patient and the user of a launch.
    SignIn,
    /// Everything else: charts, documents, deliveries.
    Data,
}

/// Queues of one peer.
pub(super) struct Lanes {
    sign_in: Queue,
    data: Queue,
}

struct Queue {
    permits: Semaphore,
    queued: AtomicUsize,
}

/// Place of a waiting request, given back when it is dropped.
struct Place<'a>(&'a AtomicUsize);

impl Lanes {
    /// Concurrent requests of a launch.
    const SIGN_IN: usize = 32;
    /// Other concurrent requests. A slow peer, or one with large replies, delays its own users only.
    pub(super) const DATA: usize = 64;
    /// Requests that may wait in one lane.
    pub(super) const QUEUED: usize = 1024;

    pub(super) fn new() -> Self {
        let queue = |permits| Queue { permits: Semaphore::new(permits), queued: AtomicUsize::new(0) };
        Self { sign_in: queue(Self::SIGN_IN), data: queue(Self::DATA) }
    }

    /// Returns the number of waiting requests of [`Lane::Data`].
    #[cfg(test)]
    pub(super) fn queued_data(&self) -> usize {
        self.data.queued.load(Ordering::Acquire)
    }

    /// Waits for a permit to send a request, first come, first served.
    ///
    /// # Errors
    /// [`Error::AtCapacity`] if the queue is full or none becomes free within `wait`.
    pub(super) async fn permit(&self, lane: Lane, wait: Duration) -> Result<SemaphorePermit<'_>, Error> {
        let queue = match lane {
            Lane::SignIn => &self.sign_in,
            Lane::Data => &self.data,
        };
        if let Ok(permit) = queue.permits.try_acquire() {
            return Ok(permit);
        }
        let before = queue.queued.fetch_add(1, Ordering::AcqRel);
        let _place = Place(&queue.queued);
        if before >= Self::QUEUED {
            return Err(Error::AtCapacity);
        }
        let permit = tokio::time::timeout(wait, queue.permits.acquire()).await;
        permit.ok().and_then(Result::ok).ok_or(Error::AtCapacity)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
