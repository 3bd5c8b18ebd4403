//! Secrets of an installation, and the keys derived from them.

use std::{
    fs, io::Write as _, os::unix::fs::OpenOptionsExt as _, os::unix::fs::PermissionsExt as _, path::Path,
};

use aws_lc_rs::{hkdf, rand};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::reader::Reader;

const FIX: &str = "Create one with `passerelle keys new FILE` and set keys.file to its path.";

/// Secrets from which all sealing and signing keys are derived. Never printed.
///
/// The first sealing key of the file seals new values. The others only open values they sealed before.
#[derive(Clone)]
pub struct Keys {
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

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Secret([u8; 32]);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysFile {
    lookup: String,
    sealing: Vec<SealingKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealingKey {
    id: u8,
    secret: String,
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
        let shown = file.display();
        let mode = fs::metadata(file)
            .map_err(|error| format!("{shown} cannot be read: {error}"))?
            .permissions()
            .mode();
        if mode & 0o007 != 0 {
            return Err(format!("{shown} is accessible to every user of this machine (run chmod 600 on it)"));
        }
        let text = fs::read_to_string(file).map_err(|error| format!("{shown} cannot be read: {error}"))?;
        let parsed: KeysFile = toml::from_str(&text).map_err(|_| format!("{shown} is not a keys file"))?;
        let mut sealing = Vec::new();
        for key in &parsed.sealing {
            let secret =
                Secret::decode(&key.secret).ok_or(format!("{shown}: key {} is not 32 bytes", key.id))?;
            if sealing.iter().any(|(id, _)| *id == key.id) {
                return Err(format!("{shown}: the id {} is used by two keys", key.id));
            }
            sealing.push((key.id, secret));
        }
        if sealing.is_empty() {
            return Err(format!("{shown} contains no sealing key"));
        }
        let lookup = Secret::decode(&parsed.lookup).ok_or(format!("{shown}: lookup is not 32 bytes"))?;
        Ok(Self { sealing, lookup })
    }

    /// Writes a new keys file that only its owner can read.
    ///
    /// # Errors
    /// The I/O error if the file already exists or cannot be written.
    pub fn write_new(file: &Path) -> std::io::Result<()> {
        let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        let (lookup, first) = (Secret::random(), Secret::random());
        write!(
            out,
            "# Keys of Passerelle. This file and the database together reveal all data: store them apart, keep a\n\
             # backup, never commit it. To rotate: insert a new [[sealing]] table first and keep the old ones.\n\
             lookup = \"{}\"\n\n[[sealing]]\nid = 1\nsecret = \"{}\"\n",
            lookup.encode(),
            first.encode()
        )?;
        out.sync_all()
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
            Purpose::Csrf => (secret, b"passerelle csrf"),
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

impl Secret {
    fn random() -> Self {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).expect("the operating system has random bytes");
        Self(bytes)
    }

    fn decode(text: &str) -> Option<Self> {
        STANDARD.decode(text.trim()).ok()?.try_into().ok().map(Self)
    }

    fn encode(&self) -> String {
        STANDARD.encode(self.0)
    }
}
