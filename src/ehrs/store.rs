//! The SQL of EHR registrations.

use std::{collections::BTreeSet, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::{
    client_keys::store::ClientKeysRow,
    registration::{ClientAuthMethod, Credential, Registration},
};
use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, SealedColumn, Sealer, Tx, execute, on, on_tx, row, sealed_column},
    smart::Keyring,
};

/// Sealed columns of the registrations.
pub const SEALED: [SealedColumn; 2] =
    [sealed_column!("ehrs", "client_secret", "id"), sealed_column!("client_keys", "private_keys", "id")];

row! {
    /// Stored registration.
    #[derive(Clone, PartialEq)]
    pub struct EhrRow {
        /// Id of the EHR, a slug.
        pub id: String,
        registration: String,
        client_secret: Option<Vec<u8>>,
        /// Time of suspension, epoch milliseconds; `None` if the EHR may launch.
        pub suspended_at: Option<i64>,
        /// Last change, epoch milliseconds.
        pub updated_at: i64,
    }
}

impl EhrRow {
    /// Parses the stored registration.
    ///
    /// # Errors
    /// [`Error::Row`] if it is not a registration in the current format.
    pub fn registration(&self) -> Result<Registration> {
        serde_json::from_str(&self.registration).map_err(|_| Error::Row {
            table: "ehrs",
            column: "registration",
            id: self.id.clone(),
        })
    }

    /// Whether the row holds exactly this registration and secret.
    #[must_use]
    pub fn holds(&self, registration: &Registration, secret: Option<&SecretString>, sealer: &Sealer) -> bool {
        let secret = secret.map(ExposeSecret::expose_secret);
        let same = |known: Option<SecretString>| known.as_ref().map(ExposeSecret::expose_secret) == secret;
        self.registration == to_json(registration) && self.open_secret(sealer).is_ok_and(same)
    }

    /// Opens the sealed client secret, if there is one.
    pub(super) fn open_secret(&self, sealer: &Sealer) -> Result<Option<SecretString>> {
        let Some(sealed) = self.client_secret.as_deref() else { return Ok(None) };
        let plain = sealer.open(secret_cell(&self.id), sealed)?;
        let text =
            String::from_utf8(plain).map_err(|_| Error::Sealed { table: "ehrs", column: "client_secret" });
        text.map(SecretString::from).map(Some)
    }

    /// Credential of Passerelle at this EHR: client keys or client secret.
    pub(super) fn credential(
        &self,
        registration: &Registration,
        keys: &[ClientKeysRow],
        sealer: &Sealer,
    ) -> Result<Credential> {
        if registration.client_auth == ClientAuthMethod::PrivateKeyJwt {
            let generations = keys.iter().filter(|row| row.ehr_id == self.id).map(|row| row.open(sealer));
            return Ok(Credential::Keys(Arc::new(Keyring::new(generations.collect::<Result<_>>()?))));
        }
        let missing = || Error::Row { table: "ehrs", column: "client_secret", id: self.id.clone() };
        self.open_secret(sealer)?.map(Credential::Secret).ok_or_else(missing)
    }
}

/// Lists every registration, by id.
pub async fn find_ehrs(db: &Db) -> Result<Vec<EhrRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT id, registration, client_secret, suspended_at, updated_at FROM ehrs ORDER BY id")
            .fetch_all(p).await?
    }))
}

/// Locks the register until the end of the transaction, and lists every registration, by id.
pub(super) async fn lock_and_find_ehrs(tx: &mut Tx, clock: &dyn Clock) -> Result<Vec<EhrRow>> {
    execute!(&mut *tx, "UPDATE ehr_register SET changed_at = $1 WHERE id = 'register'", clock.now_ms());
    Ok(on_tx!(tx, c => {
        sqlx::query_as("SELECT id, registration, client_secret, suspended_at, updated_at FROM ehrs ORDER BY id")
            .fetch_all(c).await?
    }))
}

