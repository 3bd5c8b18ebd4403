//! Referrals that others prepared and that wait for a signature, in lists and on the review page.

use super::{
    store::{self as signing_store, ToSign},
    views::{HandedOverNote, ReturnedView},
};
use crate::{
    fhir::Demographics,
    forms::{Change, birth_day_of, filled_from_user},
    launch::{OpenContext, only_clinic_key},
    referral::{
        draft::{Referral, Returned},
        error::Error,
        lists::{
            pages::in_language,
            views::{SignList, SignRow},
        },
        service::Referrals,
        visit::Visit,
    },
    users::SignedIn,
};

/// Codes of a priority, the most urgent first.
const PRIORITIES: [&str; 3] = ["stat", "asap", "urgent"];

impl Referrals {
    /// Builds the list of the referrals of the chart's patient that others prepared. `elsewhere` counts those of other
    /// patients that wait for the user.
    pub(in crate::referral) async fn to_sign_here(
        &self,
        visit: &Visit,
        prepared: &[ToSign],
        elsewhere: i64,
        lang: &str,
    ) -> Result<SignList, Error> {
        let user = &visit.signed_in.user;
        if prepared.iter().any(|one| one.handed_over_at.is_none()) {
            self.queue_earlier_of_chart(visit).await?;
        }
        let person = Demographics::of(visit.context.patient());
        let is_theirs = |one: &&ToSign| one.listed.summary.demographics.is_same_person(&person);
        let rows = prepared.iter().filter(is_theirs).map(|one| {
            let path = format!("{}/review", visit.referral_path(&one.listed.id));
            self.sign_row(one, path, &user.id, lang)
        });
        let mut rows: Vec<SignRow> = rows.collect();
        rows.sort_by_key(|row| (!row.for_user, !row.urgent));
        let here = i64::try_from(rows.iter().filter(|row| row.for_user).count()).unwrap_or(0);
        Ok(SignList { rows, elsewhere, count: here + elsewhere })
    }

    /// Lists the referrals of all patients of the user's clinic that wait for the user, the most urgent first: of the clinic
    /// of the open chart, or else of the EHR of the session if it serves one clinic only. One leads to its review in the
    /// chart of its patient alone: another is opened from the EHR.
    pub(in crate::referral) async fn to_sign(
        &self,
        signed_in: &SignedIn,
        chart: Option<&OpenContext>,
        lang: &str,
    ) -> Result<Vec<SignRow>, Error> {
        let user = &signed_in.user;
        let (db, sealer) = (&self.ground.db, &self.ground.sealer);
        let clinic_key = match chart {
            Some(context) => Some(context.chart.clinic_key(&context.ehr, sealer)),
            None => {
                self.launch.registry().find(&signed_in.ehr_id).and_then(|ehr| only_clinic_key(&ehr, sealer))
            }
        };
        let Some(clinic_key) = clinic_key.filter(|_| user.role.may_sign()) else { return Ok(Vec::new()) };
        let mut found = signing_store::find_to_sign(db, sealer, &clinic_key, &user.id).await?;
        let rank = |one: &ToSign| {
            let priority = one.listed.summary.handed_over.priority.as_str();
            PRIORITIES.iter().position(|known| *known == priority).unwrap_or(PRIORITIES.len())
        };
        found.sort_by_key(rank);
        let review_path = |one: &ToSign| {
            let context = chart.filter(|context| {
                let person = Demographics::of(context.patient());
                one.patient_key == context.patient_key
                    && one.listed.summary.demographics.is_same_person(&person)
            })?;
            Some(format!("{}/referrals/{}/review", context.path(), one.listed.id))
        };
        let rows = found.iter().map(|one| {
            let path = review_path(one).unwrap_or_default();
            self.sign_row(one, path, &user.id, lang)
        });
        Ok(rows.collect())
    }

    /// Whether the list of all referrals cannot say what waits for the user: the EHR serves several clinics, and without a
    /// chart it is not known which of them the user is at.
    pub(in crate::referral) fn is_clinic_unknown(
        &self,
        signed_in: &SignedIn,
        chart: Option<&OpenContext>,
    ) -> bool {
        let ehr = self.launch.registry().find(&signed_in.ehr_id);
        chart.is_none() && signed_in.user.role.may_sign() && ehr.is_some_and(|ehr| ehr.many_clinics)
    }

    fn sign_row(&self, one: &ToSign, path: String, user_id: &str, lang: &str) -> SignRow {
        let summary = &one.listed.summary;
        let destination = in_language(&summary.destination, lang);
        let form = in_language(&summary.form_title, lang);
        let is_named = one.signer_id.as_deref() == Some(user_id);
        SignRow {
            path,
            number: one.listed.number.clone(),
            patient: summary.patient_name.clone(),
            born: birth_day_of(&summary.birth_date, lang, &self.time_zone).unwrap_or_default(),
            gender: summary.demographics.gender().to_owned(),
            service: if destination.is_empty() { form } else { destination },
            urgency: in_language(&summary.handed_over.urgency, lang),
            urgent: PRIORITIES.contains(&summary.handed_over.priority.as_str()),
            prepared_by: summary.begun_by.clone(),
            since: one.handed_over_at.map(|at| self.readable_time(at, lang)).unwrap_or_default(),
            for_user: is_named || summary.handed_over.signer.is_empty(),
            signer: if is_named { String::new() } else { summary.handed_over.signer.clone() },
        }
    }

    /// Returns the remark with which a draft was returned to the user who prepared it.
    pub(in crate::referral) fn returned_view(&self, referral: &Referral, lang: &str) -> Option<ReturnedView> {
        let returned = referral.summary.returned.as_ref().filter(|_| referral.status.is_open())?;
        Some(self.remark_view(returned, lang))
    }

    fn remark_view(&self, returned: &Returned, lang: &str) -> ReturnedView {
        let at = self.readable_time(returned.at, lang);
        ReturnedView { by: returned.by.clone(), at, remark: returned.remark.clone() }
    }

    /// Builds the note above the review of a referral that another user prepared. `None` for any other referral. `changes`
    /// is what the chart has otherwise than when it was prepared.
    pub(in crate::referral) fn handed_over_note(
        &self,
        visit: &Visit,
        referral: &Referral,
        changes: Vec<Change>,
        lang: &str,
    ) -> Result<Option<HandedOverNote>, Error> {
        let user = &visit.signed_in.user;
        if !user.role.may_sign() || !referral.waits_for(&user.id) {
            return Ok(None);
        }
        let form = &*self.form_of(referral)?;
        let preparer = referral.snapshot.preparer.as_ref();
        let refilled = preparer.map(|preparer| preparer.refilled.as_slice()).unwrap_or_default();
        let to_you = filled_from_user(form, &referral.answers, &referral.snapshot.prefill, refilled, lang);
        let is_other = |change: &Change| !to_you.iter().any(|own| own.label == change.label);
        let is_named = referral.signer_id.as_deref() == Some(&user.id);
        let earlier = referral.summary.handed_over.returned.as_ref();
        Ok(Some(HandedOverNote {
            by: referral.summary.begun_by.clone(),
            at: self.readable_time(referral.handed_over_at.unwrap_or(referral.updated_at), lang),
            signer: if is_named { String::new() } else { referral.summary.handed_over.signer.clone() },
            returned: earlier.map(|returned| self.remark_view(returned, lang)),
            changes: changes.into_iter().filter(is_other).collect(),
            to_you,
            without_remark: false,
        }))
    }
}
