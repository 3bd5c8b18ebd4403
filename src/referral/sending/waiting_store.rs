//! SQL of signed referrals whose message waits in the outbox although it is due.

use crate::{
    db::{Db, Result, Tx, on, on_tx},
    delivery::Priority,
};

/// Condition on referrals whose message has been due for longer than its urgency bears: now, patience of each urgency.
/// While all sending is held, none is.
macro_rules! overdue {
    ($start:literal, $end:literal) => {
        concat!(
            $start,
            " WHERE status = 'sending' AND id IN (SELECT subject_id FROM deliveries \
             WHERE subject_kind = 'referral' AND status = 'pending' AND due_at <= \
             CASE priority WHEN 'stat' THEN $1 - $2 WHEN 'urgent' THEN $1 - $3 ELSE $1 - $4 END) \
             AND NOT EXISTS (SELECT id FROM outbox WHERE held_at IS NOT NULL)",
            $end
        )
    };
}

fn patience(priority: Priority) -> i64 {
    i64::try_from(priority.patience().as_millis()).unwrap_or(i64::MAX)
}

/// Whether there is a referral that [`note_overdue`] would change. Only reads, so that an idle node does not write.
pub(super) async fn is_any_overdue(db: &Db, now: i64) -> Result<bool> {
    let found: Option<String> = on!(db.read(), p => {
        sqlx::query_scalar(overdue!("SELECT id FROM referrals", " LIMIT 1"))
            .bind(now).bind(patience(Priority::Emergent)).bind(patience(Priority::Urgent))
            .bind(patience(Priority::Routine)).fetch_optional(p).await?
    });
    Ok(found.is_some())
}

/// Sets the status of referrals whose message was not attempted in time, so that their senders see it. Returns their ids.
pub(super) async fn note_overdue(tx: &mut Tx, now: i64) -> Result<Vec<String>> {
    Ok(on_tx!(tx, c => {
        sqlx::query_scalar(overdue!("UPDATE referrals SET status = 'retrying', updated_at = $1", " RETURNING id"))
            .bind(now).bind(patience(Priority::Emergent)).bind(patience(Priority::Urgent))
            .bind(patience(Priority::Routine)).fetch_all(c).await?
    }))
}
