//! Whereabouts of a referral that is no longer where a user's page left it, and taking it back.

use super::{
    store as signing_store,
    views::{MovedPage, WaitsNote},
};
use crate::{
    audit::EventKind,
    fhir::Demographics,
    referral::{
        draft::Referral,
        error::Error,
        lists::{pages::in_language, store as list_store},
        service::Referrals,
        status::Status,
        store,
        timeline_store::{self, EventRow, NewEvent},
        visit::Visit,
    },
    web::RequestState,
};

/// Kinds of the steps that move a referral from one user to another, or end it.
const MOVES: [&str; 5] = ["ready-to-sign", "taken-back", "returned", "discarded", "submitted"];

impl Referrals {
    /// Takes a referral back that waits for a signature, so that its preparer can change it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the user did not prepare it, or if it does not wait for a signature.
    pub(in crate::referral) async fn take_back(
        &self,
        state: &RequestState,
        visit: &Visit,
        id: &str,
    ) -> Result<(), Error> {
        let (clock, user_id) = (&*self.ground.clock, visit.signed_in.user.id.as_str());
        let mut tx = self.ground.db.begin_write().await?;
        if !signing_store::take_back(&mut tx, clock, id, user_id).await? {
            return Err(Error::Conflict);
        }
        let step = NewEvent { referral_id: id, kind: "taken-back", user_id: Some(user_id), detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        let event = visit.event(state, EventKind::ReferralTakenBack).on(format!("referral/{id}"));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }

    /// Describes the signature that a referral waits for. `None` unless the user prepared it and it waits for one.
    pub(in crate::referral) fn waits_note(
        &self,
        visit: &Visit,
        referral: &Referral,
        lang: &str,
    ) -> Option<WaitsNote> {
        referral.is_handed_over_by(&visit.signed_in.user.id).then(|| WaitsNote {
            signer: referral.summary.handed_over.signer.clone(),
            at: self.readable_time(referral.handed_over_at.unwrap_or(referral.updated_at), lang),
        })
    }

    /// Builds the page that says where a referral is now: for its preparer once it is handed over, sent or discarded, and for
    /// a clinician once it waits for no signature. `None` if the user may not know, or if the referral is where it was.
    pub(in crate::referral) async fn moved_page(
        &self,
        visit: &Visit,
        id: &str,
        lang: &str,
    ) -> Result<Option<MovedPage>, Error> {
        let found = store::find_even_discarded(&self.ground.db, &self.ground.sealer, id).await?;
        let Some(referral) = found else { return Ok(None) };
        let events = timeline_store::find_events(&self.ground.db, id).await?;
        if !may_know(visit, &referral, &events) {
            return Ok(None);
        }
        let user_id = visit.signed_in.user.id.as_str();
        let is_preparer = referral.is_prepared_by(user_id);
        let moves = |event: &&EventRow| MOVES.contains(&event.kind.as_str());
        let Some(last) = events.iter().rev().find(moves) else { return Ok(None) };
        let waits = self.waits_note(visit, &referral, lang);
        let (what, by) = match (last.kind.as_str(), waits) {
            ("ready-to-sign", Some(WaitsNote { signer, .. })) if signer.is_empty() => {
                ("handed-over-any", signer)
            }
            ("ready-to-sign", Some(WaitsNote { signer, .. })) => ("handed-over", signer),
            ("submitted", _) => ("sent", last.user_name.clone().unwrap_or_default()),
            ("discarded", _) => ("discarded", last.user_name.clone().unwrap_or_default()),
            (what @ ("taken-back" | "returned"), _) if !is_preparer => {
                (what, last.user_name.clone().unwrap_or_default())
            }
            _ => return Ok(None),
        };
        let may_see = what != "discarded"
            && (is_preparer || list_store::is_mine(&self.ground.db, &referral.id, user_id).await?);
        Ok(Some(MovedPage {
            what: what.to_owned(),
            by,
            at: self.readable_time(last.at, lang),
            form: in_language(&referral.summary.form_title, lang),
            number: referral.number.clone(),
            path: if may_see { visit.referral_path(&referral.id) } else { String::new() },
            may_take_back: is_preparer && referral.status == Status::ReadyToSign,
        }))
    }
}

/// Whether a user may know where a referral of the chart's patient is: its preparer, or a clinician of the EHR if it waited
/// for a signature once.
fn may_know(visit: &Visit, referral: &Referral, events: &[EventRow]) -> bool {
    let (user, context) = (&visit.signed_in.user, &visit.context);
    let is_patient = referral.patient_key == context.patient_key
        && referral.summary.demographics.is_same_person(&Demographics::of(context.patient()));
    let waited = || events.iter().any(|event| event.kind == "ready-to-sign");
    let could_sign = || user.role.may_sign() && referral.ehr_id == context.ehr.id && waited();
    is_patient && (referral.is_prepared_by(&user.id) || could_sign())
}
