//! Sealing stored values again with the current key.

use std::collections::BTreeMap;

use super::{
    error::Result,
    macros::{execute_alone, on},
    open::Db,
    seal::{Cell, Sealer},
};

/// Sealed column of a table, with the statements that seal its values again. Made by `sealed_column!`.
///
/// Each statement reads few rows by their key, so that none is too long or too large on a big table.
#[derive(Clone, Copy, Debug)]
pub struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// Ids after one, with the first byte of each value: the id of its key.
    pub(crate) heads: &'static str,
    pub(crate) value: &'static str,
    pub(crate) replace: &'static str,
}

/// Describes a sealed column by table, column and the column with the id of the row.
macro_rules! sealed_column {
    ($table:literal, $column:literal, $id:literal) => {
        $crate::db::SealedColumn {
            table: $table,
            column: $column,
            heads: concat!(
                "SELECT ",
                $id,
                ", substr(",
                $column,
                ", 1, 1) FROM ",
                $table,
                " WHERE ",
                $id,
                " > $1 ORDER BY ",
                $id,
                " LIMIT 200"
            ),
            value: concat!("SELECT ", $column, " FROM ", $table, " WHERE ", $id, " = $1"),
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

    /// Seals every value again that was not sealed with the current key, each in a transaction of its own, and reports after
    /// some rows. A value that changes meanwhile is sealed with the key of the node that changes it.
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
        while let Some(heads) = self.heads_after(db, &mut after).await? {
            for (id, _) in heads.iter().filter(|(_, key)| *key != sealer.current_key()) {
                self.reseal_one(db, sealer, id, &mut done).await?;
            }
            progress(&done);
        }
        Ok(done)
    }

    async fn reseal_one(&self, db: &Db, sealer: &Sealer, id: &str, done: &mut Resealed) -> Result<()> {
        let Some(sealed) = self.find(db, id).await? else { return Ok(()) };
        let cell = Cell { table: self.table, column: self.column, id };
        let Ok(plain) = sealer.open(cell, &sealed) else {
            done.unreadable.push(id.to_owned());
            return Ok(());
        };
        done.count += execute_alone!(db, self.replace, &sealer.seal(cell, &plain)?, id, &sealed);
        Ok(())
    }

    /// Counts the values sealed with each key.
    ///
    /// # Errors
    /// [`Error::Engine`](super::Error::Engine) if the database does not answer.
    pub async fn count_by_key(&self, db: &Db) -> Result<BTreeMap<u8, u64>> {
        let (mut counts, mut after) = (BTreeMap::new(), String::new());
        while let Some(heads) = self.heads_after(db, &mut after).await? {
            for (_, key) in heads {
                *counts.entry(key).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// Returns for some keys that sealed values of this column whether such a value can be opened.
    pub(super) async fn try_keys(
        &self,
        db: &Db,
        sealer: &Sealer,
        tried: &mut BTreeMap<u8, bool>,
    ) -> Result<()> {
        for (id, key) in self.heads_after(db, &mut String::new()).await?.unwrap_or_default() {
            if tried.get(&key) == Some(&true) {
                continue;
            }
            let cell = Cell { table: self.table, column: self.column, id: &id };
            if let Some(sealed) = self.find(db, &id).await? {
                tried.insert(key, sealer.open(cell, &sealed).is_ok());
            }
        }
        Ok(())
    }

    /// Reads the next ids with the keys of their values, and moves `after` to the last id. `None` at the end.
    async fn heads_after(&self, db: &Db, after: &mut String) -> Result<Option<Vec<(String, u8)>>> {
        let rows: Vec<(String, Option<Vec<u8>>)> = on!(db.read(), p => {
            sqlx::query_as(self.heads).bind(&*after).fetch_all(p).await?
        });
        let Some((last, _)) = rows.last() else { return Ok(None) };
        after.clone_from(last);
        // A value that was wiped is empty.
        let key = |head: Option<Vec<u8>>| head.and_then(|head| head.first().copied());
        Ok(Some(rows.into_iter().filter_map(|(id, head)| Some((id, key(head)?))).collect()))
    }

    async fn find(&self, db: &Db, id: &str) -> Result<Option<Vec<u8>>> {
        let found: Option<Option<Vec<u8>>> = on!(db.read(), p => {
            sqlx::query_scalar(self.value).bind(id).fetch_optional(p).await?
        });
        Ok(found.flatten())
    }
}
