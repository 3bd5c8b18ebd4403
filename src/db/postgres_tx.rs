//! Write transaction on PostgreSQL.

use std::ops::{Deref, DerefMut};

use sqlx::{PgConnection, PgPool, Postgres, pool::PoolConnection};

use super::{
    error::{Error, Result},
    postgres::{Replacement, within_deadline},
};

/// Write transaction on PostgreSQL. Dropped without a commit, it closes its connection, which rolls it back: rolling back
/// over a connection whose server is gone would keep the place in the pool for minutes.
pub struct PostgresTx {
    connection: PoolConnection<Postgres>,
    replacement: Replacement,
    is_committed: bool,
}

impl PostgresTx {
    pub(super) async fn begin(pool: &PgPool, replacement: &Replacement) -> Result<Self> {
        let (connection, replacement) = (pool.acquire().await?, replacement.clone());
        let mut tx = Self { connection, replacement, is_committed: false };
        within_deadline(sqlx::raw_sql("BEGIN").execute(&mut *tx)).await??;
        Ok(tx)
    }

    /// Returns the answer of a statement. If the server is read-only, it was demoted, and all connections to it are replaced.
    pub(crate) fn check<T>(&self, answer: Result<Result<T>>) -> Result<T> {
        let answer = answer.flatten();
        if answer.as_ref().is_err_and(Error::is_read_only) {
            self.replacement.replace_all();
        }
        answer
    }

    pub(super) async fn commit(mut self) -> Result<()> {
        within_deadline(sqlx::raw_sql("COMMIT").execute(&mut *self)).await??;
        self.is_committed = true;
        Ok(())
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        if !self.is_committed {
            self.connection.close_on_drop();
        }
    }
}
