//! SQL of client keys.

use jiff::Timestamp;

use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, Sealer, Tx, execute, on, row},
    smart::{KeyGeneration, PrivateKeys},
};

row! {
    /// Generation of client keys at one EHR.
    pub struct ClientKeysRow {
        /// Id of this generation.
        pub id: String,
        /// Id of the EHR.
        pub ehr_id: String,
        private_keys: Vec<u8>,
        /// Time from which they sign, epoch milliseconds.
        pub signs_from: i64,
        /// End of their publication, epoch milliseconds.
        pub withdrawn_at: Option<i64>,
    }
}

/// Client keys to store for one EHR.
pub(in crate::ehrs) struct NewClientKeys<'a> {
    pub(in crate::ehrs) id: &'a str,
    pub(in crate::ehrs) ehr_id: &'a str,
    pub(in crate::ehrs) keys: &'a PrivateKeys,
    /// Time from which they sign, epoch milliseconds.
    pub(in crate::ehrs) signs_from: i64,
}

impl ClientKeysRow {
    /// Opens the sealed keys.
    pub(in crate::ehrs) fn open(&self, sealer: &Sealer) -> Result<KeyGeneration> {
        let unreadable = || Error::Row { table: "client_keys", column: "private_keys", id: self.id.clone() };
        let keys: PrivateKeys = sealer.open_json(keys_cell(&self.id), &self.private_keys)?;
        let time = |at: i64| Timestamp::from_millisecond(at).map_err(|_| unreadable());
        Ok(KeyGeneration {
            keys: keys.open().map_err(|_| unreadable())?,
            signs_from: time(self.signs_from)?,
            withdrawn_at: self.withdrawn_at.map(time).transpose()?,
        })
    }
}

/// Lists the client keys of every EHR, by EHR and time.
pub async fn find_client_keys(db: &Db) -> Result<Vec<ClientKeysRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT id, ehr_id, private_keys, signs_from, withdrawn_at FROM client_keys ORDER BY ehr_id, signs_from")
            .fetch_all(p).await?
    }))
}

/// Adds a generation of client keys.
pub(in crate::ehrs) async fn insert_client_keys(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &NewClientKeys<'_>,
) -> Result<()> {
    let sealed = sealer.seal_json(keys_cell(new.id), new.keys)?;
    execute!(
        tx,
        "INSERT INTO client_keys (id, ehr_id, private_keys, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)",
        new.id,
        new.ehr_id,
        &sealed,
        clock.now_ms(),
        new.signs_from,
    );
    Ok(())
}

/// Withdraws the keys of an EHR except the generation `but`, at `at` unless earlier. Returns how many rows changed.
pub(super) async fn withdraw_client_keys(tx: &mut Tx, ehr_id: &str, but: &str, at: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE client_keys SET withdrawn_at = $1 WHERE ehr_id = $2 AND id <> $3 AND (withdrawn_at IS NULL OR withdrawn_at > $1)",
        at,
        ehr_id,
        but,
    ))
}

/// Deletes keys withdrawn before `before`, epoch milliseconds. Returns how many.
pub async fn forget_client_keys(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(tx, "DELETE FROM client_keys WHERE withdrawn_at < $1", before))
}

fn keys_cell(id: &str) -> Cell<'_> {
    Cell { table: "client_keys", column: "private_keys", id }
}
