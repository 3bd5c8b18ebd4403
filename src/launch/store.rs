//! The SQL of EHR registrations, used attempts, pending sign-ins and launch contexts.

use secrecy::{ExposeSecret as _, SecretString};

use super::{ChartContext, Registration, context::Tokens, pending::Pending};
use crate::{
    clock::Clock,
    db::{Cell, Db, Error, Result, Sealer, Tx, execute, on, row},
};

row! {
    /// A stored registration.
    #[derive(Clone)]
    pub struct EhrRow {
        /// Slug.
        pub id: String,
        registration: String,
        client_secret: Option<Vec<u8>>,
        /// When an administrator suspended it.
        pub suspended_at: Option<i64>,
        /// When it last changed.
        pub updated_at: i64,
    }
}

row! {
    struct ContextRow {
        ehr_id: String,
        patient_key: Option<String>,
        tokens: Vec<u8>,
        chart: Vec<u8>,
    }
}

row! {
    struct PendingRow {
        ehr_id: String,
        arrival: Vec<u8>,
    }
}

/// A launch context as stored, opened.
pub(super) struct StoredContext {
    pub(super) ehr_id: String,
    pub(super) patient_key: String,
    pub(super) tokens: Tokens,
    pub(super) chart: ChartContext,
}

/// A launch context to store.
pub(super) struct NewContext<'a> {
    pub(super) id: &'a str,
    pub(super) session_id: &'a str,
    pub(super) user_id: &'a str,
    pub(super) ehr_id: &'a str,
    pub(super) patient_key: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) chart: &'a ChartContext,
}

impl EhrRow {
    pub(super) fn registration(&self) -> Result<Registration> {
        serde_json::from_str(&self.registration).map_err(|_| Error::Row {
            table: "ehrs",
            column: "registration",
            id: self.id.clone(),
        })
    }

    pub(super) fn open_secret(&self, sealer: &Sealer) -> Result<String> {
        let sealed = self.client_secret.as_deref().unwrap_or_default();
        let plain = sealer.open(secret_cell(&self.id), sealed)?;
        String::from_utf8(plain).map_err(|_| Error::Sealed { table: "ehrs", column: "client_secret" })
    }
}

/// Every registration.
///
/// # Errors
/// When the database fails.
pub async fn find_ehrs(db: &Db) -> Result<Vec<EhrRow>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as("SELECT id, registration, client_secret, suspended_at, updated_at FROM ehrs ORDER BY id")
            .fetch_all(p).await?
    }))
}

/// Whether a registration stands there already, with the same secret.
///
/// # Errors
/// When the database fails.
pub async fn is_registered(
    db: &Db,
    sealer: &Sealer,
    registration: &Registration,
    secret: &SecretString,
) -> Result<bool> {
    let found = find_ehrs(db).await?.into_iter().find(|row| row.id == registration.id);
    Ok(found.is_some_and(|row| {
        row.registration == text_of(registration)
            && row.open_secret(sealer).is_ok_and(|known| known == secret.expose_secret())
    }))
}

/// Adds or replaces a registration.
///
/// # Errors
/// When the database fails.
pub async fn upsert_ehr(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    registration: &Registration,
    secret: &SecretString,
) -> Result<()> {
    let sealed = sealer.seal(secret_cell(&registration.id), secret.expose_secret().as_bytes())?;
    execute!(
        tx,
        "INSERT INTO ehrs (id, registration, client_secret, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (id) DO UPDATE SET registration = excluded.registration, client_secret = excluded.client_secret, \
         updated_at = excluded.updated_at",
        &registration.id,
        text_of(registration),
        &sealed,
        clock.now_ms(),
    );
    Ok(())
}

/// Suspends an EHR, or lifts the suspension. False when nothing changed.
///
/// # Errors
/// When the database fails.
pub async fn set_suspended(tx: &mut Tx, clock: &dyn Clock, id: &str, suspended: bool) -> Result<bool> {
    let at = suspended.then(|| clock.now_ms());
    let changed = execute!(
        tx,
        "UPDATE ehrs SET suspended_at = $1, updated_at = $2 WHERE id = $3 AND (suspended_at IS NULL) = ($1 IS NOT NULL)",
        at,
        clock.now_ms(),
        id,
    );
    Ok(changed == 1)
}

/// Uses an attempt up: true for exactly one caller, on whichever node.
///
/// # Errors
/// When the database fails.
pub async fn take_attempt(tx: &mut Tx, clock: &dyn Clock, state_hash: &str, ehr_id: &str) -> Result<bool> {
    let taken = execute!(
        tx,
        "INSERT INTO launch_attempts (state_hash, ehr_id, taken_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        state_hash,
        ehr_id,
        clock.now_ms(),
    );
    Ok(taken == 1)
}

/// Forgets used attempts and pending sign-ins that ran out long ago.
///
/// # Errors
/// When the database fails.
pub async fn forget_old(tx: &mut Tx, before: i64) -> Result<u64> {
    let attempts = execute!(tx, "DELETE FROM launch_attempts WHERE taken_at < $1", before);
    Ok(attempts + execute!(tx, "DELETE FROM pending_sign_ins WHERE created_at < $1", before))
}

