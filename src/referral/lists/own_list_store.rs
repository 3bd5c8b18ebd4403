//! SQL of the list of a user's own referrals: pages of it, and chunks for a search. Opens the summary of a row and no other
//! sealed column.

use super::store::{ListRow, Listed, open};
use crate::db::{Db, Result, Sealer, on};

/// Place of a row in a list that is sorted by its last change, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Time of the last change, epoch milliseconds.
    pub(in crate::referral) updated_at: i64,
    /// Row id.
    pub(in crate::referral) id: String,
}

impl Cursor {
    /// Place before every row.
    pub(in crate::referral) fn newest() -> Self {
        Self { updated_at: i64::MAX, id: String::new() }
    }
}

/// Rows that [`find_own_after`] returns at most.
pub(super) const CHUNK_ROWS: usize = 250;

/// Finds the referrals that a user started or signed, of one patient or of all, newest first, those after the cursor.
pub(super) async fn find_own_after(
    db: &Db,
    sealer: &Sealer,
    user_id: &str,
    patient_key: Option<&str>,
    after: &Cursor,
) -> Result<Vec<Listed>> {
    let rows: Vec<ListRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, number, status, summary, updated_at, submitted_at FROM referrals \
             WHERE (user_id = $1 OR submitted_by = $1) AND (patient_key = $2 OR $3 = 1) AND discarded_at IS NULL \
             AND revision > 0 AND (updated_at < $4 OR (updated_at = $4 AND id < $5)) \
             ORDER BY updated_at DESC, id DESC LIMIT 250",
        )
        .bind(user_id).bind(patient_key.unwrap_or_default()).bind(i64::from(patient_key.is_none()))
        .bind(after.updated_at).bind(&after.id).fetch_all(p).await?
    });
    rows.into_iter().map(|row| open(row, sealer)).collect()
}

/// Counts the referrals that a user started or signed.
pub(super) async fn count_own(db: &Db, user_id: &str) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM referrals WHERE (user_id = $1 OR submitted_by = $1) AND discarded_at IS NULL \
             AND revision > 0",
        )
        .bind(user_id).fetch_one(p).await?
    }))
}

/// Rows that [`find_own_page`] returns at most.
pub(super) const PAGE_ROWS: usize = 25;

/// Finds the referrals that a user started or signed: first those that have not arrived, may not have, or were returned, then
/// those that wait for a signature, then newest first. [`Listed::place`] has the same order.
/// Skips `skipped` rows.
pub(super) async fn find_own_page(
    db: &Db,
    sealer: &Sealer,
    user_id: &str,
    skipped: i64,
) -> Result<Vec<Listed>> {
    let rows: Vec<ListRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT r.id, r.number, r.status, r.summary, r.updated_at, r.submitted_at FROM referrals r \
             JOIN (SELECT id, CASE WHEN status IN ('retrying', 'not-delivered', 'unconfirmed') \
             OR (status = 'draft' AND returned_at IS NOT NULL) THEN 0 WHEN status = 'ready-to-sign' THEN 1 ELSE 2 END AS place, \
             updated_at FROM referrals WHERE (user_id = $1 OR submitted_by = $1) AND discarded_at IS NULL AND revision > 0 \
             ORDER BY place, updated_at DESC, id DESC LIMIT 25 OFFSET $2) o ON o.id = r.id \
             ORDER BY o.place, o.updated_at DESC, o.id DESC",
        )
        .bind(user_id).bind(skipped).fetch_all(p).await?
    });
    rows.into_iter().map(|row| open(row, sealer)).collect()
}
