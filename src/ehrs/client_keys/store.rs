//! The SQL of our keys at each EHR.

use jiff::Timestamp;

use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, Sealer, Tx, execute, on, row},
    smart::{KeyGeneration, PrivateKeys},
};

row! {
    /// Keys of ours at one EHR.
    pub struct ClientKeysRow {
        /// Id of this generation of keys.
        pub id: String,
        /// The EHR.
        pub ehr_id: String,
        private_keys: Vec<u8>,
        /// When they begin to sign.
        pub signs_from: i64,
        /// When they are no longer published.
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
    /// The keys, ready to sign.
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

/// Our keys at every EHR, those withdrawn long ago left out.
///
/// # Errors
/// When the database fails.
pub async fn find_client_keys(db: &Db) -> Result<Vec<ClientKeysRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT id, ehr_id, private_keys, signs_from, withdrawn_at FROM client_keys ORDER BY ehr_id, signs_from")
            .fetch_all(p).await?
    }))
}

/// Adds keys at an EHR.
///
/// # Errors
/// When the database fails.
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

/// Sets when all keys of an EHR but one are withdrawn, unless that is sooner already. Gives how many it set.
///
/// # Errors
/// When the database fails.
pub(super) async fn withdraw_client_keys(tx: &mut Tx, ehr_id: &str, but: &str, at: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE client_keys SET withdrawn_at = $1 WHERE ehr_id = $2 AND id <> $3 AND (withdrawn_at IS NULL OR withdrawn_at > $1)",
        at,
        ehr_id,
        but,
    ))
}

/// Forgets keys withdrawn before `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget_client_keys(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(tx, "DELETE FROM client_keys WHERE withdrawn_at < $1", before))
}

fn keys_cell(id: &str) -> Cell<'_> {
    Cell { table: "client_keys", column: "private_keys", id }
}
