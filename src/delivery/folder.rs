//! Channel that writes messages into a folder.

use std::{
    io,
    path::{Path, PathBuf},
};

use futures_util::future::BoxFuture;
use tokio::{fs, io::AsyncWriteExt as _};

use super::{channel::DeliveryChannel, envelope::Envelope, outcome::Outcome, reason_kind::ReasonKind};

/// Writes each message as `{id}.json` into a folder, atomically: a reader sees the complete file or none.
///
/// A message that is written twice is the same file, so there are no duplicates. That the destination fetched it is never known.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Returns a channel that writes below `root`. A destination may name a folder in it.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    async fn write(&self, envelope: &Envelope) -> io::Result<()> {
        let folder = self.root.join(&envelope.destination);
        fs::create_dir_all(&folder).await?;
        let name = format!("{}.json", envelope.id);
        let partial = folder.join(format!(".{name}.partial"));
        // A message holds patient data: only this user may read it.
        let mut options = fs::OpenOptions::new();
        let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&partial).await?;
        file.write_all(&envelope.payload).await?;
        file.sync_all().await?;
        drop(file);
        fs::rename(&partial, folder.join(&name)).await?;
        // The new name is durable only after its folder is synced.
        fs::File::open(&folder).await?.sync_all().await
    }
}

impl DeliveryChannel for Folder {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            if !is_name(&envelope.id) || !(envelope.destination.is_empty() || is_name(&envelope.destination))
            {
                return Outcome::Refused(ReasonKind::BadFileName.into());
            }
            match self.write(envelope).await {
                Ok(()) => Outcome::Placed,
                Err(error) => {
                    Outcome::OurFault(format!("{}: {}", ReasonKind::FileNotWritten, error.kind()).into())
                }
            }
        })
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 100
        && !text.starts_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
