//! SQL of the tests of retention and of lists: rows of a chosen age and status, which no room offers to write.

use serde_json::Value;

use crate::db::{Cell, Db, Result, Sealer, defer, execute, on};

/// Referral of the patient `patient` and the user `u-1`, with one step in its timeline, one document, and a record of what
/// was sent if it was.
#[derive(Clone, Copy, Debug, Default)]
pub struct RawReferral<'a> {
    /// Row id.
    pub id: &'a str,
    /// Status as stored.
    pub status: &'a str,
    /// Time of the last change, epoch milliseconds.
    pub updated_at: i64,
    /// Time of the signature, epoch milliseconds.
    pub submitted_at: Option<i64>,
    /// Time at which it was discarded, epoch milliseconds.
    pub discarded_at: Option<i64>,
    /// Whether it was created with its page and not saved by anyone.
    pub is_untouched: bool,
}

/// Inserts a referral whose sealed columns are empty.
pub async fn insert_referral(db: &Db, referral: RawReferral<'_>) -> Result<()> {
    let RawReferral { id, status, updated_at, submitted_at, discarded_at, is_untouched } = referral;
    let (empty, mut tx) = (&[][..] as &[u8], db.begin_write().await?);
    execute!(
        &mut tx,
        "INSERT INTO referrals (id, number, user_id, ehr_id, context_id, patient_key, form_id, status, revision, page_id, \
         page_save, summary, snapshot, answers, created_at, updated_at, submitted_at, discarded_at) \
         VALUES ($1, $1, 'u-1', 'riverside', 'c', 'patient', 'f', $2, $7, '', 0, $3, $3, $3, $4, $4, $5, $6)",
        id,
        status,
        empty,
        updated_at,
        submitted_at,
        discarded_at,
        i64::from(!is_untouched),
    );
    execute!(
        &mut tx,
        "INSERT INTO referral_events (id, referral_id, kind, at) VALUES ($1, $1, 'begun', $2)",
        id,
        updated_at,
    );
    execute!(&mut tx, "INSERT INTO referral_documents (referral_id, content) VALUES ($1, $2)", id, empty);
    if submitted_at.is_some() {
        execute!(
            &mut tx,
            "INSERT INTO sent_records (referral_id, form_url, form_version, content) VALUES ($1, 'f', '1', $2)",
            id,
            empty,
        );
    }
    tx.commit().await
}

/// Leaves a referral as an earlier version of Passerelle handed it over: without clinic, named clinician and time.
pub async fn age_hand_over(db: &Db, id: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "UPDATE referrals SET clinic_key = NULL, signer_id = NULL, handed_over_at = NULL WHERE id = $1",
        id
    );
    tx.commit().await
}

/// Inserts the row of a file of a referral, without an object.
pub async fn insert_attachment(db: &Db, referral_id: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    let empty: &[u8] = &[];
    execute!(
        &mut tx,
        "INSERT INTO attachments (id, referral_id, place, content_type, size, details, created_at, created_by) \
         VALUES ($1, $1, 'photos', 'image/jpeg', 1, $2, 0, 'u-1')",
        referral_id,
        empty,
    );
    tx.commit().await
}

/// Sets the status of a delivery, and the time at which it ended, epoch milliseconds.
pub async fn set_delivery(db: &Db, id: &str, status: &str, settled_at: Option<i64>) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "UPDATE deliveries SET status = $1, settled_at = $2 WHERE id = $3",
        status,
        settled_at,
        id
    );
    tx.commit().await
}

/// Ids of the deliveries whose messages are kept.
pub async fn kept_messages(db: &Db) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM deliveries WHERE LENGTH(payload) > 0 AND payload_removed_at IS NULL ORDER BY id",
        ).fetch_all(p).await?
    }))
}

/// Ids of the rows of `referrals`.
pub async fn referral_ids(db: &Db) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM referrals ORDER BY id").fetch_all(p).await?
    }))
}

/// Inserts a launch context without tokens that ended at `ended_at`, and whose tokens are due for revocation at
/// `revoke_due_at`, epoch milliseconds.
pub async fn insert_ended_context(
    db: &Db,
    id: &str,
    session_id: Option<&str>,
    ended_at: i64,
    revoke_due_at: Option<i64>,
) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "INSERT INTO launch_contexts (id, session_id, ehr_id, tokens, chart, created_at, ended_at, revoke_due_at) \
         VALUES ($1, $2, 'riverside', $3, $3, $4, $4, $5)",
        id,
        session_id,
        &[][..] as &[u8],
        ended_at,
        revoke_due_at,
    );
    tx.commit().await
}

/// Inserts the trace of a launch that started at `at`, epoch milliseconds.
pub async fn insert_trace(db: &Db, id: &str, at: i64) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "INSERT INTO launch_traces (correlation_id, at, outcome, steps) VALUES ($1, $2, 'opened', '[]')",
        id,
        at,
    );
    tx.commit().await
}

/// Inserts a sign-in that was created at `created_at` and decided at `taken_at`, epoch milliseconds.
pub async fn insert_sign_in(db: &Db, id: &str, created_at: i64, taken_at: Option<i64>) -> Result<()> {
    let mut tx = db.begin_write().await?;
    execute!(
        &mut tx,
        "INSERT INTO pending_sign_ins (id, binding_hash, ehr_id, kind, arrival, tries, created_at, taken_at) \
         VALUES ($1, '', 'riverside', 'link', $2, 0, $3, $4)",
        id,
        &[][..] as &[u8],
        created_at,
        taken_at,
    );
    tx.commit().await
}

/// Copy of a referral for lists. Only its summary can be opened.
#[derive(Clone, Debug)]
pub struct CopiedReferral {
    /// Row id.
    pub id: String,
    /// Number for people.
    pub number: String,
    /// Status as stored.
    pub status: &'static str,
    /// Time of the last change, epoch milliseconds.
    pub updated_at: i64,
    /// Name of the patient in lists; `None` for that of the original.
    pub patient_name: Option<String>,
}

/// Copies a referral, in one transaction.
///
/// # Panics
/// If there is no referral with this id.
pub async fn copy_referral(db: &Db, sealer: &Sealer, id: &str, copies: &[CopiedReferral]) -> Result<()> {
    fn cell(id: &str) -> Cell<'_> {
        Cell { table: "referrals", column: "summary", id }
    }
    let sealed: Option<Vec<u8>> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT summary FROM referrals WHERE id = $1").bind(id).fetch_optional(p).await?
    });
    let summary: Value = sealer.open_json(cell(id), &sealed.expect("a referral with this id"))?;
    let mut tx = db.begin_write().await?;
    for copy in copies {
        let mut summary = summary.clone();
        if let Some(name) = &copy.patient_name {
            summary["patient_name"] = name.clone().into();
        }
        defer!(
            &mut tx,
            "INSERT INTO referrals (id, number, user_id, ehr_id, context_id, patient_key, form_id, service_id, status, \
             revision, page_id, page_save, summary, snapshot, answers, created_at, updated_at, submitted_at, submitted_by) \
             SELECT $1, $2, user_id, ehr_id, context_id, patient_key, form_id, service_id, $3, 1, '', 0, $4, snapshot, \
             answers, created_at, $5, submitted_at, submitted_by FROM referrals WHERE id = $6",
            &copy.id,
            &copy.number,
            copy.status,
            &sealer.seal_json(cell(&copy.id), &summary)?,
            copy.updated_at,
            id,
        );
    }
    tx.commit().await
}
