//! The keys file: reading, and the steps of a rotation.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, chown},
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::secret::Secret;

const HEAD: &str = "# Keys of Passerelle. This file and the database together reveal all data: store them apart, keep a\n\
                    # backup, never commit it. The first [[sealing]] key seals, the others only open. To rotate, use\n\
                    # `passerelle keys add`, `promote`, `reseal` and `retire`.\n";

/// Content of a keys file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeysFile {
    pub(super) lookup: Secret,
    /// The first key seals, the others only open.
    pub(super) sealing: Vec<SealingKey>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealingKey {
    pub(super) id: u8,
    pub(super) secret: Secret,
}

impl KeysFile {
    /// Creates a file with new keys, which only its owner can read.
    ///
    /// # Errors
    /// The I/O error if the file already exists or cannot be written.
    pub fn write_new(file: &Path) -> io::Result<()> {
        let first = SealingKey { id: 1, secret: Secret::random() };
        let keys = Self { lookup: Secret::random(), sealing: vec![first] };
        let mut out = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
        out.write_all(keys.text()?.as_bytes())?;
        out.sync_all()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// A message that names the file and what is wrong with it, without its content.
    pub fn read(file: &Path) -> Result<Self, String> {
        let shown = file.display();
        let unreadable = |error: io::Error| format!("{shown} cannot be read: {error}");
        if fs::metadata(file).map_err(unreadable)?.permissions().mode() & 0o007 != 0 {
            return Err(format!("{shown} is accessible to every user of this machine (run chmod 600 on it)"));
        }
        let text = fs::read_to_string(file).map_err(unreadable)?;
        let keys: Self = toml::from_str(&text).map_err(|_| {
            format!("{shown} is not a keys file: expected `lookup` and [[sealing]] tables with `id` and `secret`, 32 bytes in base64 each")
        })?;
        if keys.sealing.is_empty() {
            return Err(format!("{shown} contains no sealing key"));
        }
        let mut seen = HashSet::new();
        if let Some(id) = keys.ids().find(|id| !seen.insert(*id)) {
            return Err(format!("{shown}: the id {id} is used by two keys"));
        }
        Ok(keys)
    }

    /// Returns the ids of the sealing keys, the one that seals first.
    pub fn ids(&self) -> impl Iterator<Item = u8> + '_ {
        self.sealing.iter().map(|key| key.id)
    }

    /// Adds a new key, which only opens until it is promoted. Returns its id, or `None` if no id is free.
    pub fn add(&mut self) -> Option<u8> {
        // An id is not used again as long as possible: a node with an old file would take another key for it.
        let next = self.ids().max().and_then(|newest| newest.checked_add(1));
        let id = next.or_else(|| (1..=u8::MAX).find(|id| self.ids().all(|used| used != *id)))?;
        self.sealing.push(SealingKey { id, secret: Secret::random() });
        Some(id)
    }

    /// Makes a key the one that seals. Returns false if the file does not contain it.
    #[must_use]
    pub fn promote(&mut self, id: u8) -> bool {
        let Some(at) = self.ids().position(|known| known == id) else { return false };
        let key = self.sealing.remove(at);
        self.sealing.insert(0, key);
        true
    }

    /// Removes a key that only opens. Returns false if the file does not contain it, or it seals.
    #[must_use]
    pub fn retire(&mut self, id: u8) -> bool {
        let Some(at) = self.ids().position(|known| known == id).filter(|at| *at > 0) else { return false };
        drop(self.sealing.remove(at));
        true
    }

    /// Replaces the file, with the same owner and mode. A crash leaves the old file or the new one.
    ///
    /// # Errors
    /// The I/O error if the folder cannot be written.
    pub fn replace(&self, file: &Path) -> io::Result<()> {
        let old = fs::metadata(file)?;
        let mut partial = file.as_os_str().to_owned();
        partial.push(".partial");
        let mut out =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
        out.write_all(self.text()?.as_bytes())?;
        out.set_permissions(fs::Permissions::from_mode(old.mode() & 0o777))?;
        chown(&partial, Some(old.uid()), Some(old.gid()))?;
        out.sync_all()?;
        fs::rename(&partial, file)
    }

    fn text(&self) -> io::Result<String> {
        let keys = toml::to_string(self).map_err(io::Error::other)?;
        Ok(format!("{HEAD}{keys}"))
    }
}
