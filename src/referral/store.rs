//! SQL of referrals, from draft to sent.

use super::{
    Status,
    draft::{Referral, Snapshot, Summary},
};
use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, SealedColumn, Sealer, Tx, defer, execute, on, on_tx, row, sealed_column},
    forms::Answers,
};

/// Sealed columns of referrals and their documents.
pub const SEALED: [SealedColumn; 5] = [
    sealed_column!("sent_records", "content", "referral_id"),
    sealed_column!("referrals", "summary", "id"),
    sealed_column!("referrals", "snapshot", "id"),
    sealed_column!("referrals", "answers", "id"),
    sealed_column!("referral_documents", "content", "referral_id"),
];

row! {
    struct ReferralRow {
        id: String,
        number: String,
        user_id: String,
        ehr_id: String,
        context_id: String,
        patient_key: String,
        order_url: Option<String>,
        form_id: String,
        form_hash: Option<String>,
        service_id: Option<String>,
        status: String,
        revision: i64,
        page_id: String,
        page_save: i64,
        summary: Vec<u8>,
        snapshot: Vec<u8>,
        answers: Vec<u8>,
        updated_at: i64,
        submitted_at: Option<i64>,
        submitted_by: Option<String>,
        signer_id: Option<String>,
        handed_over_at: Option<i64>,
    }
}

/// Inserts a new draft. Returns `false` if its id exists already: the same page was saved a moment ago.
pub async fn insert_referral(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &Referral,
) -> Result<bool> {
    let summary = sealer.seal_json(cell("summary", &new.id), &new.summary)?;
    let snapshot = sealer.seal_json(cell("snapshot", &new.id), &new.snapshot)?;
    let answers = sealer.seal_json(cell("answers", &new.id), &new.answers)?;
    let inserted = execute!(
        tx,
        "INSERT INTO referrals (id, number, user_id, ehr_id, context_id, patient_key, form_id, status, revision, page_id, \
         page_save, summary, snapshot, answers, created_at, updated_at, order_url, form_hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16, $17) ON CONFLICT (id) DO NOTHING",
        &new.id,
        &new.number,
        &new.user_id,
        &new.ehr_id,
        &new.context_id,
        &new.patient_key,
        &new.form_id,
        new.status.as_str(),
        new.revision,
        &new.page_id,
        new.page_save,
        &summary,
        &snapshot,
        &answers,
        clock.now_ms(),
        new.order_url.as_deref(),
        Some(new.form_hash.as_str()).filter(|hash| !hash.is_empty()),
    );
    Ok(inserted == 1)
}

const SELECT_BY_ID: &str = "SELECT id, number, user_id, ehr_id, context_id, patient_key, order_url, form_id, form_hash, service_id, status, \
     revision, page_id, page_save, summary, snapshot, answers, updated_at, submitted_at, submitted_by, signer_id, handed_over_at \
     FROM referrals WHERE id = $1 AND (discarded_at IS NULL OR $2 = 1)";

/// Finds a referral by id. Does not check permission: that is up to the caller.
pub async fn find_referral(db: &Db, sealer: &Sealer, id: &str) -> Result<Option<Referral>> {
    let row: Option<ReferralRow> =
        on!(db.read(), p => sqlx::query_as(SELECT_BY_ID).bind(id).bind(0_i64).fetch_optional(p).await?);
    row.map(|row| open(row, sealer)).transpose()
}

/// Finds a referral like [`find_referral`], also one that was discarded.
pub async fn find_even_discarded(db: &Db, sealer: &Sealer, id: &str) -> Result<Option<Referral>> {
    let row: Option<ReferralRow> =
        on!(db.read(), p => sqlx::query_as(SELECT_BY_ID).bind(id).bind(1_i64).fetch_optional(p).await?);
    row.map(|row| open(row, sealer)).transpose()
}

/// Finds a referral like [`find_referral`], on the connection of an open transaction.
pub async fn find_referral_in(tx: &mut Tx, sealer: &Sealer, id: &str) -> Result<Option<Referral>> {
    let row: Option<ReferralRow> =
        on_tx!(tx, c => sqlx::query_as(SELECT_BY_ID).bind(id).bind(0_i64).fetch_optional(c).await?);
    row.map(|row| open(row, sealer)).transpose()
}

