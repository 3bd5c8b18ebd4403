//! SQL of the versions of forms. Table: `form_versions`.

use crate::{
    clock::Clock,
    db::{Db, Result, Tx, execute, on},
    forms::Form,
};

/// Inserts the text of a form, unless it is there.
pub(super) async fn insert_version(tx: &mut Tx, clock: &dyn Clock, form: &Form) -> Result<()> {
    execute!(
        tx,
        "INSERT INTO form_versions (hash, form_id, content, stored_at) VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO NOTHING",
        form.hash(),
        form.id(),
        form.source().to_string(),
        clock.now_ms(),
    );
    Ok(())
}

/// Finds the id and the text of a form.
pub(super) async fn find_version(db: &Db, hash: &str) -> Result<Option<(String, String)>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT form_id, content FROM form_versions WHERE hash = $1")
            .bind(hash).fetch_optional(p).await?
    }))
}
