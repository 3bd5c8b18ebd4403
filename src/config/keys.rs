//! Secrets of an installation, and the keys derived from them.

use std::path::{Path, PathBuf};

use aws_lc_rs::hkdf;

use super::{keys_file::KeysFile, reader::Reader, secret::Secret};

const FIX: &str = "Create one with `passerelle keys new FILE` and set keys.file to its path.";

/// Secrets from which all sealing and signing keys are derived. Never printed.
///
/// The first sealing key of the file seals new values. The others only open values they sealed before.
#[derive(Clone)]
pub struct Keys {
    file: PathBuf,
    sealing: Vec<(u8, Secret)>,
    lookup: Secret,
}

/// Purpose of a derived key. Each purpose has its own key, so that a value made for one is not valid for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sealed columns of the database.
    Seal,
    /// Sealed values that the browser carries.
    Ticket,
    /// Signature of the session cookie.
    Cookie,
    /// CSRF tokens.
    Csrf,
    /// Keyed hashes, by which a patient is found without storing who it is.
    Lookup,
}

impl Keys {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let Some(file) = reader.path("keys.file") else {
            reader.problems.add("keys.file", "is missing", FIX);
            return None;
        };
        Self::from_file(&file).map_err(|what| reader.problems.add("keys.file", what, FIX)).ok()
    }

    /// Reads a keys file.
    ///
    /// # Errors
    /// A message that names the file and what is wrong with it, without its content.
    pub fn from_file(file: &Path) -> Result<Self, String> {
        let KeysFile { lookup, sealing } = KeysFile::read(file)?;
        let sealing = sealing.into_iter().map(|key| (key.id, key.secret)).collect();
        Ok(Self { file: file.to_owned(), sealing, lookup })
    }

    /// Path of the file they were read from.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Returns the current key for `purpose`, with its id.
    #[must_use]
    pub fn current(&self, purpose: Purpose) -> (u8, [u8; 32]) {
        let (id, secret) = &self.sealing[0];
        (*id, self.derive(purpose, secret))
    }

    /// Returns every key for `purpose` with its id, the current one first.
    pub fn all(&self, purpose: Purpose) -> impl Iterator<Item = (u8, [u8; 32])> + '_ {
        self.sealing.iter().map(move |(id, secret)| (*id, self.derive(purpose, secret)))
    }

    fn derive(&self, purpose: Purpose, secret: &Secret) -> [u8; 32] {
        let (secret, label): (&Secret, &[u8]) = match purpose {
            Purpose::Seal => (secret, b"passerelle seal"),
            Purpose::Ticket => (secret, b"passerelle ticket"),
            Purpose::Cookie => (&self.lookup, b"passerelle cookie"),
            // Pages that are open during a rotation can be sent after it.
            Purpose::Csrf => (&self.lookup, b"passerelle csrf"),
            Purpose::Lookup => (&self.lookup, b"passerelle lookup"),
        };
        let mut key = [0; 32];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"passerelle keys v1")
            .extract(&secret.0)
            .expand(&[label], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF expands every input to 32 bytes");
        key
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(not shown)")
    }
}
