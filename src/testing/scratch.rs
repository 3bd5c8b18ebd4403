//! Temporary folders.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::random;

/// A temporary folder for one test, removed when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Creates the folder.
    ///
    /// # Panics
    /// If the temporary folder cannot be written.
    #[must_use]
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("passerelle-test-{}", &random::id()[..12]));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self(folder)
    }

    /// Path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Leftovers are cleared by the operating system.
        drop(fs::remove_dir_all(&self.0));
    }
}
