//! Rows of each kind, in the stores of their rooms: counted, and removed in batches.

use super::{kind::Kind, messages_store};
use crate::{
    db::{Result, Span, Tx},
    ground::Ground,
    launch::{store as launch_store, trace},
    referral::removal_store::{self, RemovedDraft},
    users::session_store,
};

/// Rows of one transaction.
const BATCH: i64 = 100;

/// Rows of one batch.
#[derive(Default)]
pub(super) struct Batch {
    /// Number of rows.
    pub(super) count: u64,
    /// The drafts among them.
    pub(super) drafts: Vec<RemovedDraft>,
}

impl Batch {
    fn of(count: u64) -> Self {
        Self { count, ..Self::default() }
    }

    fn of_drafts(drafts: Vec<RemovedDraft>) -> Self {
        Self { count: drafts.len() as u64, drafts }
    }
}

/// Counts the rows of a kind that are older than `before`, in epoch milliseconds.
pub(super) async fn find(ground: &Ground, kind: Kind, before: i64) -> Result<Span> {
    let db = &ground.db;
    match kind {
        Kind::SentMessages => messages_store::find_removable(db, before).await,
        Kind::SentDocuments => removal_store::SENT_DOCUMENTS.find(db, before).await,
        Kind::SentAttachments => removal_store::SENT_ATTACHMENTS.find(db, before).await,
        Kind::Drafts => removal_store::UNTOUCHED.find(db, before).await,
        Kind::DiscardedDrafts => removal_store::DISCARDED.find(db, before).await,
        Kind::AuditEvents => ground.audit.find_expired(db, before).await,
        Kind::LaunchTraces => trace::store::EXPIRED.find(db, before).await,
        Kind::LaunchAttempts => launch_store::EXPIRED_ATTEMPTS.find(db, before).await,
        Kind::SignIns => launch_store::EXPIRED_SIGN_INS.find(db, before).await,
        Kind::Sessions => session_store::EXPIRED.find(db, before).await,
        Kind::UnopenedContexts => launch_store::EXPIRED_UNOPENED.find(db, before).await,
    }
}

/// Removes the oldest of the rows that [`find`] counts, those of one batch.
pub(super) async fn remove_some(ground: &Ground, tx: &mut Tx, kind: Kind, before: i64) -> Result<Batch> {
    let clock = &*ground.clock;
    let count = match kind {
        Kind::SentMessages => messages_store::remove(tx, clock, before, BATCH).await?,
        Kind::SentDocuments => removal_store::SENT_DOCUMENTS.delete(tx, before, BATCH).await?,
        Kind::SentAttachments => removal_store::SENT_ATTACHMENTS.delete(tx, before, BATCH).await?,
        Kind::Drafts => {
            return Ok(Batch::of_drafts(removal_store::UNTOUCHED.remove(tx, clock, before, BATCH).await?));
        }
        Kind::DiscardedDrafts => {
            return Ok(Batch::of_drafts(removal_store::DISCARDED.remove(tx, clock, before, BATCH).await?));
        }
        Kind::AuditEvents => ground.audit.delete_expired(tx, before, BATCH).await?,
        Kind::LaunchTraces => trace::store::EXPIRED.delete(tx, before, BATCH).await?,
        Kind::LaunchAttempts => launch_store::EXPIRED_ATTEMPTS.delete(tx, before, BATCH).await?,
        Kind::SignIns => launch_store::EXPIRED_SIGN_INS.delete(tx, before, BATCH).await?,
        Kind::Sessions => session_store::EXPIRED.delete(tx, before, BATCH).await?,
        Kind::UnopenedContexts => launch_store::EXPIRED_UNOPENED.delete(tx, before, BATCH).await?,
    };
    Ok(Batch::of(count))
}
