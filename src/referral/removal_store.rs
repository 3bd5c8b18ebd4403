//! SQL of drafts that are removed at an age, and of documents that outlived their draft.
//!
//! A referral that was signed is never removed: neither its row, nor its timeline, nor the record of what was sent.

use super::documents::store::delete_documents;
use crate::{
    attachments::store::delete_attachments,
    clock::Clock,
    db::{AgedRows, Db, Result, Span, Tx, aged_rows, defer, on, on_tx, row},
};

/// Documents of referrals that were delivered or sent by fax before a time.
pub const SENT_DOCUMENTS: AgedRows = aged_rows!(
    "referral_documents",
    "referral_id",
    "(SELECT r.updated_at FROM referrals r WHERE r.id = referral_documents.referral_id)",
    "EXISTS (SELECT r.id FROM referrals r WHERE r.id = referral_documents.referral_id AND r.updated_at < $1 \
     AND r.status IN ('sent', 'placed', 'faxed', 'replaced'))"
);

/// Files of referrals that were delivered or sent by fax before a time. The sweep deletes their objects.
pub const SENT_ATTACHMENTS: AgedRows = aged_rows!(
    "attachments",
    "id",
    "(SELECT r.updated_at FROM referrals r WHERE r.id = attachments.referral_id)",
    "EXISTS (SELECT r.id FROM referrals r WHERE r.id = attachments.referral_id AND r.updated_at < $1 \
     AND r.status IN ('sent', 'placed', 'faxed', 'replaced'))"
);

/// Drafts that are removed at an age, with the statements that count and remove them.
#[derive(Clone, Copy, Debug)]
pub struct AgedDrafts {
    span: &'static str,
    take: &'static str,
}

// `updated_at` is in every condition for the index of unsent referrals. The outer WHERE of `take` repeats the condition: it
// locks the rows, and one that was saved meanwhile is kept.
macro_rules! aged_drafts {
    ($time:literal, $condition:literal) => {
        AgedDrafts {
            span: concat!(
                "SELECT COUNT(*) AS count, MIN(",
                $time,
                ") AS oldest_at, MAX(",
                $time,
                ") AS newest_at FROM referrals WHERE submitted_at IS NULL AND updated_at < $1 AND ",
                $condition,
                aged_drafts!(@unsent)
            ),
            take: concat!(
                "UPDATE referrals SET discarded_at = COALESCE(discarded_at, $2), page_id = '' \
                 WHERE submitted_at IS NULL AND updated_at < $1 AND ",
                $condition,
                " AND id IN (SELECT id FROM referrals WHERE submitted_at IS NULL AND updated_at < $1 AND ",
                $condition,
                aged_drafts!(@unsent),
                " ORDER BY ",
                $time,
                ", id LIMIT $3) RETURNING id, ehr_id, patient_key"
            ),
        }
    };
    (@unsent) => {
        " AND NOT EXISTS (SELECT s.referral_id FROM sent_records s WHERE s.referral_id = referrals.id) \
         AND NOT EXISTS (SELECT d.id FROM deliveries d WHERE d.subject_kind = 'referral' AND d.subject_id = referrals.id)"
    };
}

/// Drafts that were not changed since a time.
pub const UNTOUCHED: AgedDrafts =
    aged_drafts!("updated_at", "discarded_at IS NULL AND status IN ('draft', 'ready-to-sign')");

/// Drafts that were discarded before a time.
pub const DISCARDED: AgedDrafts = aged_drafts!("discarded_at", "discarded_at < $1");

row! {
    /// Draft that was removed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RemovedDraft {
        /// Row id.
        pub id: String,
        /// Id of the EHR of the chart.
        pub ehr_id: String,
        /// Keyed hash that identifies the patient.
        pub patient_key: String,
    }
}

impl AgedDrafts {
    /// Counts the drafts that are older than `before`, in epoch milliseconds.
    pub async fn find(&self, db: &Db, before: i64) -> Result<Span> {
        Ok(on!(db.read(), p => sqlx::query_as(self.span).bind(before).fetch_one(p).await?))
    }

    /// Removes the oldest of these drafts with their documents and timelines, at most `limit`.
    pub async fn remove(
        &self,
        tx: &mut Tx,
        clock: &dyn Clock,
        before: i64,
        limit: i64,
    ) -> Result<Vec<RemovedDraft>> {
        let taken: Vec<RemovedDraft> = on_tx!(tx, c => {
            sqlx::query_as(self.take).bind(before).bind(clock.now_ms()).bind(limit).fetch_all(c).await?
        });
        for draft in &taken {
            delete_documents(tx, &draft.id).await?;
            delete_attachments(tx, &draft.id).await?;
            defer!(tx, "DELETE FROM referral_events WHERE referral_id = $1", &draft.id);
            defer!(tx, "DELETE FROM referrals WHERE id = $1", &draft.id);
        }
        Ok(taken)
    }
}
