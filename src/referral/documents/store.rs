//! SQL of the documents kept with a draft. Table: `referral_documents`.

use super::content::Documents;
use crate::db::{Cell, Db, Result, Sealer, Tx, execute, on};

/// Finds the documents of a referral.
pub async fn find_documents(db: &Db, sealer: &Sealer, referral_id: &str) -> Result<Option<Documents>> {
    let sealed: Option<Vec<u8>> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT content FROM referral_documents WHERE referral_id = $1")
            .bind(referral_id).fetch_optional(p).await?
    });
    sealed.map(|sealed| sealer.open_json(cell(referral_id), &sealed)).transpose()
}

/// Replaces the documents of a referral.
pub async fn replace_documents(
    tx: &mut Tx,
    sealer: &Sealer,
    referral_id: &str,
    documents: &Documents,
) -> Result<()> {
    let sealed = sealer.seal_json(cell(referral_id), documents)?;
    execute!(
        tx,
        "INSERT INTO referral_documents (referral_id, content) VALUES ($1, $2) \
         ON CONFLICT (referral_id) DO UPDATE SET content = excluded.content",
        referral_id,
        &sealed,
    );
    Ok(())
}

/// Deletes the documents of a referral, once its message contains them or the chart is read again.
pub async fn delete_documents(tx: &mut Tx, referral_id: &str) -> Result<()> {
    execute!(tx, "DELETE FROM referral_documents WHERE referral_id = $1", referral_id);
    Ok(())
}

fn cell(id: &str) -> Cell<'_> {
    Cell { table: "referral_documents", column: "content", id }
}
