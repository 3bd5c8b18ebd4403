//! The clock, passed in as a dependency, so that tests advance it instead of sleeping.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Clock skew between two nodes of one installation that is tolerated, in milliseconds.
pub const NODE_SKEW_MS: i64 = 60_000;

/// Source of the current time for everything that expires: attempts, sessions, leases, tokens.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time in UTC.
    fn now(&self) -> Timestamp;

    /// Returns the current time in epoch milliseconds, as the database stores it.
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

/// Clock shared by the rooms of one app.
pub type SharedClock = Arc<dyn Clock>;

/// Clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Clock for tests that changes only by [`FixedClock::advance`].
#[derive(Debug)]
pub struct FixedClock(Mutex<Timestamp>);

impl FixedClock {
    /// Returns a clock that is set to `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Advances the clock. A negative duration sets it back.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now += by;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
