//! Whether the database can be used now.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{
    error::{Error, Result},
    macros::{execute_alone, on},
    open::Db,
    seal::Sealer,
};
use crate::clock::Clock;

/// Interval at which a node checks PostgreSQL.
const WATCH_INTERVAL: Duration = Duration::from_secs(2);
/// Longest check.
const CHECK_TIMEOUT: Duration = Duration::from_secs(3);

/// Reason for which a node cannot serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unready {
    /// The database does not answer.
    Unreachable,
    /// The database answers and cannot be written: it is read-only, or its disk is full.
    NotWritable,
    /// Values are sealed with a key that the keys file of this node does not contain.
    KeyMissing,
}

impl Unready {
    /// Text for operators. Reveals nothing but the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreachable => "the database does not answer",
            Self::NotWritable => "the database cannot be written",
            Self::KeyMissing => "the keys file lacks a sealing key that other nodes use",
        }
    }
}

impl Db {
    /// Checks that the database can be written, and that its sealed values can be opened. On PostgreSQL, replaces all
    /// connections if it cannot be used: after a failover, they lead to a server that is gone or read-only.
    ///
    /// # Errors
    /// The reason, after three seconds at most.
    pub async fn check_ready(&self, sealer: &Sealer, clock: &dyn Clock) -> std::result::Result<(), Unready> {
        let checked = tokio::time::timeout(CHECK_TIMEOUT, self.write_and_find_keys(clock.now_ms())).await;
        let keys = match checked {
            Ok(Ok(keys)) => keys,
            Ok(Err(error)) => {
                self.replacement.replace_all();
                let reason = self.reason(&error);
                tracing::warn!(cause = %error, reason = reason.as_str(), "the database cannot be used");
                return Err(reason);
            }
            Err(_) => {
                self.replacement.replace_all();
                tracing::warn!("the database did not answer in time");
                return Err(Unready::Unreachable);
            }
        };
        if keys.into_iter().all(|id| sealer.has_key(id)) { Ok(()) } else { Err(Unready::KeyMissing) }
    }

    /// Notes that the database is in use. A node does so every minute, so that a backup says from when it is.
    ///
    /// # Errors
    /// [`Error::Engine`] if the database does not answer.
    pub async fn note_use(&self, clock: &dyn Clock) -> Result<()> {
        execute_alone!(self, "UPDATE health_checks SET checked_at = $1 WHERE id = 'used'", clock.now_ms());
        Ok(())
    }

    async fn write_and_find_keys(&self, now: i64) -> Result<Vec<i64>> {
        if let Some(probe) = &self.probe {
            return probe.check(now, &self.replacement).await;
        }
        execute_alone!(self, "UPDATE health_checks SET checked_at = $1 WHERE id = 'ready'", now);
        Ok(on!(self.read(), p => sqlx::query_scalar("SELECT id FROM sealing_keys").fetch_all(p).await?))
    }

    /// Returns the reason of a failed check. SQLite is a file, which can always be reached.
    fn reason(&self, error: &Error) -> Unready {
        if self.is_sqlite() || error.is_read_only() { Unready::NotWritable } else { Unready::Unreachable }
    }

    /// Checks PostgreSQL until `stop`.
    pub async fn watch(&self, sealer: &Sealer, clock: &dyn Clock, stop: CancellationToken) {
        while !self.is_sqlite() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(WATCH_INTERVAL) => {}
            }
            // A failure is logged, and connections are replaced.
            let _ = self.check_ready(sealer, clock).await;
        }
    }
}
