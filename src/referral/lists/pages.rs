//! Pages that list referrals of one chart: its home page, and its referrals.

use futures_util::try_join;

use super::{
    earlier::{ChartNotes, Found},
    home_store::{self, HomeQuery, HomeRows},
    own_list_store::{Cursor, PAGE_ROWS},
    store::Listed,
    views::{ChartReferralsPage, FormRow, HomePage, Row},
};
use crate::{
    fhir::Demographics,
    forms::{Validity, birth_day_of, moment},
    referral::{error::Error, restored::SendingNote, service::Referrals, status::Status, visit::Visit},
    web::Paging,
};

/// Sent referrals on the home page.
const MAX_SENT: usize = 10;

impl Referrals {
    /// Builds the home page of a chart: its drafts, the forms to start, and what the user sent. Of a patient of whom
    /// nothing may be sent, such as one who has died, it offers no form.
    pub(in crate::referral) async fn home_page(
        &self,
        visit: &Visit,
        lang: &str,
        notice: &str,
    ) -> Result<HomePage, Error> {
        let clinic_key = self.clinic_key(visit);
        let query = HomeQuery {
            chart: visit.chart_key(),
            viewer: visit.viewer(),
            clinic_key: &clinic_key,
            recent_since: self.recent_since(),
            ending_before: self.ending_before(),
        };
        let found = home_store::find_home(&self.ground.db, &self.ground.sealer, &query).await?;
        let (undelivered_elsewhere, ending_elsewhere) = (found.undelivered_elsewhere, found.ending_elsewhere);
        let to_sign_elsewhere = found.to_sign_elsewhere;
        let HomeRows { drafts, mut sent, earlier, prepared, sending, .. } = found;
        let copies = self.copies_beside(visit, &earlier).await?;
        let found = Found { earlier: &earlier, copies: &copies };
        let ChartNotes { earlier, sending } = self.chart_notes_of(visit, None, found, sending, lang);
        let to_sign = self.to_sign_here(visit, &prepared, to_sign_elsewhere, lang).await?;
        let cautions = visit.context.patient().cautions.iter().filter(|caution| caution.forbids_sending());
        let stops: Vec<String> = cautions.map(|caution| format!("patient-{}", caution.name())).collect();
        let day = visit.context.chart.day();
        let offered = if stops.is_empty() { self.forms_on(day) } else { Vec::new() };
        let forms = offered.iter().map(|form| FormRow {
            id: form.id().to_owned(),
            title: form.title(lang).to_owned(),
            description: form.description(lang).to_owned(),
            is_draft: form.validity(day) == Validity::Draft,
        });
        let person = Demographics::of(visit.context.patient());
        let own = drafts.iter().filter(|draft| draft.summary.demographics.is_same_person(&person));
        let drafts = own.map(|draft| {
            let path = visit.referral_path(&draft.id);
            let path = if draft.status == Status::Draft { format!("{path}/edit") } else { path };
            self.row(draft, path, lang)
        });
        let (drafts, forms) = (drafts.collect(), forms.collect());
        let listed = |id: &str| {
            let path = visit.referral_path(id);
            earlier.urgent.iter().chain(&earlier.rows).any(|row| row.path == path)
        };
        sent.retain(|sent| !listed(&sent.id));
        let more_sent = sent.len() > MAX_SENT;
        let newest = sent.iter().take(MAX_SENT);
        let row = |listed| self.row(listed, visit.referral_path(&listed.id), lang).beside(&sending);
        let sent = newest.map(row).collect();
        Ok(HomePage {
            to_sign,
            earlier,
            undelivered_elsewhere,
            stops,
            drafts,
            ending_elsewhere,
            forms,
            sent,
            more_sent,
            sending,
            notice: notice.to_owned(),
        })
    }

    /// Builds a page of the list of the user's referrals of one patient.
    pub(in crate::referral) async fn chart_referrals_page(
        &self,
        visit: &Visit,
        lang: &str,
        page: usize,
    ) -> Result<ChartReferralsPage, Error> {
        let (own, sending) = try_join!(self.own_of_chart(visit), self.sending_note(lang))?;
        let path = visit.context.path();
        let address = |page| format!("{path}/referrals?page={page}");
        let (paging, own) = Paging::cut(page, own, PAGE_ROWS, address);
        let row = |listed| self.row(listed, visit.referral_path(&listed.id), lang).beside(&sending);
        let rows = own.iter().map(row);
        Ok(ChartReferralsPage { rows: rows.collect(), paging })
    }

    /// Finds the user's referrals of the patient of a chart: first those that have not arrived or may not have, then newest
    /// first.
    async fn own_of_chart(&self, visit: &Visit) -> Result<Vec<Listed>, Error> {
        let patient_key = Some(visit.context.patient_key.as_str());
        let person = Demographics::of(visit.context.patient());
        let is_own = |listed: &Listed| listed.summary.demographics.is_same_person(&person);
        let scan = self.scan(&visit.signed_in.user.id, patient_key, Cursor::newest(), is_own).await?;
        let mut rows = scan.rows;
        rows.sort_by_key(Listed::place);
        Ok(rows)
    }

    /// Builds the row of one referral that links to `path`.
    pub(in crate::referral) fn row(&self, listed: &Listed, path: String, lang: &str) -> Row {
        let form = in_language(&listed.summary.form_title, lang);
        let returned = listed.summary.returned.as_ref().filter(|_| listed.is_returned());
        let (status, tone) = match returned {
            Some(_) => ("returned", "warn"),
            None => (listed.status.as_str(), listed.status.tone()),
        };
        let waits = listed.status == Status::ReadyToSign;
        Row {
            path,
            number: listed.number.clone(),
            patient: listed.summary.patient_name.clone(),
            born: birth_day_of(&listed.summary.birth_date, lang, &self.time_zone).unwrap_or_default(),
            gender: listed.summary.demographics.gender().to_owned(),
            // A summary that cannot be opened has no title.
            form: if form.is_empty() { listed.number.clone() } else { form },
            destination: in_language(&listed.summary.destination, lang),
            begun_by: listed.summary.begun_by.clone(),
            status: status.to_owned(),
            tone: tone.to_owned(),
            place: listed.place(),
            signer: if waits { listed.summary.handed_over.signer.clone() } else { String::new() },
            returned_by: returned.map(|returned| returned.by.clone()).unwrap_or_default(),
            remark: returned.map(|returned| returned.remark.clone()).unwrap_or_default(),
            updated: self.readable_time(listed.updated_at, lang),
            open: listed.status.is_open(),
            kept_until: self.kept_until(listed.status, listed.updated_at, lang),
        }
    }

    /// Formats a time given in epoch milliseconds: `2 Sep 2026, 09:14`.
    pub(in crate::referral) fn readable_time(&self, at: i64, lang: &str) -> String {
        let at = jiff::Timestamp::from_millisecond(at).unwrap_or_default();
        moment(&at.to_string(), lang, &self.time_zone)
    }
}

impl Row {
    /// Returns the row as it is while all sending is held: what was signed has not left.
    pub(super) fn beside(self, sending: &SendingNote) -> Self {
        match self.status.as_str() {
            "sending" | "retrying" if sending.held => {
                Self { status: "held".to_owned(), tone: "warn".to_owned(), ..self }
            }
            _ => self,
        }
    }
}

/// Picks the English or French text of a pair.
pub(in crate::referral) fn in_language(texts: &[String; 2], lang: &str) -> String {
    texts[usize::from(lang == "fr")].clone()
}
