//! [`Retention`]: plans and removes.

use std::time::Duration;

use super::lease_store::{self, Claim, LastPlan};
use crate::{config::RetentionSettings, db::Result, ground::Ground};

pub(super) const DAY_MS: i64 = 24 * 3600 * 1000;

/// Time for which one process removes without a sign of life.
const LEASE: Duration = Duration::from_mins(10);

/// Retention by the settings. Cheap to clone.
#[derive(Clone)]
pub struct Retention {
    pub(super) ground: Ground,
    pub(super) settings: RetentionSettings,
}

impl Retention {
    /// Returns the retention of a database.
    #[must_use]
    pub fn new(ground: Ground, settings: RetentionSettings) -> Self {
        Self { ground, settings }
    }

    /// Returns the settings.
    #[must_use]
    pub fn settings(&self) -> &RetentionSettings {
        &self.settings
    }

    pub(super) async fn claim(&self, lease: &str, at_once: bool) -> Result<Option<LastPlan>> {
        let now = self.ground.clock.now_ms();
        let claim = Claim { lease, now, until: self.lease_end(), interval: DAY_MS, at_once };
        lease_store::claim(&self.ground.db, claim).await
    }

    pub(super) fn lease_end(&self) -> i64 {
        self.ground.clock.now_ms() + i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
    }
}