/// Stores a launch context.
///
/// # Errors
/// When the database fails.
pub(super) async fn insert_context(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: &NewContext<'_>,
) -> Result<()> {
    let tokens = sealer.seal_json(context_cell("tokens", new.id), new.tokens)?;
    let chart = sealer.seal_json(context_cell("chart", new.id), new.chart)?;
    execute!(
        tx,
        "INSERT INTO launch_contexts (id, session_id, user_id, ehr_id, patient_key, tokens, chart, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        new.id,
        new.session_id,
        new.user_id,
        new.ehr_id,
        new.patient_key,
        &tokens,
        &chart,
        clock.now_ms(),
    );
    Ok(())
}

/// A launch context of this session, opened.
///
/// # Errors
/// When the database fails, or a sealed column does not open.
pub(super) async fn find_context(
    db: &Db,
    sealer: &Sealer,
    id: &str,
    session_id: &str,
) -> Result<Option<StoredContext>> {
    let row: Option<ContextRow> = on!(db.read(), p => {
        sqlx::query_as(
            "SELECT ehr_id, patient_key, tokens, chart FROM launch_contexts \
             WHERE id = $1 AND session_id = $2 AND ended_at IS NULL",
        ).bind(id).bind(session_id).fetch_optional(p).await?
    });
    row.map(|row| {
        Ok(StoredContext {
            ehr_id: row.ehr_id,
            patient_key: row.patient_key.unwrap_or_default(),
            tokens: sealer.open_json(context_cell("tokens", id), &row.tokens)?,
            chart: sealer.open_json(context_cell("chart", id), &row.chart)?,
        })
    })
    .transpose()
}

/// Whether a session has this context.
///
/// # Errors
/// When the database fails.
pub async fn has_context(db: &Db, id: &str, session_id: &str) -> Result<bool> {
    let found: Option<i64> = on!(db.read(), p => {
        sqlx::query_scalar("SELECT created_at FROM launch_contexts WHERE id = $1 AND session_id = $2 AND ended_at IS NULL")
            .bind(id).bind(session_id).fetch_optional(p).await?
    });
    Ok(found.is_some())
}

/// Stores a sign-in that waits for the person's decision.
///
/// # Errors
/// When the database fails.
pub(super) async fn insert_pending(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    binding: &str,
    pending: &Pending,
) -> Result<()> {
    let sealed = sealer.seal_json(pending_cell(id), pending)?;
    execute!(
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

/// A waiting sign-in of this browser, opened.
///
/// # Errors
/// When the database fails, or the sealed column does not open.
pub(super) async fn find_pending(
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
        .bind(id).bind(sealer.lookup(&["pending", binding])).bind(clock.now_ms() - Pending::SECONDS * 1000)
        .fetch_optional(p).await?
    });
    row.map(|row| {
        let pending: Pending = sealer.open_json(pending_cell(id), &row.arrival)?;
        if pending.arrival.ehr_id == row.ehr_id {
            Ok(pending)
        } else {
            Err(Error::Sealed { table: "pending_sign_ins", column: "arrival" })
        }
    })
    .transpose()
}

/// Counts a try at a waiting sign-in. False once there were too many.
///
/// # Errors
/// When the database fails.
pub(super) async fn count_try(tx: &mut Tx, id: &str) -> Result<bool> {
    let counted = execute!(
        tx,
        "UPDATE pending_sign_ins SET tries = tries + 1 WHERE id = $1 AND taken_at IS NULL AND tries < $2",
        id,
        Pending::TRIES,
    );
    Ok(counted == 1)
}

/// Replaces what a waiting sign-in holds.
///
/// # Errors
/// When the database fails.
pub(super) async fn update_pending(tx: &mut Tx, sealer: &Sealer, id: &str, pending: &Pending) -> Result<()> {
    let sealed = sealer.seal_json(pending_cell(id), pending)?;
    execute!(tx, "UPDATE pending_sign_ins SET arrival = $1 WHERE id = $2 AND taken_at IS NULL", &sealed, id);
    Ok(())
}

/// Uses a waiting sign-in up, once, and wipes its tokens.
///
/// # Errors
/// When the database fails.
pub(super) async fn take_pending(tx: &mut Tx, clock: &dyn Clock, id: &str) -> Result<bool> {
    let nothing: &[u8] = &[];
    let taken = execute!(
        tx,
        "UPDATE pending_sign_ins SET taken_at = $1, arrival = $2 WHERE id = $3 AND taken_at IS NULL",
        clock.now_ms(),
        nothing,
        id,
    );
    Ok(taken == 1)
}

fn text_of(registration: &Registration) -> String {
    serde_json::to_string(registration).expect("a registration has a JSON form")
}

fn secret_cell(id: &str) -> Cell<'_> {
    Cell { table: "ehrs", column: "client_secret", id }
}

fn context_cell<'a>(column: &'static str, id: &'a str) -> Cell<'a> {
    Cell { table: "launch_contexts", column, id }
}

fn pending_cell(id: &str) -> Cell<'_> {
    Cell { table: "pending_sign_ins", column: "arrival", id }
}
