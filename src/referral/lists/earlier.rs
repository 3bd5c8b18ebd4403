//! Note above a new form, and on the home page of a chart: referrals of this patient that were sent already.

use futures_util::try_join;
use jiff::SignedDuration;

use super::{
    earlier_store::{self, Earlier},
    pages::in_language,
    views::{EarlierNote, EarlierRow},
};
use crate::{
    delivery::restored_store::{SendingState, find_sending_state},
    fhir::Demographics,
    forms::Form,
    referral::{
        error::Error,
        restored::SendingNote,
        sending::{
            copy_store::{self, SignedCopy},
            submit_check::RECENT_DAYS,
        },
        service::Referrals,
        status::Status,
        visit::Visit,
    },
};

/// Rows of each list of the note. The list of the patient's referrals has the rest.
const MAX_ROWS: usize = 5;

/// Notes above a new form, and on the home page of a chart.
pub(in crate::referral) struct ChartNotes {
    pub(in crate::referral) earlier: EarlierNote,
    pub(in crate::referral) sending: SendingNote,
}

/// Referrals of a patient that were sent already, and the signed copies among them.
#[derive(Clone, Copy)]
pub(in crate::referral) struct Found<'f> {
    pub(in crate::referral) earlier: &'f [Earlier],
    pub(in crate::referral) copies: &'f [SignedCopy],
}

impl<'f> Found<'f> {
    /// Returns the newest copy of a referral that the destination has.
    fn arrived_copy(&self, original: &Earlier) -> Option<&'f SignedCopy> {
        let is_it = |copy: &&SignedCopy| copy.original == original.number && copy.status.has_arrived();
        self.copies.iter().find(is_it)
    }
}

impl Referrals {
    /// Reads what is on the home page of a chart, or above a form: referrals that were sent already, and the state of all
    /// sending.
    pub(in crate::referral) async fn chart_notes(
        &self,
        visit: &Visit,
        form: Option<&Form>,
        lang: &str,
    ) -> Result<ChartNotes, Error> {
        let (patient_key, user_id) = (&visit.context.patient_key, &visit.signed_in.user.id);
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let (found, state) = try_join!(
            earlier_store::find_earlier(db, sealer, patient_key, user_id, self.recent_since()),
            find_sending_state(db),
        )?;
        let copies = self.copies_beside(visit, &found).await?;
        let found = Found { earlier: &found, copies: &copies };
        Ok(self.chart_notes_of(visit, form, found, state, lang))
    }

    /// Finds the signed copies of a patient's referrals, if any of them has not arrived.
    pub(in crate::referral) async fn copies_beside(
        &self,
        visit: &Visit,
        found: &[Earlier],
    ) -> Result<Vec<SignedCopy>, Error> {
        if !found
            .iter()
            .any(|earlier| earlier.own && !needs(earlier.status, SendingState::default()).is_empty())
        {
            return Ok(Vec::new());
        }
        let (patient_key, user_id) = (&visit.context.patient_key, &visit.signed_in.user.id);
        Ok(copy_store::find_copies(&self.ground.db, patient_key, user_id).await?)
    }

    /// Builds the notes from what was read.
    pub(in crate::referral) fn chart_notes_of(
        &self,
        visit: &Visit,
        form: Option<&Form>,
        found: Found<'_>,
        state: SendingState,
        lang: &str,
    ) -> ChartNotes {
        let earlier = self.earlier_note(visit, form, found, state, lang);
        ChartNotes { earlier, sending: self.sending_note_of(state, lang) }
    }

    /// Returns the time, in epoch milliseconds, after which a sent referral is recent.
    pub(in crate::referral) fn recent_since(&self) -> i64 {
        (self.ground.clock.now() - SignedDuration::from_hours(RECENT_DAYS * 24)).as_millisecond()
    }

