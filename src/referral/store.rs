//! The SQL of referrals.

use super::{
    Status,
    draft::{Referral, Snapshot, Summary},
};
use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, Sealer, Tx, execute, on, on_tx, row},
    forms::Answers,
};

row! {
    struct ReferralRow {
        id: String,
        number: String,
        user_id: String,
        ehr_id: String,
        context_id: String,
        patient_key: String,
        form_id: String,
        service_id: Option<String>,
        status: String,
        revision: i64,
        summary: Vec<u8>,
        snapshot: Vec<u8>,
        answers: Vec<u8>,
        updated_at: i64,
        submitted_at: Option<i64>,
    }
}

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

const LONGEST_LIST: i64 = 100;

/// Stores a new draft.
///
/// # Errors
/// When the database fails.
pub async fn insert_referral(tx: &mut Tx, clock: &dyn Clock, sealer: &Sealer, new: &Referral) -> Result<()> {
    let summary = sealer.seal_json(cell("summary", &new.id), &new.summary)?;
    let snapshot = sealer.seal_json(cell("snapshot", &new.id), &new.snapshot)?;
    let answers = sealer.seal_json(cell("answers", &new.id), &new.answers)?;
    execute!(
        tx,
        "INSERT INTO referrals (id, number, user_id, ehr_id, context_id, patient_key, form_id, status, revision, summary, \
         snapshot, answers, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        &new.id,
        &new.number,
        &new.user_id,
        &new.ehr_id,
        &new.context_id,
        &new.patient_key,
        &new.form_id,
        new.status.as_str(),
        new.revision,
        &summary,
        &snapshot,
        &answers,
        clock.now_ms(),
    );
    Ok(())
}

/// A referral by id, whoever asks; the caller decides whether they may.
///
/// # Errors
/// When the database fails, or a sealed column does not open.
pub async fn find_referral(db: &Db, sealer: &Sealer, id: &str) -> Result<Option<Referral>> {
    let row: Option<ReferralRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, number, user_id, ehr_id, context_id, patient_key, form_id, service_id, status, revision, summary, \
             snapshot, answers, updated_at, submitted_at FROM referrals WHERE id = $1 AND discarded_at IS NULL",
        ).bind(id).fetch_optional(p).await?
    });
    row.map(|row| open(row, sealer)).transpose()
}

/// The untouched draft a launch context already has for a form: a page that was only reloaded.
///
/// # Errors
/// As [`find_referral`].
pub async fn find_untouched(
    db: &Db,
    sealer: &Sealer,
    context_id: &str,
    form_id: &str,
    user_id: &str,
) -> Result<Option<Referral>> {
    let row: Option<ReferralRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT id, number, user_id, ehr_id, context_id, patient_key, form_id, service_id, status, revision, summary, \
             snapshot, answers, updated_at, submitted_at FROM referrals WHERE context_id = $1 AND form_id = $2 \
             AND user_id = $3 AND revision = 0 AND status = 'draft' AND discarded_at IS NULL ORDER BY id DESC LIMIT 1",
        ).bind(context_id).bind(form_id).bind(user_id).fetch_optional(p).await?
    });
    row.map(|row| open(row, sealer)).transpose()
}

fn open(row: ReferralRow, sealer: &Sealer) -> Result<Referral> {
    Ok(Referral {
        summary: sealer.open_json(cell("summary", &row.id), &row.summary)?,
        snapshot: sealer.open_json(cell("snapshot", &row.id), &row.snapshot)?,
        answers: sealer.open_json(cell("answers", &row.id), &row.answers)?,
        status: status(&row.id, &row.status)?,
        id: row.id,
        number: row.number,
        user_id: row.user_id,
        ehr_id: row.ehr_id,
        context_id: row.context_id,
        patient_key: row.patient_key,
        form_id: row.form_id,
        service_id: row.service_id,
        revision: row.revision,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
    })
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
             OR (status = 'ready-to-sign' AND ehr_id = $3 AND $4 = 1)) ORDER BY updated_at DESC LIMIT $5",
        )
        .bind(patient_key).bind(viewer.user_id).bind(ehr_id).bind(i64::from(viewer.signs)).bind(LONGEST_LIST)
        .fetch_all(p).await?
    });
    rows.into_iter().map(|row| list(row, sealer)).collect()
}

