//! SQL of the home page of a chart: one query, because another one is another round trip.

use super::{
    earlier_store::Earlier,
    store::{ChartKey, Listed, Viewer},
};
use crate::{
    db::{Db, Result, Sealer, on, row},
    delivery::restored_store::SendingState,
    referral::{
        draft::Summary,
        signing::store::ToSign,
        store::{cell, status},
    },
};

/// Rows of each list of a home page.
const MAX_ROWS: usize = 100;

/// Chart and user of a home page.
#[derive(Clone, Copy, Debug)]
pub struct HomeQuery<'a> {
    /// Patient and EHR.
    pub chart: ChartKey<'a>,
    /// The user.
    pub viewer: Viewer<'a>,
    /// Keyed hash of the clinic of the chart.
    pub clinic_key: &'a str,
    /// Time after which a sent referral is recent, epoch milliseconds.
    pub recent_since: i64,
    /// Drafts that were changed last before it are removed soon; epoch milliseconds.
    pub ending_before: i64,
}

/// Rows of a home page, at most 100 of each kind that it lists in full. A referral may be of several kinds.
#[derive(Clone, Debug, Default)]
pub struct HomeRows {
    /// Drafts that the user wrote, also those that wait for a signature, newest first.
    pub drafts: Vec<Listed>,
    /// Signed referrals that the user started or signed: first those that have not arrived or may not have, then those that
    /// changed last.
    pub sent: Vec<Listed>,
    /// Signed referrals of the patient that are recent, and older ones that have not arrived or may not have: these first,
    /// then newest first.
    pub earlier: Vec<Earlier>,
    /// Referrals that others prepared and that wait for a signature, newest first. Empty for a user who may not sign.
    pub prepared: Vec<ToSign>,
    /// Referrals of other patients that wait for the user's signature. 0 for a user who may not sign.
    pub to_sign_elsewhere: i64,
    /// Referrals of other patients that the user started or signed and that have not arrived or may not have.
    pub undelivered_elsewhere: i64,
    /// Drafts of the user about other patients that are removed soon.
    pub ending_elsewhere: i64,
    /// State of all sending.
    pub sending: SendingState,
}

row! {
    /// State of all sending and counts, with one referral, or without any if there is none.
    struct HomeRow {
        held_at: Option<i64>,
        found_at: Option<i64>,
        data_until: Option<i64>,
        to_sign: i64,
        undelivered: i64,
        ending: i64,
        id: Option<String>,
        number: Option<String>,
        status: Option<String>,
        summary: Option<Vec<u8>>,
        updated_at: Option<i64>,
        submitted_at: Option<i64>,
        form_id: Option<String>,
        service_id: Option<String>,
        signer_id: Option<String>,
        handed_over_at: Option<i64>,
        begun: Option<i64>,
        own: Option<i64>,
        signed_by: Option<String>,
        recent: Option<i64>,
    }
}

/// Text of the query of [`find_home`]: patient, user, EHR, whether the user signs, clinic, time after which a sent referral
/// is recent, and time before which a draft is removed soon. The index `referrals_patient` answers its list.
pub const HOME: &str = "SELECT o.held_at, r.found_at, r.data_until, \
     (SELECT COUNT(*) FROM referrals s WHERE $4 = 1 AND s.clinic_key = $5 AND s.status = 'ready-to-sign' \
     AND s.discarded_at IS NULL AND s.user_id <> $2 AND (s.signer_id IS NULL OR s.signer_id = $2 \
     OR NOT EXISTS (SELECT u.id FROM users u WHERE u.id = s.signer_id AND u.role = 'clinician' \
     AND u.disabled_at IS NULL)) AND s.patient_key <> $1) AS to_sign, \
     (SELECT COUNT(*) FROM referrals d WHERE (d.user_id = $2 OR d.submitted_by = $2) AND d.patient_key <> $1 \
     AND d.status IN ('retrying', 'not-delivered', 'unconfirmed') AND d.discarded_at IS NULL) AS undelivered, \
     (SELECT COUNT(*) FROM referrals k WHERE k.user_id = $2 AND k.patient_key <> $1 AND k.updated_at < $7 \
     AND k.revision > 0 AND k.status IN ('draft', 'ready-to-sign') AND k.discarded_at IS NULL) AS ending, \
     e.* FROM outbox o \
     LEFT JOIN (SELECT found_at, data_until FROM restorations ORDER BY found_at DESC LIMIT 1) r ON r.found_at IS NOT NULL \
     LEFT JOIN (SELECT id, number, status, summary, updated_at, submitted_at, form_id, service_id, signer_id, handed_over_at, \
     CAST(CASE WHEN user_id = $2 THEN 1 ELSE 0 END AS BIGINT) AS begun, \
     CAST(CASE WHEN user_id = $2 OR submitted_by = $2 THEN 1 ELSE 0 END AS BIGINT) AS own, \
     (SELECT u.name FROM users u WHERE u.id = submitted_by) AS signed_by, \
     CAST(CASE WHEN submitted_at > $6 OR status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') \
     THEN 1 ELSE 0 END AS BIGINT) AS recent, \
     CASE WHEN submitted_at IS NULL THEN 0 \
     WHEN status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') THEN 1 ELSE 2 END AS rank FROM referrals \
     WHERE patient_key = $1 AND discarded_at IS NULL AND CASE \
     WHEN submitted_at IS NOT NULL THEN user_id = $2 OR submitted_by = $2 OR submitted_at > $6 \
     OR status IN ('sending', 'retrying', 'not-delivered', 'unconfirmed') \
     ELSE revision > 0 AND status IN ('draft', 'ready-to-sign') \
     AND (user_id = $2 OR (status = 'ready-to-sign' AND ehr_id = $3 AND $4 = 1)) END \
     ORDER BY rank, COALESCE(submitted_at, updated_at) DESC, id DESC LIMIT 400) e ON e.id IS NOT NULL \
     WHERE o.id = 'outbox' ORDER BY e.rank, COALESCE(e.submitted_at, e.updated_at) DESC, e.id DESC";

