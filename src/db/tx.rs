//! Write transaction on either engine.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{error::Result, open::Pool, postgres::Replacement, postgres_tx::PostgresTx, sqlite_tx::SqliteTx};

/// Write transaction. Rolled back if dropped without [`Tx::commit`].
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

impl Tx {
    pub(super) async fn begin(pool: &Pool, replacement: &Replacement) -> Result<Self> {
        Ok(match pool {
            Pool::Sqlite(connections) => Self::Sqlite(SqliteTx::begin(connections)),
            Pool::Postgres(pool) => Self::Postgres(PostgresTx::begin(pool, replacement).await?),
        })
    }

    pub(super) async fn single(pool: &Pool, replacement: &Replacement) -> Result<Self> {
        match pool {
            Pool::Sqlite(connections) => Ok(Self::Sqlite(SqliteTx::single(connections))),
            Pool::Postgres(_) => Self::begin(pool, replacement).await,
        }
    }

    /// Commits the transaction.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the engine cannot commit; then nothing was written. If the connection
    /// breaks during the commit, the outcome is unknown.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Counters for the metrics, shared by clones.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(Arc<[AtomicU64; 2]>);

impl Counts {
    pub(super) fn add_read(&self) {
        self.0[0].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn add_write(&self) {
        self.0[1].fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the numbers of reads and of write transactions.
    pub(super) fn get(&self) -> [u64; 2] {
        [0, 1].map(|at| self.0[at].load(Ordering::Relaxed))
    }
}
