//! SQL of the records of what was sent. Table: `sent_records`.

use super::sent_record::SentRecord;
use crate::{
    db::{Cell, Db, Result, Sealer, Tx, defer, on},
    forms::Form,
};

/// Inserts the record of a referral that is sent, with the version of its form.
pub(super) async fn insert_record(
    tx: &mut Tx,
    sealer: &Sealer,
    referral_id: &str,
    form: &Form,
    record: &SentRecord,
) -> Result<()> {
    let sealed = sealer.seal_json(cell(referral_id), record)?;
    defer!(
        tx,
        "INSERT INTO sent_records (referral_id, form_url, form_version, content) VALUES ($1, $2, $3, $4)",
        referral_id,
        form.url(),
        form.version(),
        &sealed,
    );
    Ok(())
}

/// Finds the record of a referral. `None` if it was not sent.
pub(super) async fn find_record(db: &Db, sealer: &Sealer, referral_id: &str) -> Result<Option<SentRecord>> {
    let sealed: Option<Vec<u8>> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT content FROM sent_records WHERE referral_id = $1")
            .bind(referral_id).fetch_optional(p).await?
    });
    sealed.map(|sealed| sealer.open_json(cell(referral_id), &sealed)).transpose()
}

fn cell(id: &str) -> Cell<'_> {
    Cell { table: "sent_records", column: "content", id }
}
