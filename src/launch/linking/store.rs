//! SQL of pending sign-ins.

use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, Sealer, Tx, defer, execute, on, on_tx, row},
    launch::pending::Pending,
};

const WIPED: &[u8] = &[];

row! {
    struct PendingRow {
        ehr_id: String,
        arrival: Vec<u8>,
    }
}

/// Stores a pending sign-in, sealed.
pub(in crate::launch) async fn insert_pending(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    binding: &str,
    pending: &Pending,
) -> Result<()> {
    let sealed = sealer.seal_json(pending_cell(id), pending)?;
    defer!(
        tx,
        "INSERT INTO pending_sign_ins (id, binding_hash, ehr_id, kind, arrival, tries, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
        id,
        sealer.lookup(&["pending", binding]),
        &pending.arrival.ehr_id,
        pending.kind(),
        &sealed,
        clock.now_ms(),
    );
    Ok(())
}

/// Returns the pending sign-in with this id and browser binding, if it has not expired and is not decided.
///
/// # Errors
/// [`Error::Sealed`] if the sealed column cannot be opened.
pub(in crate::launch) async fn find_pending(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    binding: &str,
) -> Result<Option<Pending>> {
    let row: Option<PendingRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT ehr_id, arrival FROM pending_sign_ins \
             WHERE id = $1 AND binding_hash = $2 AND taken_at IS NULL AND created_at > $3",
        )
        .bind(id).bind(sealer.lookup(&["pending", binding])).bind(clock.now_ms() - Pending::LIFETIME_SECONDS * 1000)
        .fetch_optional(p).await?
    });
    row.map(|row| open_pending(&row, id, sealer)).transpose()
}

fn open_pending(row: &PendingRow, id: &str, sealer: &Sealer) -> Result<Pending> {
    let pending: Pending = sealer.open_json(pending_cell(id), &row.arrival)?;
    if pending.arrival.ehr_id == row.ehr_id {
        Ok(pending)
    } else {
        Err(Error::Sealed { table: "pending_sign_ins", column: "arrival" })
    }
}

/// Returns the ids of up to 32 expired sign-ins that still hold tokens, oldest first.
pub(in crate::launch) async fn find_expired(db: &Db, clock: &dyn Clock) -> Result<Vec<String>> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar(
            "SELECT id FROM pending_sign_ins WHERE taken_at IS NULL AND created_at <= $1 ORDER BY created_at LIMIT 32",
        ).bind(clock.now_ms() - Pending::LIFETIME_SECONDS * 1000).fetch_all(p).await?
    }))
}

/// Takes an expired sign-in, once, and wipes its row. Returns its content, or `None` if another caller was first or it
/// cannot be opened.
pub(in crate::launch) async fn take_expired(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
) -> Result<Option<Pending>> {
    let row: Option<PendingRow> = on_tx!(tx, c => {
        sqlx::query_as("SELECT ehr_id, arrival FROM pending_sign_ins WHERE id = $1 AND taken_at IS NULL")
            .bind(id).fetch_optional(c).await?
    });
    let pending = row.and_then(|row| open_pending(&row, id, sealer).ok());
    Ok(if take_pending(tx, clock, id).await? { pending } else { None })
}

/// Counts a try. Returns false once the limit is reached.
pub(in crate::launch) async fn count_try(tx: &mut Tx, id: &str) -> Result<bool> {
    let counted = execute!(
        tx,
        "UPDATE pending_sign_ins SET tries = tries + 1 WHERE id = $1 AND taken_at IS NULL AND tries < $2",
        id,
        Pending::MAX_TRIES,
    );
    Ok(counted == 1)
}

/// Replaces the content of a pending sign-in.
pub(in crate::launch) async fn update_pending(
    tx: &mut Tx,
    sealer: &Sealer,
    id: &str,
    pending: &Pending,
) -> Result<()> {
    let sealed = sealer.seal_json(pending_cell(id), pending)?;
    defer!(tx, "UPDATE pending_sign_ins SET arrival = $1 WHERE id = $2 AND taken_at IS NULL", &sealed, id);
    Ok(())
}

/// Takes a pending sign-in and wipes its row. Returns true for exactly one caller.
pub(in crate::launch) async fn take_pending(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    let taken = execute!(
        tx,
        "UPDATE pending_sign_ins SET taken_at = $1, arrival = $2 WHERE id = $3 AND taken_at IS NULL",
        clock.now_ms(),
        WIPED,
        id,
    );
    Ok(taken == 1)
}

fn pending_cell(id: &str) -> Cell<'_> {
    Cell { table: "pending_sign_ins", column: "arrival", id }
}

/// Deletes all pending sign-ins of an EHR, in the caller's transaction.
pub(in crate::launch) async fn forget_pending_of(tx: &mut Tx, ehr_id: &str) -> Result<()> {
    execute!(tx, "DELETE FROM pending_sign_ins WHERE ehr_id = $1", ehr_id);
    Ok(())
}