/// Finds a registration by id.
pub async fn find_ehr(db: &Db, id: &str) -> Result<Option<EhrRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, registration, client_secret, suspended_at, updated_at FROM ehrs WHERE id = $1",
        ).bind(id).fetch_optional(p).await?
    }))
}

/// Adds or replaces a registration.
pub async fn upsert_ehr(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    registration: &Registration,
    secret: Option<&SecretString>,
) -> Result<()> {
    let seal =
        |secret: &SecretString| sealer.seal(secret_cell(&registration.id), secret.expose_secret().as_bytes());
    let sealed = secret.map(seal).transpose()?;
    execute!(
        tx,
        "INSERT INTO ehrs (id, registration, client_secret, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (id) DO UPDATE SET registration = excluded.registration, client_secret = excluded.client_secret, \
         updated_at = excluded.updated_at",
        &registration.id,
        to_json(registration),
        &sealed,
        clock.now_ms(),
    );
    Ok(())
}

/// Claims an id with an empty row. Returns false if an EHR has it already.
pub(super) async fn insert_id(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO ehrs (id, registration, created_at, updated_at) VALUES ($1, '', $2, $2) ON CONFLICT DO NOTHING",
        id,
        clock.now_ms(),
    );
    Ok(inserted == 1)
}

/// Releases the base URLs of an EHR.
pub(super) async fn release_bases(tx: &mut Tx, id: &str) -> Result<()> {
    execute!(tx, "DELETE FROM ehr_bases WHERE ehr_id = $1", id);
    Ok(())
}

/// Claims base URLs for an EHR. Returns false if another EHR has one of them.
pub(super) async fn claim_bases(tx: &mut Tx, id: &str, bases: &BTreeSet<String>) -> Result<bool> {
    for base in bases {
        let claimed = execute!(
            tx,
            "INSERT INTO ehr_bases (base, ehr_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            base,
            id
        );
        if claimed == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Locks a registration until the end of the transaction. Returns false if it changed after `since`, epoch milliseconds.
pub(super) async fn lock_unchanged(tx: &mut Tx, id: &str, since: i64) -> Result<bool> {
    Ok(execute!(tx, "UPDATE ehrs SET updated_at = $1 WHERE id = $2 AND updated_at = $1", since, id) == 1)
}

/// Locks a suspended EHR until the end of the transaction. Returns false if it is not suspended.
pub async fn lock_suspended(tx: &mut Tx, id: &str) -> Result<bool> {
    let sql = "UPDATE ehrs SET suspended_at = suspended_at WHERE id = $1 AND suspended_at IS NOT NULL";
    Ok(execute!(tx, sql, id) == 1)
}

/// Suspends or resumes an EHR. Returns false if there is no such EHR, or it already was in that state.
pub async fn set_suspended(tx: &mut Tx, clock: &dyn Clock, id: &str, suspended: bool) -> Result<bool> {
    let at = suspended.then(|| clock.now_ms());
    let changed = execute!(
        tx,
        "UPDATE ehrs SET suspended_at = $1, updated_at = $2 WHERE id = $3 AND (suspended_at IS NULL) = ($1 IS NOT NULL)",
        at,
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Deletes a suspended EHR. Returns false if there is none.
pub async fn delete_suspended(tx: &mut Tx, id: &str) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM ehrs WHERE id = $1 AND suspended_at IS NOT NULL", id) == 1)
}

/// Marks an EHR as changed, so that every node reloads it. Returns false if there is none.
pub(super) async fn touch_ehr(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    Ok(execute!(tx, "UPDATE ehrs SET updated_at = $1 WHERE id = $2", clock.now_ms(), id) == 1)
}

fn to_json(registration: &Registration) -> String {
    serde_json::to_string(registration).expect("a registration has a JSON form")
}

fn secret_cell(id: &str) -> Cell<'_> {
    Cell { table: "ehrs", column: "client_secret", id }
}
