//! Sealing stored values again with the current key.

use super::{
    error::Result,
    macros::{execute, on},
    open::Db,
    seal::{Cell, Sealer},
};

/// Sealed column of a table, with the statements that seal its values again. Made by `sealed_column!`.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) outdated: &'static str,
    pub(crate) replace: &'static str,
    pub(crate) count: &'static str,
}

/// Describes a sealed column by table, column and the column with the id of the row.
macro_rules! sealed_column {
    ($table:literal, $column:literal, $id:literal) => {
        $crate::db::SealedColumn {
            table: $table,
            column: $column,
            outdated: concat!(
                "SELECT ",
                $id,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE ",
                $id,
                " > $1 AND length(",
                $column,
                ") > 0 AND substr(",
                $column,
                ", 1, 1) <> $2 ORDER BY ",
                $id,
                " LIMIT 100"
            ),
            replace: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $1 WHERE ",
                $id,
                " = $2 AND ",
                $column,
                " = $3"
            ),
            count: concat!("SELECT COUNT(*) FROM ", $table, " WHERE substr(", $column, ", 1, 1) = $1"),
        }
    };
}

pub(crate) use sealed_column;

/// Values of one column after sealing them again.
#[derive(Clone, Debug, Default)]
pub struct Resealed {
    /// Number of values that were sealed again.
    pub count: u64,
    /// Ids of rows whose value cannot be opened.
    pub unreadable: Vec<String>,
}

impl SealedColumn {
    /// Returns the table and column, as `table.column`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    /// Seals every value again that was not sealed with the current key, 100 in a transaction, and reports after each
    /// one. A value that changes meanwhile is sealed with the key of the node that changes it.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the database does not answer. What is committed stays.
    pub async fn reseal(
        &self,
        db: &Db,
        sealer: &Sealer,
        mut progress: impl FnMut(&Resealed),
    ) -> Result<Resealed> {
        let (mut done, mut after) = (Resealed::default(), String::new());
        let current = vec![sealer.current_key()];
        loop {
            let rows: Vec<(String, Vec<u8>)> = on!(db.read(), p => {
                sqlx::query_as(self.outdated).bind(&after).bind(&current).fetch_all(p).await?
            });
            let Some((last, _)) = rows.last() else { return Ok(done) };
            after.clone_from(last);
            let mut tx = db.begin_write().await?;
            for (id, sealed) in &rows {
                let cell = Cell { table: self.table, column: self.column, id };
                let Ok(plain) = sealer.open(cell, sealed) else {
                    done.unreadable.push(id.clone());
                    continue;
                };
                done.count += execute!(&mut tx, self.replace, &sealer.seal(cell, &plain)?, id, sealed);
            }
            tx.commit().await?;
            progress(&done);
        }
    }

    /// Counts the values sealed with a key.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the database does not answer.
    pub async fn count_sealed_with(&self, db: &Db, key: u8) -> Result<i64> {
        Ok(on!(db.read(), p => sqlx::query_scalar(self.count).bind(vec![key]).fetch_one(p).await?))
    }
}
