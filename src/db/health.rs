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
    /// Checks that the database can be read and written, and that its sealed values can be opened.
    ///
    /// # Errors
    /// The reason, after three seconds at most.
    pub async fn check_ready(&self, sealer: &Sealer, clock: &dyn Clock) -> std::result::Result<(), Unready> {
        let check = async {
            self.read_health().await.map_err(|_| Unready::Unreachable)?;
            self.write_health(clock.now_ms()).await.map_err(|error| {
                tracing::warn!(cause = %error, "the database cannot be written");
                Unready::NotWritable
            })?;
            let missing = self.find_missing_key(sealer).await.map_err(|_| Unready::Unreachable)?;
            missing.map_or(Ok(()), |_| Err(Unready::KeyMissing))
        };
        tokio::time::timeout(CHECK_TIMEOUT, check).await.unwrap_or(Err(Unready::Unreachable))
    }

    async fn read_health(&self) -> Result<i64> {
        Ok(
            on!(self.read(), p => sqlx::query_scalar("SELECT checked_at FROM health_checks").fetch_one(p).await?),
        )
    }

    async fn write_health(&self, now: i64) -> Result<()> {
        let sql = "UPDATE health_checks SET checked_at = $1 WHERE id = 'ready'";
        let written = execute_alone!(self, sql, now);
        if written == 1 { Ok(()) } else { Err(Error::Engine(sqlx::Error::RowNotFound)) }
    }

    /// Checks PostgreSQL until `stop`, and replaces all connections when it cannot be used: after a failover, they lead to
    /// a server that is gone or read-only.
    pub async fn watch(&self, sealer: &Sealer, clock: &dyn Clock, stop: CancellationToken) {
        while !self.is_sqlite() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(WATCH_INTERVAL) => {}
            }
            if let Err(reason @ (Unready::Unreachable | Unready::NotWritable)) =
                self.check_ready(sealer, clock).await
            {
                tracing::warn!(reason = reason.as_str(), "the connections to PostgreSQL are replaced");
                self.replacement.replace_all();
            }
        }
    }
}
