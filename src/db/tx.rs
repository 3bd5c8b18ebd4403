use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sqlx::{Postgres, Transaction};

use super::{Result, open::Pool, sqlite_tx::SqliteTx};

/// A write transaction. Dropped without [`Tx::commit`], it is undone.
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) async fn begin(pool: &Pool) -> Result<Self> {
        Ok(match pool {
            Pool::Sqlite(connections) => Self::Sqlite(SqliteTx::begin(connections)),
            Pool::Postgres(pool) => Self::Postgres(pool.begin_with("BEGIN").await?),
        })
    }

    pub(super) async fn single(pool: &Pool) -> Result<Self> {
        match pool {
            Pool::Sqlite(connections) => Ok(Self::Sqlite(SqliteTx::single(connections))),
            Pool::Postgres(_) => Self::begin(pool).await,
        }
    }

    /// Makes everything done in the transaction permanent.
    ///
    /// # Errors
    /// When the engine cannot commit; then nothing of it happened. Where the program or the way to the
    /// engine ends in the middle, nobody learns whether it did.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// Counts write transactions, for the metrics.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteCount(Arc<AtomicU64>);

impl WriteCount {
    pub(super) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
