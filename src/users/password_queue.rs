//! Bounded queue that limits how many password checks run and wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Password checks that run at the same time.
const MAX_RUNNING: usize = 1;
/// Password checks that run or wait. All of them together take less than half a second.
const MAX_QUEUED: usize = 8;
/// Password checks of one name that run or wait.
const MAX_QUEUED_PER_NAME: usize = 2;

type Names = Arc<Mutex<HashMap<String, usize>>>;

/// Bounded queue for password checks, which are slow on purpose.
#[derive(Clone)]
pub(super) struct Queue {
    slots: Arc<Semaphore>,
    permits: Arc<Semaphore>,
    names: Names,
}

/// Permit for one password check, which counts against its name until it is dropped.
pub struct Permit {
    slots: Arc<Semaphore>,
    _held: OwnedSemaphorePermit,
    name: String,
    names: Names,
}

impl Default for Queue {
    fn default() -> Self {
        let (slots, permits) = (Semaphore::new(MAX_RUNNING), Semaphore::new(MAX_QUEUED));
        Self { slots: Arc::new(slots), permits: Arc::new(permits), names: Names::default() }
    }
}

impl Queue {
    /// Returns a permit, or `None` if the queue is full or this name holds its share of it.
    pub(super) fn permit(&self, name: &str) -> Option<Permit> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let held = names.entry(name.to_owned()).or_default();
        if *held >= MAX_QUEUED_PER_NAME {
            return None;
        }
        *held += 1;
        let (slots, names) = (Arc::clone(&self.slots), Arc::clone(&self.names));
        Some(Permit { slots, _held: permit, name: name.to_owned(), names })
    }
}

impl Permit {
    /// Waits for a free slot. `None` only if the queue is closed, which never happens.
    pub(super) async fn slot(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slots).acquire_owned().await.ok()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = names.get_mut(&self.name) {
            *held -= 1;
            if *held == 0 {
                names.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// K09: one name cannot fill the queue, and a full queue refuses at once.
    #[test]
    fn limits_permits_in_total_and_per_name() {
        let queue = Queue::default();
        let of_one: Vec<_> = (0..5).filter_map(|_| queue.permit("one")).collect();
        assert_eq!(of_one.len(), MAX_QUEUED_PER_NAME);
        let of_others: Vec<_> = (0..20).filter_map(|n| queue.permit(&format!("stranger {n}"))).collect();
        assert_eq!(of_others.len(), MAX_QUEUED - MAX_QUEUED_PER_NAME);
        drop(of_one);
        let again: Vec<_> = (0..5).filter_map(|_| queue.permit("one")).collect();
        assert_eq!(again.len(), MAX_QUEUED_PER_NAME, "a dropped permit is free again");
        drop((of_others, again));
        assert!(queue.names.lock().unwrap().is_empty(), "no name is kept");
    }
}
