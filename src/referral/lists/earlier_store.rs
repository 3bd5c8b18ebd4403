//! SQL of the referrals of one patient that were sent already.

use crate::{
    db::{Db, Result, Sealer, on, row},
    referral::{
        draft::Summary,
        status::Status,
        store::{cell, status},
    },
};

row! {
    struct EarlierRow {
        id: String,
        number: String,
        status: String,
        summary: Vec<u8>,
        submitted_at: i64,
        form_id: String,
        service_id: Option<String>,
        own: i64,
    }
}

/// Referral that was signed earlier.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Row id.
    pub id: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Current status.
    pub status: Status,
    /// Sealed summary, opened; `None` if it cannot be opened.
    pub summary: Option<Summary>,
    /// Time of the signature, epoch milliseconds.
    pub submitted_at: i64,
    /// Id of the form.
    pub form_id: String,
    /// Id of the service that it goes to.
    pub service_id: Option<String>,
    /// Whether the user started or signed it, and so may see it.
    pub own: bool,
}

/// Text of the query of [`find_earlier`]: patient, user, earliest time that counts. The index `referrals_sent` answers it.
pub const EARLIER: &str = "SELECT id, number, status, summary, submitted_at, form_id, service_id, \
     CAST(CASE WHEN user_id = $2 OR submitted_by = $2 THEN 1 ELSE 0 END AS BIGINT) AS own FROM referrals \
     WHERE patient_key = $1 AND submitted_at IS NOT NULL AND discarded_at IS NULL \
     AND (submitted_at > $3 OR status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed')) \
     ORDER BY CASE WHEN status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') THEN 0 ELSE 1 END, \
     submitted_at DESC LIMIT 100";

/// Finds the referrals of a patient that were signed after `since`, in epoch milliseconds, and older ones that have not
/// arrived or may not have: these first, then newest first.
pub async fn find_earlier(
    db: &Db,
    sealer: &Sealer,
    patient_key: &str,
    user_id: &str,
    since: i64,
) -> Result<Vec<Earlier>> {
    let rows: Vec<EarlierRow> = on!(db.read(), p => {
        sqlx::query_as(EARLIER).bind(patient_key).bind(user_id).bind(since).fetch_all(p).await?
    });
    rows.into_iter().map(|row| open(row, sealer)).collect()
}

fn open(row: EarlierRow, sealer: &Sealer) -> Result<Earlier> {
    let summary = sealer.open_json(cell("summary", &row.id), &row.summary);
    let summary = summary.inspect_err(|error| {
        tracing::error!(referral = row.id, cause = %error, "the summary of a referral cannot be opened");
    });
    Ok(Earlier {
        summary: summary.ok(),
        status: status(&row.id, &row.status)?,
        id: row.id,
        number: row.number,
        submitted_at: row.submitted_at,
        form_id: row.form_id,
        service_id: row.service_id,
        own: row.own == 1,
    })
}
