use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Checks at once.
const AT_ONCE: usize = 1;
/// Checks at once or waiting: together they take less than half a second.
const PLACES: usize = 8;
/// Of these, those of one name.
const OF_ONE: usize = 2;

type Names = Arc<Mutex<HashMap<String, usize>>>;

/// A short queue for work that is slow on purpose.
#[derive(Clone)]
pub(super) struct Queue {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
    names: Names,
}

/// A place in the queue, for as long as it is held.
pub struct Place {
    turns: Arc<Semaphore>,
    _permit: OwnedSemaphorePermit,
    name: String,
    names: Names,
}

impl Default for Queue {
    fn default() -> Self {
        let (turns, places) = (Semaphore::new(AT_ONCE), Semaphore::new(PLACES));
        Self { turns: Arc::new(turns), places: Arc::new(places), names: Names::default() }
    }
}

impl Queue {
    /// A place; none when all are taken, or this name has its share.
    pub(super) fn place(&self, name: &str) -> Option<Place> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = names.entry(name.to_owned()).or_default();
        if *taken >= OF_ONE {
            return None;
        }
        *taken += 1;
        let (turns, names) = (Arc::clone(&self.turns), Arc::clone(&self.names));
        Some(Place { turns, _permit: place, name: name.to_owned(), names })
    }
}

impl Place {
    /// Waits for a turn; none only when the queue is closed, which it never is.
    pub(super) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.turns).acquire_owned().await.ok()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = names.get_mut(&self.name) {
            *taken -= 1;
            if *taken == 0 {
                names.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// K09: one who tries over and over leaves places for others, and a crowd gets an answer at once.
    #[test]
    fn places_are_few_and_shared() {
        let queue = Queue::default();
        let of_one: Vec<_> = (0..5).filter_map(|_| queue.place("one")).collect();
        assert_eq!(of_one.len(), OF_ONE);
        let of_crowd: Vec<_> = (0..20).filter_map(|n| queue.place(&format!("stranger {n}"))).collect();
        assert_eq!(of_crowd.len(), PLACES - OF_ONE);
        drop(of_one);
        let again: Vec<_> = (0..5).filter_map(|_| queue.place("one")).collect();
        assert_eq!(again.len(), OF_ONE, "a place that was given back is free");
        drop((of_crowd, again));
        assert!(queue.names.lock().unwrap().is_empty(), "no name is kept");
    }
}
