//! SQL of signed copies of referrals, and of the state of what they were copied from.

use crate::{
    db::{Db, Result, on, row},
    referral::{status::Status, store},
};

row! {
    struct CopyRow {
        id: String,
        number: String,
        status: String,
        original: String,
        submitted_at: i64,
        updated_at: i64,
        own: i64,
    }
}

/// Signed copy of a referral.
#[derive(Clone, Debug)]
pub(in crate::referral) struct SignedCopy {
    pub(in crate::referral) id: String,
    /// Number for people.
    pub(in crate::referral) number: String,
    pub(in crate::referral) status: Status,
    /// Number of the referral that it was copied from.
    pub(in crate::referral) original: String,
    /// Time of its signature, epoch milliseconds.
    pub(in crate::referral) submitted_at: i64,
    /// Time of the last change of its status, epoch milliseconds.
    pub(in crate::referral) updated_at: i64,
    /// Whether the user started or signed it, and so may see it.
    pub(in crate::referral) own: bool,
}

/// Finds the signed copies of a patient's referrals, newest first. The first step of a copy names its original.
pub(in crate::referral) async fn find_copies(
    db: &Db,
    patient_key: &str,
    user_id: &str,
) -> Result<Vec<SignedCopy>> {
    let rows: Vec<CopyRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT c.id, c.number, c.status, e.detail AS original, c.submitted_at, c.updated_at, \
             CAST(CASE WHEN c.user_id = $2 OR c.submitted_by = $2 THEN 1 ELSE 0 END AS BIGINT) AS own \
             FROM referrals c JOIN referral_events e ON e.referral_id = c.id \
             WHERE c.patient_key = $1 AND c.submitted_at IS NOT NULL AND c.discarded_at IS NULL \
             AND e.kind = 'begun' AND e.detail IS NOT NULL ORDER BY c.submitted_at DESC, c.id DESC LIMIT 100",
        )
        .bind(patient_key).bind(user_id).fetch_all(p).await?
    });
    let copy = |row: CopyRow| {
        Ok(SignedCopy {
            status: store::status(&row.id, &row.status)?,
            id: row.id,
            number: row.number,
            original: row.original,
            submitted_at: row.submitted_at,
            updated_at: row.updated_at,
            own: row.own == 1,
        })
    };
    rows.into_iter().map(copy).collect()
}

/// Finds the status of a referral.
pub(super) async fn find_status(db: &Db, id: &str) -> Result<Option<Status>> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT status FROM referrals WHERE id = $1 AND discarded_at IS NULL")
            .bind(id).fetch_optional(p).await?
    });
    found.map(|status| store::status(id, &status)).transpose()
}
