//! Rows that are deleted at an age: counting them, and deleting some of them.

use super::{
    error::Result,
    macros::{execute, on, row},
    open::Db,
    tx::Tx,
};

row! {
    /// Rows that a query selects: their number, and the oldest and the newest time, in epoch milliseconds.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Span {
        /// Number of rows.
        pub count: i64,
        /// Oldest time, or `None` if there are no rows.
        pub oldest_at: Option<i64>,
        /// Newest time, or `None` if there are no rows.
        pub newest_at: Option<i64>,
    }
}

/// Rows of a table that are deleted at an age, with the statements that count and delete them. Made by `aged_rows!`, so
/// that both select the same rows.
#[derive(Clone, Copy, Debug)]
pub struct AgedRows {
    pub(crate) span: &'static str,
    pub(crate) delete: &'static str,
}

/// Describes aged rows by table, column with the id, time, and condition, in which `$1` is the time before which they are
/// deleted.
macro_rules! aged_rows {
    ($table:literal, $id:literal, $time:literal, $condition:literal) => {
        $crate::db::AgedRows {
            span: concat!(
                "SELECT COUNT(*) AS count, MIN(",
                $time,
                ") AS oldest_at, MAX(",
                $time,
                ") AS newest_at FROM ",
                $table,
                " WHERE ",
                $condition
            ),
            delete: concat!(
                "DELETE FROM ",
                $table,
                " WHERE ",
                $condition,
                " AND ",
                $id,
                " IN (SELECT ",
                $id,
                " FROM ",
                $table,
                " WHERE ",
                $condition,
                " ORDER BY ",
                $time,
                ", ",
                $id,
                " LIMIT $2)"
            ),
        }
    };
}

pub(crate) use aged_rows;

impl AgedRows {
    /// Counts the rows that were over before `before`, in epoch milliseconds.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the database does not answer.
    pub async fn find(&self, db: &Db, before: i64) -> Result<Span> {
        Ok(on!(db.read(), p => sqlx::query_as(self.span).bind(before).fetch_one(p).await?))
    }

    /// Deletes the oldest of these rows, at most `limit`. Returns their number.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the database does not answer.
    pub async fn delete(&self, tx: &mut Tx, before: i64, limit: i64) -> Result<u64> {
        Ok(execute!(tx, self.delete, before, limit))
    }
}
