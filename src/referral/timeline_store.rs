//! SQL of a referral's timeline. Table: `referral_events`.

use crate::{
    clock::Clock,
    db::{Db, Result, Tx, defer, on, row, row_id},
};

row! {
    /// One step of a referral's timeline.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// Kind of step; end of the message key `event-{kind}`.
        pub kind: String,
        /// Time of the step, epoch milliseconds.
        pub at: i64,
        /// Name of the user who took it; `None` for a step of the delivery.
        pub user_name: Option<String>,
    }
}

/// Step to add to a timeline.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewEvent<'a> {
    /// Row id of the referral.
    pub referral_id: &'a str,
    /// Kind of step; end of the message key `event-{kind}`.
    pub kind: &'a str,
    /// Row id of the user who took it, if a user did.
    pub user_id: Option<&'a str>,
    /// Detail for administrators, such as the reason of a failed delivery.
    pub detail: Option<&'a str>,
}

/// Adds a step to a timeline.
pub async fn insert_event(tx: &mut Tx, clock: &dyn Clock, event: NewEvent<'_>) -> Result<()> {
    defer!(
        tx,
        "INSERT INTO referral_events (id, referral_id, kind, at, user_id, detail) VALUES ($1, $2, $3, $4, $5, $6)",
        row_id(clock),
        event.referral_id,
        event.kind,
        clock.now_ms(),
        event.user_id,
        event.detail,
    );
    Ok(())
}

/// Finds the steps of a referral, oldest first. The signature comes before what follows from it at once.
pub async fn find_events(db: &Db, referral_id: &str) -> Result<Vec<EventRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT e.kind, e.at, u.name AS user_name FROM referral_events e \
             LEFT JOIN users u ON u.id = e.user_id WHERE e.referral_id = $1 \
             ORDER BY e.at, CASE e.kind WHEN 'begun' THEN 0 WHEN 'submitted' THEN 1 ELSE 2 END, e.id",
        ).bind(referral_id).fetch_all(p).await?
    }))
}
