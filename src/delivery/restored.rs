//! Recognition of a restored database, and the hold on all sending that follows.
//!
//! On PostgreSQL a restored table has another object id than the one that is stored in it, or its cluster counts fewer
//! transactions. A copied file of SQLite, and a server whose disk was restored, have neither: they are recognised by a mark of
//! what was sent beside the database. The mark is a file and not a column, because a column is restored together with the
//! database. It is the number of claims ever made, written after a claim is committed and before anything is sent, so a
//! database that counts fewer claims than its mark is older than what was sent.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use super::{
    outbox::Outbox,
    restored_store::{self, Counted},
};
use crate::db::{Result, Tx};

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

    /// Whether the database counts fewer claims than this process has seen: it was restored meanwhile.
    fn is_behind(&self, claims: i64) -> bool {
        claims < self.last.load(Ordering::Acquire)
    }

    /// Writes the mark durably. A failure is logged: sending must not depend on this file.
    async fn write(&self, claims: i64) {
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

/// Whether a claim shows that the database was restored while this process ran. To be called in the transaction of the claim.
pub(super) fn shows_restoration(counted: Counted, mark: Option<&SentMark>) -> bool {
    !counted.is_adopted || mark.is_some_and(|mark| mark.is_behind(counted.claims))
}

/// Writes the mark after a claim was committed, and before anything of it is sent.
pub(super) async fn note_claim(counted: Counted, mark: Option<&SentMark>) {
    if let Some(mark) = mark {
        mark.write(counted.claims).await;
    }
}

/// Holds all sending if the database was restored from a backup, and returns whether it was: its rows come from another table,
/// it is older than the mark, or it has sent and has no mark. Then the mark follows the database.
///
/// # Errors
/// The error of the database.
pub(super) async fn check(outbox: &Outbox, mark: Option<&SentMark>) -> Result<bool> {
    // In this order: another worker writes its mark after it counted.
    let marked = mark.and_then(SentMark::read);
    let mut tx = outbox.ground.db.begin_write().await?;
    let is_copied = restored_store::adopt(&mut tx).await?;
    let claims = restored_store::count_claims(&mut tx).await?;
    let is_behind = mark
        .is_some_and(|mark| mark.is_behind(claims) || marked.map_or(claims > 0, |marked| claims < marked));
    let is_restored = is_copied || is_behind;
    if is_restored {
        hold(outbox, tx, claims.max(marked.unwrap_or_default()), mark).await?;
        return Ok(true);
    }
    tx.commit().await?;
    if let Some(mark) = mark.filter(|_| marked.is_none()) {
        mark.write(claims).await;
    }
    Ok(false)
}

/// Holds all sending because the database was restored.
///
/// # Errors
/// The error of the database.
pub(super) async fn declare(outbox: &Outbox, mark: Option<&SentMark>) -> Result<()> {
    let marked = mark.and_then(SentMark::read).unwrap_or_default();
    let mut tx = outbox.ground.db.begin_write().await?;
    restored_store::adopt(&mut tx).await?;
    let claims = restored_store::count_claims(&mut tx).await?;
    hold(outbox, tx, claims.max(marked), mark).await
}

/// Holds all sending, and lets database and mark agree on a number of claims.
async fn hold(outbox: &Outbox, mut tx: Tx, claims: i64, mark: Option<&SentMark>) -> Result<()> {
    restored_store::raise_claims(&mut tx, claims).await?;
    outbox.hold_restored(&mut tx).await?;
    tx.commit().await?;
    if let Some(mark) = mark {
        mark.write(claims).await;
    }
    Ok(())
}
