//! Sealed objects in a folder or bucket.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, memory::InMemory,
    path::Path as ObjectPath,
};

use super::{error::Error, s3};
use crate::{
    config::S3Settings,
    db::{Cell, Sealer},
    egress::Outbound,
};

/// Place of the sealed objects of an installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Folder of this installation: an object of another one is never touched.
    prefix: ObjectPath,
    /// Whether the store is elsewhere, so that it may fail by itself.
    is_remote: bool,
    /// Whether the last request failed.
    fails: Arc<AtomicBool>,
}

/// Object of which only its name is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) id: String,
}

impl Objects {
    /// Returns the objects in a folder, which is created if it does not exist and closed to other users.
    ///
    /// # Errors
    /// [`Error::Folder`] if it cannot be created or used.
    pub fn in_folder(folder: &Path, sealer: &Sealer) -> Result<Self, Error> {
        let failed = |source| Error::Folder { path: folder.display().to_string(), source };
        let mut builder = std::fs::DirBuilder::new();
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder).map_err(failed)?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self::new(Arc::new(store), sealer))
    }

    /// Returns the objects in a bucket of an S3-compatible store, which is asked nothing yet.
    ///
    /// # Errors
    /// [`Error::Objects`] if the settings are not those of a bucket.
    pub fn in_bucket(settings: &S3Settings, outbound: Arc<Outbound>, sealer: &Sealer) -> Result<Self, Error> {
        Ok(Self { is_remote: true, ..Self::new(s3::bucket(settings, outbound)?, sealer) })
    }

    /// Returns objects in memory, for a process that stores none.
    #[must_use]
    pub fn nowhere(sealer: &Sealer) -> Self {
        Self::new(Arc::new(InMemory::new()), sealer)
    }

    /// Returns the objects in a store.
    #[must_use]
    pub fn new(store: Arc<dyn ObjectStore>, sealer: &Sealer) -> Self {
        // Keyed by the keys file: two installations that share a folder by mistake do not delete each other's objects.
        let installation = &sealer.lookup(&["attachments"])[..16];
        let prefix = ObjectPath::from(installation);
        Self { store, prefix, is_remote: false, fails: Arc::default() }
    }

    /// Writes an object, sealed with its own key.
    pub(super) async fn put(&self, id: &str, key: &[u8; 32], bytes: &[u8]) -> Result<(), Error> {
        let sealed = Sealer::of_object(key).seal(cell(id), bytes)?;
        self.noted(self.store.put(&self.path(id), sealed.into()).await.map(drop))
    }

    /// Reads an object. `None` if it is missing, or is not what was written under this name and key.
    pub(super) async fn find(&self, id: &str, key: &[u8; 32]) -> Result<Option<Vec<u8>>, Error> {
        let read = match self.store.get(&self.path(id)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        let is_missing = matches!(read, Err(object_store::Error::NotFound { .. }));
        self.note(is_missing || read.is_ok());
        match read {
            Ok(sealed) => Ok(Sealer::of_object(key).open(cell(id), &sealed).ok()),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an object. It may be gone already.
    pub(super) async fn delete(&self, id: &str) -> Result<(), Error> {
        match self.store.delete(&self.path(id)).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            deleted => self.noted(deleted),
        }
    }

    /// Asks a store that is elsewhere whether it can be used. Logs when it begins to fail, and when it can be used again.
    pub(super) async fn check(&self) {
        if !self.is_remote {
            return;
        }
        let failed = self.fails.load(Ordering::Relaxed);
        let listed = self.store.list(Some(&self.prefix)).next().await.transpose().map(drop);
        match self.noted(listed) {
            Err(error) if !failed => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(cause, "the store of attachments cannot be used");
            }
            Ok(()) if failed => tracing::info!("the store of attachments can be used again"),
            _ => {}
        }
    }

    /// Whether the last request to a store that is elsewhere failed.
    pub(super) fn is_failing(&self) -> bool {
        self.is_remote && self.fails.load(Ordering::Relaxed)
    }

    fn noted(&self, outcome: object_store::Result<()>) -> Result<(), Error> {
        self.note(outcome.is_ok());
        Ok(outcome?)
    }

    fn note(&self, works: bool) {
        self.fails.store(!works, Ordering::Relaxed);
    }

    /// Lists all objects of this installation.
    pub(super) fn list(&self) -> BoxStream<'static, Result<Found, Error>> {
        let found = |meta: ObjectMeta| Found { id: meta.location.filename().unwrap_or_default().to_owned() };
        self.store.list(Some(&self.prefix)).map_ok(found).map_err(Error::from).boxed()
    }

    /// Path of an object: by the end of its id, which is random, so that no folder holds too many.
    fn path(&self, id: &str) -> ObjectPath {
        let end = id.get(id.len().saturating_sub(2)..).unwrap_or_default();
        self.prefix.clone().join(end).join(id)
    }
}

fn cell(id: &str) -> Cell<'_> {
    Cell { table: "attachments", column: "object", id }
}