/// Finds the number of a referral.
pub async fn find_number(db: &Db, id: &str) -> Result<Option<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT number FROM referrals WHERE id = $1").bind(id).fetch_optional(p).await?
    }))
}

/// Finds the id of the referral with a number.
pub async fn find_id(db: &Db, number: &str) -> Result<Option<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT id FROM referrals WHERE number = $1").bind(number).fetch_optional(p).await?
    }))
}

/// Finds the ids of the referrals whose number contains letters and digits, its separators ignored: those of the latest numbers,
/// at most [`MAX_FOUND`](crate::audit::MAX_FOUND) and one more. The subquery reads the index of the numbers alone.
pub async fn find_ids(db: &Db, part: &str) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM referrals WHERE number IN (SELECT number FROM referrals \
             WHERE REPLACE(number, '-', '') LIKE $1 ORDER BY number DESC LIMIT 21)",
        ).bind(format!("%{part}%")).fetch_all(p).await?
    }))
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
        order_url: row.order_url,
        form_id: row.form_id,
        form_hash: row.form_hash.unwrap_or_default(),
        service_id: row.service_id,
        revision: row.revision,
        page_id: row.page_id,
        page_save: row.page_save,
        updated_at: row.updated_at,
        submitted_at: row.submitted_at,
        submitted_by: row.submitted_by,
        signer_id: row.signer_id,
        handed_over_at: row.handed_over_at,
    })
}

/// Revision of a referral that a page showed, and the user who changes it.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Row id of the referral.
    pub id: &'a str,
    /// Revision that the page showed.
    pub revision: i64,
    /// Row id of the user who writes.
    pub editor_id: &'a str,
}

/// One save of one page. The default, an empty page id, is a change that no page made.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageSave<'a> {
    /// Id of the page, from its ticket.
    pub page_id: &'a str,
    /// Count of this page's saves.
    pub number: i64,
}

/// Replaces the answers if the referral still has the revision that the page showed, or an earlier save of the same page.
/// While it waits for a signature, its owner changes nothing before it is taken back. Returns the new revision, or `None` if
/// the referral was changed, handed over or sent meanwhile.
pub async fn update_answers(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    seen: Seen<'_>,
    page: PageSave<'_>,
    answers: &Answers,
) -> Result<Option<i64>> {
    let sealed = sealer.seal_json(cell("answers", seen.id), answers)?;
    let changed: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE referrals SET answers = $1, revision = revision + 1, updated_at = $2, page_id = $6, page_save = $7 \
             WHERE id = $3 AND (revision = $4 OR (page_id <> '' AND page_id = $6 AND page_save < $7)) \
             AND (status = 'draft' OR (status = 'ready-to-sign' AND user_id <> $5)) AND discarded_at IS NULL \
             RETURNING revision",
        )
        .bind(&sealed).bind(clock.now_ms()).bind(seen.id).bind(seen.revision).bind(seen.editor_id)
        .bind(page.page_id).bind(page.number).fetch_optional(c).await?
    });
    Ok(changed)
}

/// Replaces the snapshot of the chart, in the transaction that writes the answers derived from it.
pub async fn update_snapshot(tx: &mut Tx, sealer: &Sealer, id: &str, snapshot: &Snapshot) -> Result<()> {
    let sealed = sealer.seal_json(cell("snapshot", id), snapshot)?;
    defer!(tx, "UPDATE referrals SET snapshot = $1 WHERE id = $2", &sealed, id);
    Ok(())
}

/// Sets the version of the form, in the transaction that writes the answers to it.
pub async fn update_form(tx: &mut Tx, id: &str, form_hash: &str) -> Result<()> {
    defer!(tx, "UPDATE referrals SET form_hash = $1 WHERE id = $2", form_hash, id);
    Ok(())
}

