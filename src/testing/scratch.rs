use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::random;

/// A folder of its own for one test, gone when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the folder.
    ///
    /// # Panics
    /// When the machine has no room for it.
    #[must_use]
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("passerelle-test-{}", &random::id()[..12]));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        Self(folder)
    }

    /// Where it is.
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
        // The operating system clears what we cannot.
        drop(fs::remove_dir_all(&self.0));
    }
}
