//! SQL of sent messages. Here and not in `delivery`, because a referral's message may go only if the record of what was sent
//! is there.

use crate::{
    clock::Clock,
    db::{Db, Result, Span, Tx, execute, on},
};

const WIPED: &[u8] = &[];

// A delivery that is over cannot be sent again. One that is not over keeps every message about its subject, and while all
// sending is held nothing goes: the database may have been restored.
macro_rules! removable {
    ($select:literal, $after:literal) => {
        concat!(
            $select,
            " FROM deliveries d WHERE d.settled_at < $1 AND d.payload_removed_at IS NULL \
             AND d.status IN ('delivered', 'withdrawn') \
             AND NOT EXISTS (SELECT o.id FROM deliveries o WHERE o.subject_kind = d.subject_kind \
             AND o.subject_id = d.subject_id AND o.status NOT IN ('delivered', 'withdrawn')) \
             AND (d.subject_kind <> 'referral' \
             OR EXISTS (SELECT s.referral_id FROM sent_records s WHERE s.referral_id = d.subject_id)) \
             AND NOT EXISTS (SELECT x.id FROM outbox x WHERE x.held_at IS NOT NULL)",
            $after
        )
    };
}

/// Counts the messages of deliveries that were over before `before`, in epoch milliseconds.
pub async fn find_removable(db: &Db, before: i64) -> Result<Span> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(removable!(
            "SELECT COUNT(*) AS count, MIN(d.settled_at) AS oldest_at, MAX(d.settled_at) AS newest_at",
            ""
        )).bind(before).fetch_one(p).await?
    }))
}

/// Removes the oldest of these messages with the destinations' words, at most `limit`. Returns their number.
pub async fn remove(tx: &mut Tx, clock: &dyn Clock, before: i64, limit: i64) -> Result<u64> {
    Ok(execute!(
        tx,
        concat!(
            "UPDATE deliveries SET payload = $2, words = NULL, payload_removed_at = $3 WHERE payload_removed_at IS NULL \
             AND status IN ('delivered', 'withdrawn') AND id IN (",
            removable!("SELECT d.id", " ORDER BY d.settled_at, d.id LIMIT $4)")
        ),
        before,
        WIPED,
        clock.now_ms(),
        limit,
    ))
}
