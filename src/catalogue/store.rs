//! SQL of forms: texts of versions, imports, and what is offered no more.
//!
//! Tables: `form_versions`, `imported_forms`, `imported_form_ids`, `retired_forms`.

use std::collections::HashMap;

use crate::{
    clock::Clock,
    db::{Db, Result, Tx, execute, on, on_tx, row},
    forms::Form,
};

row! {
    /// Imported form.
    #[derive(Clone, Debug)]
    pub struct ImportedRow {
        /// Canonical URL.
        pub url: String,
        /// Business version.
        pub version: String,
        /// Id.
        pub form_id: String,
        /// SHA-256 of the text.
        pub hash: String,
        /// Time of the import, in epoch milliseconds.
        pub imported_at: i64,
        /// Id of the account; `None` for a command.
        pub imported_by: Option<String>,
    }
}

/// Inserts the text of a form, unless it is there.
pub async fn insert_version(tx: &mut Tx, clock: &dyn Clock, form: &Form) -> Result<()> {
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
pub async fn find_version(db: &Db, hash: &str) -> Result<Option<(String, String)>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT form_id, content FROM form_versions WHERE hash = $1")
            .bind(hash).fetch_optional(p).await?
    }))
}

/// Lists the imported forms, the last one first.
pub async fn list_imported(db: &Db) -> Result<Vec<ImportedRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT url, version, form_id, hash, imported_at, imported_by FROM imported_forms ORDER BY imported_at DESC, url, version",
        )
        .fetch_all(p).await?
    }))
}

/// Lists what is retired: names, with the time in epoch milliseconds.
pub async fn list_retired(db: &Db) -> Result<HashMap<String, i64>> {
    let rows: Vec<(String, i64)> = on!(db.read(), p => {
        sqlx::query_as("SELECT name, retired_at FROM retired_forms").fetch_all(p).await?
    });
    Ok(rows.into_iter().collect())
}

/// Inserts an imported form, unless its URL and version are there, its id is that of a form with another URL, or another version
/// has another id. Returns whether it was inserted.
pub async fn insert_imported(tx: &mut Tx, clock: &dyn Clock, form: &Form, by: Option<&str>) -> Result<bool> {
    // Another import of the id or the URL ends before this one goes on.
    execute!(
        tx,
        "INSERT INTO imported_form_ids (form_id, url) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        form.id(),
        form.url(),
    );
    let inserted = execute!(
        tx,
        "INSERT INTO imported_forms (url, version, form_id, hash, imported_at, imported_by) \
         SELECT url, CAST($2 AS TEXT), form_id, CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS TEXT) \
         FROM imported_form_ids WHERE form_id = $3 AND url = $1 ON CONFLICT (url, version) DO NOTHING",
        form.url(),
        form.version(),
        form.id(),
        form.hash(),
        clock.now_ms(),
        by,
    );
    Ok(inserted == 1)
}

/// Lists the imported forms with a URL or an id, within a transaction.
pub async fn find_related(tx: &mut Tx, form: &Form) -> Result<Vec<ImportedRow>> {
    Ok(on_tx!(tx, c => {
        sqlx::query_as(
            "SELECT url, version, form_id, hash, imported_at, imported_by FROM imported_forms WHERE url = $1 OR form_id = $2",
        )
        .bind(form.url()).bind(form.id()).fetch_all(c).await?
    }))
}

/// Retires a form. Returns whether it was not retired before.
pub async fn insert_retired(tx: &mut Tx, clock: &dyn Clock, name: &str, by: Option<&str>) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO retired_forms (name, retired_at, retired_by) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        name,
        clock.now_ms(),
        by,
    );
    Ok(inserted == 1)
}

/// Offers a form again. Returns whether it was retired.
pub async fn delete_retired(tx: &mut Tx, name: &str) -> Result<bool> {
    Ok(execute!(tx, "DELETE FROM retired_forms WHERE name = $1", name) == 1)
}