/// Finds what the home page of a chart lists and counts: at most 400 referrals of its patient, open ones first.
pub async fn find_home(db: &Db, sealer: &Sealer, query: &HomeQuery<'_>) -> Result<HomeRows> {
    let HomeQuery { chart, viewer, clinic_key, recent_since, ending_before } = *query;
    let rows: Vec<HomeRow> = on!(db.read(), p => {
        sqlx::query_as(HOME).bind(chart.patient_key).bind(viewer.user_id).bind(chart.ehr_id)
            .bind(i64::from(viewer.signs)).bind(clinic_key).bind(recent_since).bind(ending_before).fetch_all(p).await?
    });
    let mut home = HomeRows::default();
    for row in rows {
        home.sending = SendingState::of(row.held_at, row.found_at, row.data_until);
        home.to_sign_elsewhere = row.to_sign;
        home.undelivered_elsewhere = row.undelivered;
        home.ending_elsewhere = row.ending;
        home.add(row, chart.patient_key, sealer)?;
    }
    home.drafts.truncate(MAX_ROWS);
    home.earlier.truncate(MAX_ROWS);
    home.prepared.truncate(MAX_ROWS);
    home.sent.sort_by(|a, b| (a.place(), b.updated_at, &b.id).cmp(&(b.place(), a.updated_at, &a.id)));
    Ok(home)
}

impl HomeRows {
    /// Adds the referral of a row, if it has one, to each list that it belongs to.
    fn add(&mut self, row: HomeRow, patient_key: &str, sealer: &Sealer) -> Result<()> {
        let HomeRow { submitted_at, service_id, signer_id, handed_over_at, .. } = row;
        let (Some(id), Some(number), Some(word), Some(sealed)) =
            (row.id, row.number, row.status, row.summary)
        else {
            return Ok(());
        };
        let (begun, own) = (row.begun == Some(1), row.own == Some(1));
        let status = status(&id, &word)?;
        let summary = open(&id, &sealed, sealer);
        if let Some(submitted_at) = submitted_at.filter(|_| row.recent == Some(1)) {
            self.earlier.push(Earlier {
                id: id.clone(),
                number: number.clone(),
                status,
                summary: summary.clone(),
                submitted_at,
                form_id: row.form_id.unwrap_or_default(),
                service_id,
                own,
                signed_by: row.signed_by,
            });
        }
        // A summary that cannot be opened leaves the row without names, so that it does not hide the others.
        let summary = summary.unwrap_or_default();
        let updated_at = row.updated_at.unwrap_or_default();
        let listed = Listed { id, number, status, summary, updated_at, submitted_at };
        if submitted_at.is_some() {
            self.sent.extend(Some(listed).filter(|_| own));
        } else if begun {
            self.drafts.push(listed);
        } else {
            let patient_key = patient_key.to_owned();
            self.prepared.push(ToSign { listed, patient_key, signer_id, handed_over_at });
        }
        Ok(())
    }
}

fn open(id: &str, sealed: &[u8], sealer: &Sealer) -> Option<Summary> {
    let opened = sealer.open_json(cell("summary", id), sealed);
    let opened = opened.inspect_err(|error| {
        tracing::error!(referral = id, cause = %error, "the summary of a referral cannot be opened");
    });
    opened.ok()
}
