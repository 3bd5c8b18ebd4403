//! SQL of the referrals of one patient that exist before a new one: those that were sent already, and drafts.

use crate::{
    db::{Db, Result, Sealer, on, row},
    delivery::restored_store::SendingState,
    referral::{
        draft::Summary,
        lists::store::{ChartKey, Viewer},
        status::Status,
        store::{cell, status},
    },
};

row! {
    struct EarlierRow {
        id: String,
        number: String,
        status: String,
        summary: Vec<u8>,
        submitted_at: i64,
        form_id: String,
        service_id: Option<String>,
        own: i64,
        signed_by: Option<String>,
    }
}

/// Referral that was signed earlier.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Row id.
    pub id: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Current status.
    pub status: Status,
    /// Sealed summary, opened; `None` if it cannot be opened.
    pub summary: Option<Summary>,
    /// Time of the signature, epoch milliseconds.
    pub submitted_at: i64,
    /// Id of the form.
    pub form_id: String,
    /// Id of the service that it goes to.
    pub service_id: Option<String>,
    /// Whether the user started or signed it, and so may see it.
    pub own: bool,
    /// Name of the user who signed it; `None` if there is no such account.
    pub signed_by: Option<String>,
}

/// Text of the query of [`find_earlier`]: patient, user, earliest time that counts. The index `referrals_sent` answers it.
pub const EARLIER: &str = "SELECT id, number, status, summary, submitted_at, form_id, service_id, \
     CAST(CASE WHEN user_id = $2 OR submitted_by = $2 THEN 1 ELSE 0 END AS BIGINT) AS own, \
     (SELECT u.name FROM users u WHERE u.id = submitted_by) AS signed_by FROM referrals \
     WHERE patient_key = $1 AND submitted_at IS NOT NULL AND discarded_at IS NULL \
     AND (submitted_at > $3 OR status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed')) \
     ORDER BY CASE WHEN status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') THEN 0 ELSE 1 END, \
     submitted_at DESC LIMIT 100";

/// Finds the referrals of a patient that were signed after `since`, in epoch milliseconds, and older ones that have not
/// arrived or may not have: these first, then newest first.
pub async fn find_earlier(
    db: &Db,
    sealer: &Sealer,
    patient_key: &str,
    user_id: &str,
    since: i64,
) -> Result<Vec<Earlier>> {
    let rows: Vec<EarlierRow> = on!(db.read(), p => {
        sqlx::query_as(EARLIER).bind(patient_key).bind(user_id).bind(since).fetch_all(p).await?
    });
    rows.into_iter().map(|row| open(row, sealer)).collect()
}

fn open(row: EarlierRow, sealer: &Sealer) -> Result<Earlier> {
    let summary = sealer.open_json(cell("summary", &row.id), &row.summary);
    let summary = summary.inspect_err(|error| {
        tracing::error!(referral = row.id, cause = %error, "the summary of a referral cannot be opened");
    });
    Ok(Earlier {
        summary: summary.ok(),
        status: status(&row.id, &row.status)?,
        id: row.id,
        number: row.number,
        submitted_at: row.submitted_at,
        form_id: row.form_id,
        service_id: row.service_id,
        own: row.own == 1,
        signed_by: row.signed_by,
    })
}

row! {
    /// State of all sending, with one referral, or without any if there is none.
    struct ExistingRow {
        held_at: Option<i64>,
        found_at: Option<i64>,
        data_until: Option<i64>,
        id: Option<String>,
        number: Option<String>,
        status: Option<String>,
        summary: Option<Vec<u8>>,
        submitted_at: Option<i64>,
        form_id: Option<String>,
        form_hash: Option<String>,
        service_id: Option<String>,
        own: Option<i64>,
        signed_by: Option<String>,
        revision: Option<i64>,
        here: Option<i64>,
    }
}

/// Referrals of a patient that exist before a new form is opened.
#[derive(Clone, Debug, Default)]
pub struct Existing {
    /// Whether there is a draft that the viewer wrote, or a referral that the viewer may sign.
    pub any_listed: bool,
    /// Referrals that were sent already, as [`find_earlier`] returns them.
    pub earlier: Vec<Earlier>,
    /// State of all sending.
    pub sending: SendingState,
    untouched: Vec<UntouchedDraft>,
    begun_here: Vec<OwnDraft>,
}

/// Draft that the same user saved in the same launch context.
#[derive(Clone, Debug)]
pub struct OwnDraft {
    /// Row id.
    pub id: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    form_id: String,
}

#[derive(Clone, Debug)]
struct UntouchedDraft {
    id: String,
    form_hash: String,
}