    /// Builds the note about referrals of the chart's patient that were signed in the last 90 days with this form, or to a
    /// service that it can go to; with any form if `form` is `None`. One that has not arrived, or may not have, is listed
    /// whatever its age and form. Referrals that the user may not see are counted.
    fn earlier_note(
        &self,
        visit: &Visit,
        form: Option<&Form>,
        found: Found<'_>,
        state: SendingState,
        lang: &str,
    ) -> EarlierNote {
        let person = Demographics::of(visit.context.patient());
        // A twin may have the same key. A referral whose summary cannot be opened may be the patient's.
        let is_theirs = |earlier: &Earlier| {
            earlier.summary.as_ref().is_none_or(|summary| summary.demographics.is_same_person(&person))
        };
        let is_like = |earlier: &Earlier| form.is_none_or(|form| self.is_like(earlier, form));
        let mut note = EarlierNote { days: RECENT_DAYS, ..EarlierNote::default() };
        for earlier in found.earlier.iter().filter(|earlier| is_theirs(earlier)) {
            let copy = found.arrived_copy(earlier);
            let needs = match needs(earlier.status, state) {
                needs if needs.is_empty() || copy.is_none() => needs,
                _ if earlier.status.is_moving() => "copied-sending",
                _ => "copied",
            };
            let is_urgent = !matches!(needs, "" | "sending" | "copied");
            match (earlier.own, is_urgent) {
                (true, true) => note.urgent.push(self.earlier_row(visit, earlier, copy, needs, lang)),
                (true, false) if !needs.is_empty() || is_like(earlier) => {
                    note.rows.push(self.earlier_row(visit, earlier, copy, needs, lang));
                }
                (false, true) => {
                    note.colleagues_urgent.push(self.row_of_colleague(visit, earlier, needs, lang));
                }
                (false, false) if is_like(earlier) && earlier.status != Status::Replaced => {
                    note.colleagues += 1;
                }
                _ => {}
            }
        }
        note.urgent.sort_by_key(|row| row.tone != "bad");
        note.more = note.urgent.len() > MAX_ROWS || note.rows.len() > MAX_ROWS;
        note.urgent.truncate(MAX_ROWS);
        note.rows.truncate(MAX_ROWS);
        note.colleagues_urgent_count = note.colleagues_urgent.len();
        note.colleagues_urgent.truncate(MAX_ROWS);
        note
    }

    /// Whether a referral was made with this form, or went to a service that the form can go to.
    fn is_like(&self, earlier: &Earlier, form: &Form) -> bool {
        let service = earlier.service_id.as_deref().and_then(|id| self.directory.find(id));
        earlier.form_id == form.id() || service.is_some_and(|service| service.fits(form.service_codings()))
    }

    /// Row of a colleague's referral that has not arrived: whom to ask about which, and nothing of its content.
    fn row_of_colleague(&self, visit: &Visit, earlier: &Earlier, needs: &str, lang: &str) -> EarlierRow {
        let by = earlier.signed_by.clone().unwrap_or_default();
        let hidden = String::new;
        let row = self.earlier_row(visit, earlier, None, needs, lang);
        EarlierRow { path: hidden(), form: hidden(), destination: hidden(), by, ..row }
    }

    fn earlier_row(
        &self,
        visit: &Visit,
        earlier: &Earlier,
        copy: Option<&SignedCopy>,
        needs: &str,
        lang: &str,
    ) -> EarlierRow {
        let text =
            |texts: Option<&[String; 2]>| texts.map(|texts| in_language(texts, lang)).unwrap_or_default();
        let summary = earlier.summary.as_ref();
        EarlierRow {
            path: visit.referral_path(&earlier.id),
            number: earlier.number.clone(),
            form: text(summary.map(|summary| &summary.form_title)),
            destination: text(summary.map(|summary| &summary.destination)),
            signed: self.readable_time(earlier.submitted_at, lang),
            by: String::new(),
            status: if needs.starts_with("held") { "held" } else { earlier.status.as_str() }.to_owned(),
            tone: if needs.starts_with("held") { "warn" } else { earlier.status.tone() }.to_owned(),
            needs: needs.to_owned(),
            copy: copy.map(|copy| copy.number.clone()).unwrap_or_default(),
            copied: copy.map(|copy| self.readable_time(copy.updated_at, lang)).unwrap_or_default(),
        }
    }
}

/// End of the message key `earlier-{needs}`, which says what to do next; empty if there is nothing to do.
fn needs(status: Status, state: SendingState) -> &'static str {
    match status {
        // What a restored database calls unsent may have arrived before.
        Status::Sending | Status::Retrying if state.is_held_restored() => "held-restored",
        Status::Sending | Status::Retrying if state.held_at.is_some() => "held",
        Status::Sending => "sending",
        Status::Retrying => "retrying",
        Status::NotDelivered => "not-delivered",
        Status::Unconfirmed => "unconfirmed",
        Status::Draft
        | Status::ReadyToSign
        | Status::Sent
        | Status::Placed
        | Status::Faxed
        | Status::Replaced => "",
    }
}
