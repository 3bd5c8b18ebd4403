//! The SQL of a referral's timeline.

use crate::{
    clock::Clock,
    db::{Db, Result, Tx, defer, on, row, row_id},
};

row! {
    /// One step of a referral's timeline.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// What happened; the end of a message key.
        pub kind: String,
        /// When, epoch milliseconds.
        pub at: i64,
        /// Who did it.
        pub user_name: Option<String>,
    }
}

/// Adds a step to the timeline.
///
/// # Errors
/// When the database fails.
pub async fn insert_event(
    tx: &mut Tx,
    clock: &dyn Clock,
    referral_id: &str,
    kind: &str,
    (user_id, detail): (Option<&str>, Option<&str>),
) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO referral_events (id, referral_id, kind, at, user_id, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        row_id(clock),
        referral_id,
        kind,
        clock.now_ms(),
        user_id,
        detail,
    );
    Ok(())
}

/// The timeline, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn find_events(db: &Db, referral_id: &str) -> Result<Vec<EventRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT e.kind, e.at, u.name AS user_name FROM referral_events e \
             LEFT JOIN users u ON u.id = e.user_id WHERE e.referral_id = $1 ORDER BY e.at, e.id",
        ).bind(referral_id).fetch_all(p).await?
    }))
}