/// Sets the destination. Returns the new revision, or `None` if the referral was changed, handed over or sent meanwhile.
pub async fn update_destination(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    seen: Seen<'_>,
    service_id: &str,
    summary: &Summary,
) -> Result<Option<i64>> {
    let sealed = sealer.seal_json(cell("summary", seen.id), summary)?;
    let changed: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE referrals SET service_id = $1, summary = $2, revision = revision + 1, updated_at = $3 \
             WHERE id = $4 AND revision = $5 AND (status = 'draft' OR (status = 'ready-to-sign' AND user_id <> $6)) \
             AND discarded_at IS NULL RETURNING revision",
        )
        .bind(service_id).bind(&sealed).bind(clock.now_ms()).bind(seen.id).bind(seen.revision).bind(seen.editor_id)
        .fetch_optional(c).await?
    });
    Ok(changed)
}

/// Changes the revision of an open referral whose files change, and locks its row. Returns the new revision, or `None` if it
/// was handed over, sent or discarded meanwhile.
pub async fn touch(tx: &mut Tx, clock: &dyn Clock, seen: Seen<'_>) -> Result<Option<i64>> {
    let changed: Option<i64> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE referrals SET revision = revision + 1, updated_at = $1 WHERE id = $2 \
             AND (status = 'draft' OR (status = 'ready-to-sign' AND user_id <> $3)) AND discarded_at IS NULL \
             RETURNING revision",
        )
        .bind(clock.now_ms()).bind(seen.id).bind(seen.editor_id).fetch_optional(c).await?
    });
    Ok(changed)
}

/// Replaces the answers of a referral, in a transaction that has changed its revision.
pub async fn replace_answers(tx: &mut Tx, sealer: &Sealer, id: &str, answers: &Answers) -> Result<()> {
    let sealed = sealer.seal_json(cell("answers", id), answers)?;
    defer!(tx, "UPDATE referrals SET answers = $1 WHERE id = $2", &sealed, id);
    Ok(())
}

/// Moves an open referral to another status. Returns `false` if its revision is no longer `revision`.
pub async fn advance(
    tx: &mut Tx,
    clock: &dyn Clock,
    id: &str,
    revision: i64,
    to: Status,
    submitted_by: Option<&str>,
) -> Result<bool> {
    let now = clock.now_ms();
    let submitted_at = submitted_by.map(|_| now);
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = $1, revision = revision + 1, page_id = '', updated_at = $2, submitted_at = $3, \
         submitted_by = $4 WHERE id = $5 AND revision = $6 AND status IN ('draft', 'ready-to-sign') AND discarded_at IS NULL",
        to.as_str(),
        now,
        submitted_at,
        submitted_by,
        id,
        revision,
    );
    Ok(changed == 1)
}

/// Sets the status of a submitted referral after its delivery changed. Returns `false` if it has the status already, is not
/// submitted, or was sent by fax.
pub async fn settle(tx: &mut Tx, clock: &dyn Clock, id: &str, to: Status) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = $1, updated_at = $2 WHERE id = $3 AND status <> $1 \
         AND status IN ('sending', 'retrying', 'unconfirmed', 'not-delivered')",
        to.as_str(),
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Sets the status of a referral that was marked as sent by fax, once the mark is taken back. Returns `false` if it is not
/// marked.
pub async fn unmark_faxed(tx: &mut Tx, clock: &dyn Clock, id: &str, to: Status) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = $1, updated_at = $2 WHERE id = $3 AND status = 'faxed'",
        to.as_str(),
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Discards a draft. Returns `false` if it was discarded, handed over or sent already.
pub async fn discard(tx: &mut Tx, clock: &dyn Clock, id: &str, editor_id: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET discarded_at = $1 WHERE id = $2 \
         AND (status = 'draft' OR (status = 'ready-to-sign' AND user_id <> $3)) AND discarded_at IS NULL",
        clock.now_ms(),
        id,
        editor_id,
    );
    Ok(changed == 1)
}

/// Deletes drafts created before `before` (epoch milliseconds) that no user ever typed in.
pub async fn delete_untouched(tx: &mut Tx, before: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        "DELETE FROM referrals WHERE revision = 0 AND status = 'draft' AND created_at < $1",
        before,
    ))
}

pub(super) fn status(id: &str, text: &str) -> Result<Status> {
    text.parse().map_err(|()| Error::Row { table: "referrals", column: "status", id: id.to_owned() })
}

pub(super) fn cell<'a>(column: &'static str, id: &'a str) -> Cell<'a> {
    Cell { table: "referrals", column, id }
}
