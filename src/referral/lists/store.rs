//! The SQL of lists of referrals, of a hundred lines at most.
//!
//! Why the hundred is no parameter: SQLite plans a statement anew each time its `LIMIT` is bound.

use crate::{
    db::{Db, Result, Sealer, on, row},
    referral::{
        Status,
        draft::Summary,
        store::{cell, status},
    },
};

row! {
    struct ListRow {
        id: String,
        number: String,
        status: String,
        summary: Vec<u8>,
        updated_at: i64,
        submitted_at: Option<i64>,
    }
}

/// A referral in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Row id.
    pub id: String,
    /// Number as people read it out.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// What lists show.
    pub summary: Summary,
    /// When it last changed, epoch milliseconds.
    pub updated_at: i64,
    /// When it was submitted.
    pub submitted_at: Option<i64>,
}

/// Whose referrals a query may see.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// The person.
    pub user_id: &'a str,
    /// Whether this person also signs what delegates prepared, for the patient and EHR given.
    pub signs: bool,
}

/// The drafts of a patient that this person wrote or may sign, newest first. Untouched ones are left out.
///
/// # Errors
/// When the database fails.
pub async fn find_drafts(
    db: &Db,
    sealer: &Sealer,
    patient_key: &str,
    ehr_id: &str,
    viewer: Viewer<'_>,
) -> Result<Vec<Listed>> {
    let rows: Vec<ListRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, number, status, summary, updated_at, submitted_at FROM referrals WHERE patient_key = $1 \
             AND discarded_at IS NULL AND revision > 0 AND ((status IN ('draft', 'ready-to-sign') AND user_id = $2) \
             OR (status = 'ready-to-sign' AND ehr_id = $3 AND $4 = 1)) ORDER BY updated_at DESC LIMIT 100",
        )
        .bind(patient_key).bind(viewer.user_id).bind(ehr_id).bind(i64::from(viewer.signs))
        .fetch_all(p).await?
    });
    rows.into_iter().map(|row| list(row, sealer)).collect()
}

/// Everything this person began or signed, of one patient or of all, newest first.
///
/// # Errors
/// When the database fails.
pub async fn find_mine(
    db: &Db,
    sealer: &Sealer,
    user_id: &str,
    patient_key: Option<&str>,
) -> Result<Vec<Listed>> {
    let rows: Vec<ListRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, number, status, summary, updated_at, submitted_at FROM referrals \
             WHERE (user_id = $1 OR submitted_by = $1) AND (patient_key = $2 OR $3 = 1) AND discarded_at IS NULL \
             AND revision > 0 ORDER BY updated_at DESC LIMIT 100",
        )
        .bind(user_id).bind(patient_key.unwrap_or_default()).bind(i64::from(patient_key.is_none()))
        .fetch_all(p).await?
    });
    rows.into_iter().map(|row| list(row, sealer)).collect()
}

fn list(row: ListRow, sealer: &Sealer) -> Result<Listed> {
    Ok(Listed {
        summary: sealer.open_json(cell("summary", &row.id), &row.summary)?,
        status: status(&row.id, &row.status)?,
        id: row.id,
        number: row.number,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
    })
}

/// Whether this person may see a referral that is not bound to an open chart: they began or signed it.
///
/// # Errors
/// When the database fails.
pub async fn is_mine(db: &Db, id: &str, user_id: &str) -> Result<bool> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM referrals WHERE id = $1 AND (user_id = $2 OR submitted_by = $2)")
            .bind(id).bind(user_id).fetch_optional(p).await?
    });
    Ok(found.is_some())
}

/// What a new page of a form must know: whether drafts of this patient wait, as [`find_drafts`] would list them, and the
/// ids of the drafts this launch context began and nobody touched, by form.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// Whether drafts wait.
    pub drafts: bool,
    untouched: Vec<(String, String)>,
}

impl Waiting {
    /// The untouched draft of a form: its page was only reloaded.
    #[must_use]
    pub fn untouched(&self, form_id: &str) -> Option<&str> {
        self.untouched.iter().find(|(form, _)| form == form_id).map(|(_, id)| id.as_str())
    }
}

/// Looks for what waits.
///
/// # Errors
/// When the database fails.
pub async fn find_waiting(
    db: &Db,
    (patient_key, ehr_id): (&str, &str),
    context_id: &str,
    viewer: Viewer<'_>,
) -> Result<Waiting> {
    let rows: Vec<(String, String, i64)> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT form_id, id, revision FROM referrals WHERE patient_key = $1 AND discarded_at IS NULL \
             AND ((revision > 0 AND ((status IN ('draft', 'ready-to-sign') AND user_id = $2) \
             OR (status = 'ready-to-sign' AND ehr_id = $3 AND $4 = 1))) \
             OR (revision = 0 AND context_id = $5 AND user_id = $2 AND status = 'draft')) ORDER BY id DESC LIMIT 100",
        )
        .bind(patient_key).bind(viewer.user_id).bind(ehr_id).bind(i64::from(viewer.signs)).bind(context_id)
        .fetch_all(p).await?
    });
    let drafts = rows.iter().any(|(.., revision)| *revision > 0);
    let untouched = rows.into_iter().filter(|(.., revision)| *revision == 0);
    Ok(Waiting { drafts, untouched: untouched.map(|(form, id, _)| (form, id)).collect() })
}

/// The referral for an order of the EHR that this person may open, the newest.
///
/// # Errors
/// When the database fails.
pub async fn find_for_order(
    db: &Db,
    (patient_key, ehr_id, order_url): (&str, &str, &str),
    viewer: Viewer<'_>,
) -> Result<Option<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM referrals WHERE patient_key = $1 AND ehr_id = $2 AND order_url = $3 AND discarded_at IS NULL \
             AND revision > 0 AND (user_id = $4 OR submitted_by = $4 OR (status = 'ready-to-sign' AND $5 = 1)) \
             ORDER BY id DESC LIMIT 1",
        )
        .bind(patient_key).bind(ehr_id).bind(order_url).bind(viewer.user_id).bind(i64::from(viewer.signs))
        .fetch_optional(p).await?
    }))
}

/// When this patient was last referred to this service since `since`, epoch milliseconds, not counting `besides`.
///
/// # Errors
/// When the database fails.
pub async fn find_recent(
    db: &Db,
    (patient_key, service_id): (&str, &str),
    besides: &str,
    since: i64,
) -> Result<Option<i64>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT MAX(submitted_at) FROM referrals WHERE patient_key = $1 AND service_id = $2 AND submitted_at > $3 \
             AND id <> $4",
        ).bind(patient_key).bind(service_id).bind(since).bind(besides).fetch_one(p).await?
    }))
}
