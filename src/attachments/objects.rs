//! Sealed objects in a folder or bucket.

use std::{path::Path, sync::Arc};

use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use object_store::{
    ObjectMeta, ObjectStore, ObjectStoreExt as _, local::LocalFileSystem, memory::InMemory,
    path::Path as ObjectPath,
};

use super::error::Error;
use crate::db::{Cell, Sealer};

/// Place of the sealed objects of an installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Folder of this installation: an object of another one is never touched.
    prefix: ObjectPath,
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
        Self { store, prefix: ObjectPath::from(installation) }
    }

    /// Writes an object, sealed with its own key.
    pub(super) async fn put(&self, id: &str, key: &[u8; 32], bytes: &[u8]) -> Result<(), Error> {
        let sealed = Sealer::of_object(key).seal(cell(id), bytes)?;
        self.store.put(&self.path(id), sealed.into()).await?;
        Ok(())
    }

    /// Reads an object. `None` if it is missing, or is not what was written under this name and key.
    pub(super) async fn find(&self, id: &str, key: &[u8; 32]) -> Result<Option<Vec<u8>>, Error> {
        let read = match self.store.get(&self.path(id)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match read {
            Ok(sealed) => Ok(Sealer::of_object(key).open(cell(id), &sealed).ok()),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes an object. It may be gone already.
    pub(super) async fn delete(&self, id: &str) -> Result<(), Error> {
        match self.store.delete(&self.path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
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
