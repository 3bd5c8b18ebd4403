//! Proof that the keys file belongs to the database.
//!
//! Table: `sealing_keys`. A node records the key it seals with at its start. A key that is in the keys file only to open
//! values is not recorded, so that nodes may receive a new key one after the other.

use super::{
    error::{Error, Result},
    macros::{execute_alone, on},
    open::Db,
    seal::{Cell, Sealer},
};
use crate::clock::Clock;

const PROOF: Cell<'static> = Cell { table: "sealing_keys", column: "proof", id: "" };
const PROVEN: &str = "sealing_keys.proof";

impl Db {
    /// Checks that every key that sealed values of this database is in the keys file, and records the one that seals.
    ///
    /// # Errors
    /// [`Error::KeyMissing`] or [`Error::KeyMismatch`].
    pub async fn check_keys(&self, sealer: &Sealer, clock: &dyn Clock) -> Result<()> {
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
        let current = i64::from(sealer.current_key());
        if proofs.iter().all(|(id, _)| *id != current) {
            let proof = sealer.seal(PROOF, &expected(sealer))?;
            execute_alone!(
                self,
                "INSERT INTO sealing_keys (id, proof, used_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                current,
                &proof,
                clock.now_ms(),
            );
        }
        Ok(())
    }

    /// Returns the id of a key that sealed values of this database and is not in the keys file.
    ///
    /// # Errors
    /// [`Error::Engine`] if the database does not answer.
    pub async fn find_missing_key(&self, sealer: &Sealer) -> Result<Option<i64>> {
        let ids: Vec<i64> = on!(self.read(), p => {
            sqlx::query_scalar("SELECT id FROM sealing_keys").fetch_all(p).await?
        });
        Ok(ids.into_iter().find(|id| !sealer.has_key(*id)))
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
