//! SQL of lists of referrals, of at most 100 rows. A list opens the summary of a row and no other sealed column.
//!
//! Why the limit is not a parameter: SQLite plans a statement anew each time its `LIMIT` is bound.

use crate::{
    db::{Db, Result, Sealer, on, row},
    referral::{
        draft::Summary,
        status::Status,
        store::{cell, status},
    },
};

row! {
    /// Row of a list, sealed.
    pub(in crate::referral) struct ListRow {
        pub(in crate::referral) id: String,
        pub(in crate::referral) number: String,
        pub(in crate::referral) status: String,
        pub(in crate::referral) summary: Vec<u8>,
        pub(in crate::referral) updated_at: i64,
        pub(in crate::referral) submitted_at: Option<i64>,
    }
}

/// A referral in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Row id.
    pub id: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Current status.
    pub status: Status,
    /// Sealed summary, opened.
    pub summary: Summary,
    /// Time of the last change, epoch milliseconds.
    pub updated_at: i64,
    /// Time of submission, epoch milliseconds.
    pub submitted_at: Option<i64>,
}

/// User for whom a query selects referrals.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Row id of the user.
    pub user_id: &'a str,
    /// Whether the user also sees what delegates prepared for signature, for the patient and EHR of the query.
    pub signs: bool,
}

/// Patient and EHR that a query is about.
#[derive(Clone, Copy, Debug)]
pub struct ChartKey<'a> {
    /// Keyed hash that identifies the patient.
    pub patient_key: &'a str,
    /// Id of the EHR.
    pub ehr_id: &'a str,
}

impl Listed {
    /// Whether a clinician returned it instead of signing, and it was not handed over again since.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.status == Status::Draft && self.summary.returned.is_some()
    }

    /// Returns its part of a list: 0 needs the user, 1 waits for a signature, 2 is any other.
    #[must_use]
    pub fn place(&self) -> u8 {
        match self.status {
            status if status.needs_attention() || self.is_returned() => 0,
            Status::ReadyToSign => 1,
            _ => 2,
        }
    }
}

/// Opens a row. A summary that cannot be opened leaves the row without names, so that it does not hide the others.
pub(in crate::referral) fn open(row: ListRow, sealer: &Sealer) -> Result<Listed> {
    let summary = sealer.open_json(cell("summary", &row.id), &row.summary).unwrap_or_else(|error| {
        tracing::error!(referral = row.id, cause = %error, "the summary of a referral cannot be opened");
        Summary::default()
    });
    Ok(Listed {
        summary,
        status: status(&row.id, &row.status)?,
        id: row.id,
        number: row.number,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
    })
}

/// Whether a user started or signed a referral, and so may see it outside its chart.
pub async fn is_mine(db: &Db, id: &str, user_id: &str) -> Result<bool> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM referrals WHERE id = $1 AND (user_id = $2 OR submitted_by = $2)")
            .bind(id).bind(user_id).fetch_optional(p).await?
    });
    Ok(found.is_some())
}

/// Finds the signed referrals of a patient that a user started or signed. Returns their ids.
pub async fn find_signed_of_user(db: &Db, patient_key: &str, user_id: &str) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM referrals WHERE patient_key = $1 AND submitted_at IS NOT NULL AND discarded_at IS NULL \
             AND (user_id = $2 OR submitted_by = $2)",
        )
        .bind(patient_key).bind(user_id).fetch_all(p).await?
    }))
}

/// Finds the newest referral started from an order of the EHR that the viewer may open. Returns its id.
pub async fn find_for_order(
    db: &Db,
    chart: ChartKey<'_>,
    order_url: &str,
    viewer: Viewer<'_>,
) -> Result<Option<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM referrals WHERE patient_key = $1 AND ehr_id = $2 AND order_url = $3 AND discarded_at IS NULL \
             AND revision > 0 AND (user_id = $4 OR submitted_by = $4 OR (status = 'ready-to-sign' AND $5 = 1)) \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(chart.patient_key).bind(chart.ehr_id).bind(order_url).bind(viewer.user_id)
        .bind(i64::from(viewer.signs))
        .fetch_optional(p).await?
    }))
}

/// Query for an earlier referral of one patient to one service.
#[derive(Clone, Copy, Debug)]
pub struct EarlierReferral<'a> {
    /// Keyed hash that identifies the patient.
    pub patient_key: &'a str,
    /// Id of the service.
    pub service_id: &'a str,
    /// Row id of the referral that does not count.
    pub except_id: &'a str,
    /// Earliest time that counts, epoch milliseconds.
    pub since: i64,
}

row! {
    /// Earlier referral of a patient to a service.
    #[derive(Clone, Debug)]
    pub struct EarlierSubmission {
        /// Row id.
        pub id: String,
        /// Number for people.
        pub number: String,
        /// Word of its current status.
        pub status: String,
        /// Time of its signature, epoch milliseconds.
        pub submitted_at: i64,
        /// Name of the user who signed it.
        pub signed_by: Option<String>,
    }
}

/// Finds the referrals of the patient to the service: first those that arrived, then newest first. One that a copy replaced
/// is not among them.
pub async fn find_submissions(db: &Db, earlier: EarlierReferral<'_>) -> Result<Vec<EarlierSubmission>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT r.id, r.number, r.status, r.submitted_at, u.name AS signed_by FROM referrals r \
             LEFT JOIN users u ON u.id = r.submitted_by \
             WHERE r.patient_key = $1 AND r.service_id = $2 AND r.submitted_at > $3 AND r.id <> $4 \
             AND r.status <> 'replaced' AND r.discarded_at IS NULL \
             ORDER BY CASE WHEN r.status IN ('sent', 'placed', 'faxed') THEN 0 ELSE 1 END, r.submitted_at DESC, r.id DESC LIMIT 20",
        )
        .bind(earlier.patient_key).bind(earlier.service_id).bind(earlier.since).bind(earlier.except_id)
        .fetch_all(p).await?
    }))
}
