//! SQL of the origins of EHR endpoints.

use crate::{
    clock::Clock,
    db::{Db, Result, Tx, execute, on, row},
};

row! {
    /// Origin that an EHR named for an endpoint.
    #[derive(Clone, Debug)]
    pub struct OriginRow {
        /// Scheme and host, such as `https://auth.ehr.example`.
        pub origin: String,
        /// Time of approval, epoch milliseconds; `None` while pending.
        pub approved_at: Option<i64>,
    }
}

/// Lists the origins recorded for an EHR.
pub async fn find_origins(db: &Db, ehr_id: &str) -> Result<Vec<OriginRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT origin, approved_at FROM ehr_origins WHERE ehr_id = $1 ORDER BY origin")
            .bind(ehr_id).fetch_all(p).await?
    }))
}

/// Records an origin, approved or pending. Returns false if it was recorded before.
pub(super) async fn insert_origin(
    tx: &mut Tx,
    clock: &dyn Clock,
    ehr_id: &str,
    origin: &str,
    approved: bool,
) -> Result<bool> {
    let inserted = execute!(
        tx,
        "INSERT INTO ehr_origins (ehr_id, origin, seen_at, approved_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        ehr_id,
        origin,
        clock.now_ms(),
        approved.then(|| clock.now_ms()),
    );
    Ok(inserted == 1)
}

/// Approves a pending origin. Returns false if there is none.
pub(super) async fn update_approved(
    tx: &mut Tx,
    clock: &dyn Clock,
    ehr_id: &str,
    origin: &str,
) -> Result<bool> {
    let approved = execute!(
        tx,
        "UPDATE ehr_origins SET approved_at = $1 WHERE ehr_id = $2 AND origin = $3 AND approved_at IS NULL",
        clock.now_ms(),
        ehr_id,
        origin,
    );
    Ok(approved == 1)
}

/// Deletes the origins recorded for an EHR.
pub(in crate::ehrs) async fn forget_origins(tx: &mut Tx, ehr_id: &str) -> Result<()> {
    execute!(tx, "DELETE FROM ehr_origins WHERE ehr_id = $1", ehr_id);
    Ok(())
}