impl Existing {
    /// Id of the draft of this text of a form that the same launch context created and no user typed in: its page was reloaded.
    #[must_use]
    pub fn untouched(&self, form_hash: &str) -> Option<&str> {
        self.untouched.iter().find(|draft| draft.form_hash == form_hash).map(|draft| draft.id.as_str())
    }

    /// Drafts of a form that the user saved in the same launch context, newest first.
    pub fn begun_here(&self, form_id: &str) -> impl Iterator<Item = &OwnDraft> {
        self.begun_here.iter().filter(move |draft| draft.form_id == form_id)
    }
}

/// Text of the query of [`find_existing`]: patient, user, earliest time that counts, EHR, whether the user signs, launch context.
/// The index `referrals_patient` answers it. It returns the state of sending as well, as
/// [`find_sending_state`](crate::delivery::restored_store::find_sending_state) does: another query is another round trip.
pub const EXISTING: &str = "SELECT o.held_at, r.found_at, r.data_until, e.* FROM outbox o \
     LEFT JOIN (SELECT found_at, data_until FROM restorations ORDER BY found_at DESC LIMIT 1) r ON r.found_at IS NOT NULL \
     LEFT JOIN (SELECT id, number, status, CASE WHEN submitted_at IS NULL THEN NULL ELSE summary END AS summary, \
     submitted_at, form_id, form_hash, service_id, revision, \
     CAST(CASE WHEN user_id = $2 OR submitted_by = $2 THEN 1 ELSE 0 END AS BIGINT) AS own, \
     (SELECT u.name FROM users u WHERE u.id = submitted_by) AS signed_by, \
     CAST(CASE WHEN user_id = $2 AND context_id = $6 THEN 1 ELSE 0 END AS BIGINT) AS here, \
     CASE WHEN submitted_at IS NULL THEN 0 \
     WHEN status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') THEN 1 ELSE 2 END AS rank FROM referrals \
     WHERE patient_key = $1 AND discarded_at IS NULL AND CASE \
     WHEN submitted_at IS NOT NULL \
     THEN submitted_at > $3 OR status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') \
     WHEN revision = 0 THEN status = 'draft' AND user_id = $2 AND context_id = $6 \
     ELSE (status IN ('draft', 'ready-to-sign') AND user_id = $2) \
     OR (status = 'ready-to-sign' AND ehr_id = $4 AND $5 = 1) END \
     ORDER BY rank, submitted_at DESC, id DESC LIMIT 100) e ON e.id IS NOT NULL \
     WHERE o.id = 'outbox' ORDER BY e.rank, e.submitted_at DESC, e.id DESC";

/// Finds the referrals of a patient that exist before a new form is opened, with one query: drafts, what [`find_earlier`] finds,
/// and the state of sending.
pub async fn find_existing(
    db: &Db,
    sealer: &Sealer,
    chart: ChartKey<'_>,
    context_id: &str,
    viewer: Viewer<'_>,
    since: i64,
) -> Result<Existing> {
    let rows: Vec<ExistingRow> = on!(db.read(), p => {
        sqlx::query_as(EXISTING).bind(chart.patient_key).bind(viewer.user_id).bind(since).bind(chart.ehr_id)
            .bind(i64::from(viewer.signs)).bind(context_id).fetch_all(p).await?
    });
    let mut existing = Existing::default();
    for row in rows {
        existing.sending = SendingState::of(row.held_at, row.found_at, row.data_until);
        existing.add(row, sealer)?;
    }
    Ok(existing)
}

impl Existing {
    /// Adds the referral of a row, if it has one.
    fn add(&mut self, row: ExistingRow, sealer: &Sealer) -> Result<()> {
        let ExistingRow { summary, submitted_at, form_hash, service_id, signed_by, .. } = row;
        let (Some(id), Some(number), Some(status), Some(form_id)) =
            (row.id, row.number, row.status, row.form_id)
        else {
            return Ok(());
        };
        let own = row.own.unwrap_or_default();
        match (summary, submitted_at) {
            (Some(summary), Some(submitted_at)) => {
                self.earlier.push(open(
                    EarlierRow {
                        id,
                        number,
                        status,
                        summary,
                        submitted_at,
                        form_id,
                        service_id,
                        own,
                        signed_by,
                    },
                    sealer,
                )?);
            }
            _ if row.revision == Some(0) => {
                self.untouched.push(UntouchedDraft { id, form_hash: form_hash.unwrap_or_default() });
            }
            _ => {
                self.any_listed = true;
                if row.here == Some(1) {
                    self.begun_here.push(OwnDraft { id, number, form_id });
                }
            }
        }
        Ok(())
    }
}
