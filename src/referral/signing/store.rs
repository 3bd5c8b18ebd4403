//! SQL of referrals that one user prepares and another signs.

use crate::{
    clock::Clock,
    db::{Db, Result, Sealer, Tx, execute, on, row},
    referral::{
        draft::Summary,
        lists::store::{ListRow, Listed, open},
        store::cell,
    },
};

row! {
    struct ToSignRow {
        id: String,
        number: String,
        status: String,
        summary: Vec<u8>,
        updated_at: i64,
        submitted_at: Option<i64>,
        patient_key: String,
        signer_id: Option<String>,
        handed_over_at: Option<i64>,
    }
}

/// Referral that waits for a signature.
#[derive(Clone, Debug)]
pub struct ToSign {
    /// Its row in lists.
    pub listed: Listed,
    /// Keyed hash that identifies the patient.
    pub patient_key: String,
    /// Row id of the clinician who was named; `None` for any clinician of the clinic.
    pub signer_id: Option<String>,
    /// Time at which it was handed over, epoch milliseconds; `None` until [`queue_earlier`] if an earlier version did it.
    pub handed_over_at: Option<i64>,
}

row! {
    /// Referral that an earlier version of Passerelle handed over, which is in no queue.
    pub struct Unqueued {
        /// Row id of the EHR.
        pub ehr_id: String,
        /// Number of the referral.
        pub number: String,
    }
}

/// Draft to hand over for signature.
#[derive(Clone, Copy, Debug)]
pub struct NewHandOver<'a> {
    /// Row id of the referral.
    pub id: &'a str,
    /// Revision that the page showed.
    pub revision: i64,
    /// Row id of the user who prepared it.
    pub preparer_id: &'a str,
    /// Row id of the clinician who is named; `None` for any clinician of the clinic.
    pub signer_id: Option<&'a str>,
    /// Keyed hash of the clinic.
    pub clinic_key: &'a str,
    /// Summary with what the list of referrals to sign shows.
    pub summary: &'a Summary,
}

/// Hands a draft over for signature. Returns `false` if the user did not prepare it, or if it was changed or handed over
/// meanwhile.
pub async fn hand_over(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    new: NewHandOver<'_>,
) -> Result<bool> {
    let sealed = sealer.seal_json(cell("summary", new.id), new.summary)?;
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = 'ready-to-sign', revision = revision + 1, page_id = '', updated_at = $1, \
         handed_over_at = $1, returned_at = NULL, signer_id = $2, clinic_key = $3, summary = $4 \
         WHERE id = $5 AND revision = $6 AND user_id = $7 AND status = 'draft' AND discarded_at IS NULL",
        clock.now_ms(),
        new.signer_id,
        new.clinic_key,
        &sealed,
        new.id,
        new.revision,
        new.preparer_id,
    );
    Ok(changed == 1)
}

/// Takes a referral back to its preparer: it is a draft again, with the revision that the preparer's page shows. Returns
/// `false` if the user did not prepare it, or if it does not wait for a signature.
pub async fn take_back(tx: &mut Tx, clock: &dyn Clock, id: &str, preparer_id: &str) -> Result<bool> {
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = 'draft', page_id = '', updated_at = $1 \
         WHERE id = $2 AND user_id = $3 AND status = 'ready-to-sign' AND discarded_at IS NULL",
        clock.now_ms(),
        id,
        preparer_id,
    );
    Ok(changed == 1)
}

/// Returns a referral to the user who prepared it: it is a draft again. Returns `false` if it was changed, signed or taken
/// back meanwhile.
pub async fn give_back(
    tx: &mut Tx,
    clock: &dyn Clock,
    sealer: &Sealer,
    id: &str,
    revision: i64,
    summary: &Summary,
) -> Result<bool> {
    let sealed = sealer.seal_json(cell("summary", id), summary)?;
    let changed = execute!(
        tx,
        "UPDATE referrals SET status = 'draft', revision = revision + 1, page_id = '', updated_at = $1, returned_at = $1, \
         summary = $2 WHERE id = $3 AND revision = $4 AND status = 'ready-to-sign' AND discarded_at IS NULL",
        clock.now_ms(),
        &sealed,
        id,
        revision,
    );
    Ok(changed == 1)
}

/// Text of the query of [`find_to_sign`]: clinic, user. The index `referrals_to_sign` answers it.
pub const TO_SIGN: &str = "SELECT r.id, r.number, r.status, r.summary, r.updated_at, r.submitted_at, r.patient_key, \
     r.signer_id, r.handed_over_at FROM referrals r \
     WHERE r.clinic_key = $1 AND r.status = 'ready-to-sign' AND r.discarded_at IS NULL AND r.user_id <> $2 \
     AND (r.signer_id IS NULL OR r.signer_id = $2 OR NOT EXISTS (SELECT u.id FROM users u WHERE u.id = r.signer_id \
     AND u.role = 'clinician' AND u.disabled_at IS NULL)) ORDER BY r.handed_over_at, r.id LIMIT 100";

/// Finds the referrals of a clinic that wait for the signature of a user: those for which the user was named, those for any
/// clinician, and those whose clinician may no longer sign. The oldest first.
pub async fn find_to_sign(db: &Db, sealer: &Sealer, clinic_key: &str, user_id: &str) -> Result<Vec<ToSign>> {
    let rows: Vec<ToSignRow> = on!(db.read(), p => {
        sqlx::query_as(TO_SIGN).bind(clinic_key).bind(user_id).fetch_all(p).await?
    });
    rows.into_iter().map(|row| open_row(row, sealer)).collect()
}

/// Finds the referrals that an earlier version handed over: without a clinic, they are in no queue.
pub async fn find_unqueued(db: &Db) -> Result<Vec<Unqueued>> {
    Ok(on!(db.read(), p => {
        sqlx::query_as(
            "SELECT ehr_id, number FROM referrals WHERE clinic_key IS NULL AND status = 'ready-to-sign' \
             AND discarded_at IS NULL ORDER BY ehr_id, number LIMIT 1000",
        )
        .fetch_all(p).await?
    }))
}

/// Puts the referrals that an earlier version handed over into the queue of a clinic: those of one patient, or all of an EHR
/// that serves one clinic only. Returns how many there were.
pub async fn queue_earlier(
    tx: &mut Tx,
    ehr_id: &str,
    patient_key: Option<&str>,
    clinic_key: &str,
) -> Result<u64> {
    Ok(execute!(
        tx,
        "UPDATE referrals SET clinic_key = $1, handed_over_at = COALESCE(handed_over_at, updated_at) \
         WHERE ehr_id = $2 AND (patient_key = $3 OR $4 = 1) AND clinic_key IS NULL AND status = 'ready-to-sign' \
         AND discarded_at IS NULL",
        clinic_key,
        ehr_id,
        patient_key.unwrap_or_default(),
        i64::from(patient_key.is_none()),
    ))
}

fn open_row(row: ToSignRow, sealer: &Sealer) -> Result<ToSign> {
    let ToSignRow { id, number, status, summary, updated_at, submitted_at, .. } = row;
    let listed = ListRow { id, number, status, summary, updated_at, submitted_at };
    Ok(ToSign {
        listed: open(listed, sealer)?,
        patient_key: row.patient_key,
        signer_id: row.signer_id,
        handed_over_at: row.handed_over_at,
    })
}
