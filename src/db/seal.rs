//! Sealed columns: authenticated encryption bound to table, column and row.

use std::sync::Arc;

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hmac,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use super::error::{Error, Result};
use crate::config::{Keys, Purpose};

/// Cell that a sealed value is bound to. A value moved to another row or column cannot be opened there.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    /// Table name.
    pub table: &'static str,
    /// Column name.
    pub column: &'static str,
    /// Id of the row.
    pub id: &'a str,
}

/// Encrypts values that a thief of the database must not read: AES-256-GCM, bound to the cell.
///
/// Layout: one byte key id, twelve bytes nonce, ciphertext with tag. Nonces are random, so rotate a key before it has
/// sealed 2^32 values.
#[derive(Clone)]
pub struct Sealer {
    keys: Arc<Vec<(u8, RandomizedNonceKey)>>,
    lookup: Arc<hmac::Key>,
}

impl Sealer {
    /// Returns a sealer for database columns.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self::for_purpose(keys, Purpose::Seal)
    }

    /// Returns a sealer for values that the browser carries and sends back.
    #[must_use]
    pub fn for_tickets(keys: &Keys) -> Self {
        Self::for_purpose(keys, Purpose::Ticket)
    }

    /// Returns a sealer for one object outside of the database, with a key of its own that a sealed column contains.
    ///
    /// # Panics
    /// Never: AES-256 accepts every key of 32 bytes.
    #[must_use]
    pub fn of_object(key: &[u8; 32]) -> Self {
        let key_of_object =
            RandomizedNonceKey::new(&AES_256_GCM, key).expect("the key has the length AES-256 needs");
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, key);
        Self { keys: Arc::new(vec![(0, key_of_object)]), lookup: Arc::new(lookup) }
    }

    fn for_purpose(keys: &Keys, purpose: Purpose) -> Self {
        let opened = keys
            .all(purpose)
            .map(|(id, key)| {
                let key = RandomizedNonceKey::new(&AES_256_GCM, &key)
                    .expect("the key has the length AES-256 needs");
                (id, key)
            })
            .collect();
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, &keys.current(Purpose::Lookup).1);
        Self { keys: Arc::new(opened), lookup: Arc::new(lookup) }
    }

    /// Returns the id of the key that seals.
    #[must_use]
    pub fn current_key(&self) -> u8 {
        self.keys[0].0
    }

    /// Whether the keys file contains a key.
    #[must_use]
    pub fn has_key(&self, id: i64) -> bool {
        self.keys.iter().any(|(known, _)| i64::from(*known) == id)
    }

    /// Seals `plain` for `cell`.
    ///
    /// # Errors
    /// [`Error::Sealed`] if the operating system has no random bytes.
    pub fn seal(&self, cell: Cell<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let (id, key) = &self.keys[0];
        let mut text = plain.to_vec();
        let nonce =
            key.seal_in_place_append_tag(Aad::from(cell.binding()), &mut text).map_err(|_| cell.error())?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + text.len());
        sealed.push(*id);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut text);
        Ok(sealed)
    }

    /// Opens a value that was sealed for the same cell.
    ///
    /// # Errors
    /// [`Error::Sealed`] if the cell or the key differs, or the value was changed.
    pub fn open(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let (id, rest) = sealed.split_first().ok_or_else(|| cell.error())?;
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or_else(|| cell.error())?;
        let key = self
            .keys
            .iter()
            .find(|(key_id, _)| key_id == id)
            .map(|(_, key)| key)
            .ok_or_else(|| cell.error())?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| cell.error())?;
        let mut text = text.to_vec();
        let length =
            key.open_in_place(nonce, Aad::from(cell.binding()), &mut text).map_err(|_| cell.error())?.len();
        text.truncate(length);
        Ok(text)
    }

    /// Seals a value as JSON.
    ///
    /// # Errors
    /// [`Error::Sealed`] if the value cannot be serialized as JSON, or the operating system has no random bytes.
    pub fn seal_json<T: Serialize>(&self, cell: Cell<'_>, value: &T) -> Result<Vec<u8>> {
        self.seal(cell, &serde_json::to_vec(value).map_err(|_| cell.error())?)
    }

    /// Opens a value sealed as JSON.
    ///
    /// # Errors
    /// [`Error::Sealed`] if the cell or the key differs, the value was changed, or the JSON does not match `T`.
    pub fn open_json<T: DeserializeOwned>(&self, cell: Cell<'_>, sealed: &[u8]) -> Result<T> {
        serde_json::from_slice(&self.open(cell, sealed)?).map_err(|_| cell.error())
    }

    /// Returns a keyed hash to find rows by without storing its input. 43 characters, base64url.
    #[must_use]
    pub fn lookup(&self, parts: &[&str]) -> String {
        let mut context = hmac::Context::with_key(&self.lookup);
        for part in parts {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        URL_SAFE_NO_PAD.encode(context.sign())
    }
}

impl Cell<'_> {
    fn binding(&self) -> Vec<u8> {
        [self.table, self.column, self.id].join("\0").into_bytes()
    }

    fn error(&self) -> Error {
        Error::Sealed { table: self.table, column: self.column }
    }
}