/// How many drafts [`find_drafts`] would give.
///
/// # Errors
/// When the database fails.
pub async fn count_drafts(db: &Db, patient_key: &str, ehr_id: &str, viewer: Viewer<'_>) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM referrals WHERE patient_key = $1 AND discarded_at IS NULL AND revision > 0 \
             AND ((status IN ('draft', 'ready-to-sign') AND user_id = $2) \
             OR (status = 'ready-to-sign' AND ehr_id = $3 AND $4 = 1))",
        )
        .bind(patient_key).bind(viewer.user_id).bind(ehr_id).bind(i64::from(viewer.signs)).fetch_one(p).await?
    }))
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
             AND revision > 0 ORDER BY updated_at DESC LIMIT $4",
        )
        .bind(user_id).bind(patient_key.unwrap_or_default()).bind(i64::from(patient_key.is_none())).bind(LONGEST_LIST)
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

/// Writes answers over those of the revision the page showed. What its owner changes is a draft again; what a signer
/// changes stays ready to sign. Gives the new revision; none when it was changed or sent
/// meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn update_answers(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    (id, revision, editor): (&str, i64, &str),
    answers: &Answers,
) -> Result<Option<i64>> {
    let sealed = sealer.seal_json(cell("answers", id), answers)?;
    let changed: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE referrals SET answers = $1, revision = revision + 1, updated_at = $2, \
             status = CASE WHEN user_id = $5 THEN 'draft' ELSE status END \
             WHERE id = $3 AND revision = $4 AND status IN ('draft', 'ready-to-sign') AND discarded_at IS NULL \
             RETURNING revision",
        ).bind(&sealed).bind(clock.now_ms()).bind(id).bind(revision).bind(editor).fetch_optional(c).await?
    });
    Ok(changed)
}

/// Replaces what was read of the chart, in the transaction that writes the answers that follow from it.
///
/// # Errors
/// When the database fails.
pub async fn update_snapshot(tx: &mut Tx, sealer: &Sealer, id: &str, snapshot: &Snapshot) -> Result<()> {
    let sealed = sealer.seal_json(cell("snapshot", id), snapshot)?;
    execute!(tx, "UPDATE referrals SET snapshot = $1 WHERE id = $2", &sealed, id);
    Ok(())
}

/// Chooses the destination. None when the referral was changed or sent meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn update_destination(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    (id, revision, editor): (&str, i64, &str),
    service_id: &str,
    summary: &Summary,
) -> Result<Option<i64>> {
    let sealed = sealer.seal_json(cell("summary", id), summary)?;
    let changed: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE referrals SET service_id = $1, summary = $2, revision = revision + 1, updated_at = $3, \
             status = CASE WHEN user_id = $6 THEN 'draft' ELSE status END \
             WHERE id = $4 AND revision = $5 AND status IN ('draft', 'ready-to-sign') AND discarded_at IS NULL \
             RETURNING revision",
        ).bind(service_id).bind(&sealed).bind(clock.now_ms()).bind(id).bind(revision).bind(editor).fetch_optional(c).await?
    });
    Ok(changed)
}

/// Moves an open referral of exactly this revision to another status. False when somebody was first.
///
/// # Errors
/// When the database fails.
pub async fn advance(
    tx: &mut Tx,
    clock: &dyn Clock,
    (id, revision): (&str, i64),
    to: Status,
    submitted_by: Option<&str>,
) -> Result<bool> {
    let now = clock.now_ms();
    let submitted_at = submitted_by.map(|_| now);
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = $1, revision = revision + 1, updated_at = $2, submitted_at = $3, submitted_by = $4 \
         WHERE id = $5 AND revision = $6 AND status IN ('draft', 'ready-to-sign') AND discarded_at IS NULL",
        to.as_str(),
        now,
        submitted_at,
        submitted_by,
        id,
        revision,
    );
    Ok(changed == 1)
}

/// Writes down how the delivery of a submitted referral stands.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &mut Tx, clock: &dyn Clock, id: &str, to: Status) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = $1, updated_at = $2 WHERE id = $3 AND status IN ('sending', 'unconfirmed', 'not-delivered')",
        to.as_str(),
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Throws a draft away. False when it is gone or sent.
///
/// # Errors
/// When the database fails.
pub async fn discard(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET discarded_at = $1 WHERE id = $2 AND status IN ('draft', 'ready-to-sign') \
         AND discarded_at IS NULL",
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Removes drafts nobody ever wrote in and that are older than `before`.
///
/// # Errors
/// When the database fails.
pub async fn forget_untouched(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        "DELETE FROM referrals WHERE revision = 0 AND status = 'draft' AND created_at < $1",
        before,
    ))
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

fn status(id: &str, text: &str) -> Result<Status> {
    text.parse().map_err(|()| Error::Row { table: "referrals", column: "status", id: id.to_owned() })
}

fn cell<'a>(column: &'static str, id: &'a str) -> Cell<'a> {
    Cell { table: "referrals", column, id }
}
