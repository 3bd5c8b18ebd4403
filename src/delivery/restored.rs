//! Recognition of a restored database: a mark beside it of what was sent.
//!
//! The mark is a file and not a column, because a column is restored together with the database. It is the number of
//! claims ever made. It is written after a claim is committed and before anything is sent, so a database that counts fewer claims
//! than its mark is older than what was sent.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use super::{control_store, outbox::Outbox};
use crate::db::Result;

/// File beside the database with the number of claims ever made.
#[derive(Clone, Debug)]
pub struct SentMark {
    file: Arc<PathBuf>,
    /// Number of claims at the last claim of this process.
    last: Arc<AtomicI64>,
}

impl SentMark {
    /// Returns the mark in a file, which need not exist.
    #[must_use]
    pub fn new(file: &Path) -> Self {
        Self { file: Arc::new(file.to_owned()), last: Arc::default() }
    }

    /// Holds all sending if the database is older than its mark, or has sent and has no mark: it was restored, and what
    /// was sent since the backup is not known. Returns whether it was. Then the mark follows the database.
    ///
    /// # Errors
    /// The error of the database.
    pub async fn check(&self, outbox: &Outbox) -> Result<bool> {
        let ground = &outbox.ground;
        // In this order: another worker writes its mark after it counted.
        let marked = self.read();
        let claims = control_store::count_claims(&ground.db).await?;
        let is_restored = self.is_behind(claims) || marked.map_or(claims > 0, |marked| claims < marked);
        if is_restored {
            let mut tx = ground.db.begin_write().await?;
            control_store::doubt_pending(&mut tx, &*ground.clock).await?;
            tx.commit().await?;
            outbox.hold("the database was restored from a backup").await?;
            tracing::error!(
                claims,
                marked,
                file = %self.file.display(),
                "sending is held: the database was restored from a backup, and messages may have been sent since; see \
                 `passerelle deliveries list`, then run `passerelle deliveries release`"
            );
        }
        if is_restored || marked.is_none() {
            self.write(claims).await;
        }
        Ok(is_restored)
    }

    /// Whether the database counts fewer claims than this process has seen: it was restored meanwhile.
    pub(super) fn is_behind(&self, claims: i64) -> bool {
        claims < self.last.load(Ordering::Acquire)
    }

    /// Writes the mark durably. A failure is logged: sending must not depend on this file.
    pub(super) async fn write(&self, claims: i64) {
        self.last.store(claims, Ordering::Release);
        let file = Arc::clone(&self.file);
        let written = tokio::task::spawn_blocking(move || write(&file, claims)).await;
        if let Ok(Err(error)) = written {
            tracing::error!(file = %self.file.display(), cause = %error, "the mark beside the database was not written");
        }
    }

    fn read(&self) -> Option<i64> {
        std::fs::read_to_string(&**self.file).ok()?.trim().parse().ok()
    }
}

fn write(file: &Path, claims: i64) -> io::Result<()> {
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let mut written = std::fs::File::create(&partial)?;
    writeln!(written, "{claims}")?;
    written.sync_all()?;
    std::fs::rename(&partial, file)
}
