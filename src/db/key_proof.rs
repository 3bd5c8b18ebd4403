//! Proof that the keys file belongs to the database.
//!
//! Table: `sealing_keys`. A node records the key it seals with at its start. A key that is in the keys file only to open
//! values is not recorded, so that nodes may receive a new key one after the other.

use std::collections::BTreeMap;

use super::{
    error::{Error, Result},
    macros::{execute_alone, on},
    open::Db,
    reseal::SealedColumn,
    seal::{Cell, Sealer},
};
use crate::clock::Clock;

const PROOF: Cell<'static> = Cell { table: "sealing_keys", column: "proof", id: "" };
const PROVEN: &str = "sealing_keys.proof";

impl Db {
    /// Checks that every key that sealed values of this database is in the keys file, and records the one that seals. A
    /// database without records is checked by its values in `columns`.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] or [`Error::KeyMismatch`].
    pub async fn check_keys(
        &self,
        sealer: &Sealer,
        clock: &dyn Clock,
        columns: impl IntoIterator<Item = SealedColumn>,
    ) -> Result<()> {
        self.verify_keys(sealer, columns).await?;
        self.record_key(sealer, clock).await
    }

    /// Checks like [`Db::check_keys`], and writes nothing.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] or [`Error::KeyMismatch`].
    pub async fn verify_keys(
        &self,
        sealer: &Sealer,
        columns: impl IntoIterator<Item = SealedColumn>,
    ) -> Result<()> {
        let proofs: Vec<(i64, Vec<u8>)> = on!(self.read(), p => {
            sqlx::query_as("SELECT id, proof FROM sealing_keys ORDER BY id").fetch_all(p).await?
        });
        for (id, proof) in &proofs {
            if !sealer.has_key(*id) {
                return Err(Error::KeyMissing { id: *id });
            }
            if sealer.open(PROOF, proof).ok() != Some(expected(sealer)) {
                return Err(Error::KeyMismatch { id: *id });
            }
        }
        if proofs.is_empty() { self.try_values(sealer, columns).await } else { Ok(()) }
    }

    /// Opens some values of each column. One that cannot be opened is no reason to refuse if another of its key can.
    async fn try_values(
        &self,
        sealer: &Sealer,
        columns: impl IntoIterator<Item = SealedColumn>,
    ) -> Result<()> {
        let mut tried = BTreeMap::new();
        for column in columns {
            column.try_keys(self, sealer, &mut tried).await?;
        }
        match tried.into_iter().find(|(_, is_opened)| !is_opened) {
            None => Ok(()),
            Some((id, _)) if sealer.has_key(id.into()) => Err(Error::KeyMismatch { id: id.into() }),
            Some((id, _)) => Err(Error::KeyMissing { id: id.into() }),
        }
    }

    /// Records that this node seals with its current key now. A node does so every minute, because a key may be removed
    /// only when no node seals with it.
    ///
    /// # Errors
    /// [`Error::Engine`] if the database does not answer.
    pub async fn record_key(&self, sealer: &Sealer, clock: &dyn Clock) -> Result<()> {
        let proof = sealer.seal(PROOF, &expected(sealer))?;
        execute_alone!(
            self,
            "INSERT INTO sealing_keys (id, proof, used_at) VALUES ($1, $2, $3) \
             ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at",
            i64::from(sealer.current_key()),
            &proof,
            clock.now_ms(),
        );
        Ok(())
    }

    /// Returns the time at which a node last sealed with a key, in epoch milliseconds.
    ///
    /// # Errors
    /// [`Error::Engine`] if the database does not answer.
    pub async fn find_key_use(&self, id: u8) -> Result<Option<i64>> {
        Ok(on!(self.read(), p => {
            sqlx::query_scalar("SELECT used_at FROM sealing_keys WHERE id = $1")
                .bind(i64::from(id)).fetch_optional(p).await?
        }))
    }

    /// Forgets a key that no value is sealed with.
    ///
    /// # Errors
    /// [`Error::Engine`] if the database does not answer.
    pub async fn forget_key(&self, id: u8) -> Result<()> {
        execute_alone!(self, "DELETE FROM sealing_keys WHERE id = $1", i64::from(id));
        Ok(())
    }
}

fn expected(sealer: &Sealer) -> Vec<u8> {
    sealer.lookup(&[PROVEN]).into_bytes()
}
