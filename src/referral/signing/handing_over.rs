//! Handing a draft over for signature, and returning it with a remark.

use super::{
    store::{self as signing_store, NewHandOver},
    views::SignerOption,
};
use crate::{
    audit::EventKind,
    forms::{Details, to_response},
    referral::{
        draft::{HandedOver, Referral, Returned},
        error::Error,
        message::asked_priority,
        service::Referrals,
        timeline_store::{self, NewEvent},
        visit::Visit,
    },
    users::store::{self as user_store, Signer},
    web::RequestState,
};

/// Value of the choice of any clinician who may sign.
pub(super) const ANY_SIGNER: &str = "any";

/// Longest remark, in characters. The rest is cut off.
const MAX_REMARK: usize = 1_000;

impl Referrals {
    /// Finds the clinicians of a chart's clinic who may be named to sign.
    async fn signers(&self, visit: &Visit) -> Result<Vec<Signer>, Error> {
        let clinic_key = visit.context.ehr.many_clinics.then(|| self.clinic_key(visit));
        let ehr_id = &visit.context.ehr.id;
        Ok(user_store::find_signers(&self.ground.db, ehr_id, clinic_key.as_deref()).await?)
    }

    /// Lists the clinicians who may be named to sign, the one who was named before chosen. Two of one name are told apart by
    /// their e-mail.
    pub(in crate::referral) async fn signer_options(
        &self,
        visit: &Visit,
        referral: &Referral,
    ) -> Result<Vec<SignerOption>, Error> {
        let signers = self.signers(visit).await?;
        let has_namesake = |one: &Signer| signers.iter().any(|two| two.id != one.id && two.name == one.name);
        let label = |one: &Signer| match &one.email {
            Some(email) if has_namesake(one) => format!("{} ({email})", one.name),
            _ => one.name.clone(),
        };
        let named = referral.signer_id.as_deref();
        let options = signers.iter().map(|signer| SignerOption {
            id: signer.id.clone(),
            name: label(signer),
            chosen: named == Some(&signer.id),
        });
        Ok(options.collect())
    }

    /// Keyed hash of the clinic of a chart.
    pub(in crate::referral) fn clinic_key(&self, visit: &Visit) -> String {
        visit.context.chart.clinic_key(&visit.context.ehr, &self.ground.sealer)
    }

    /// Hands a draft over for signature to the clinician with the account `signer`, or to any clinician of the clinic.
    ///
    /// # Errors
    /// [`Error::NotReady`] if `signer` is neither, and [`Error::NotAllowed`] if the user did not prepare the draft.
    pub(in crate::referral) async fn hand_over(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        signer: &str,
    ) -> Result<(), Error> {
        let user_id = visit.signed_in.user.id.as_str();
        if !referral.is_prepared_by(user_id) {
            return Err(Error::NotAllowed);
        }
        let named = self.signers(visit).await?.into_iter().find(|known| known.id == signer);
        if named.is_none() && signer != ANY_SIGNER {
            return Err(Error::NotReady);
        }
        let mut summary = referral.summary.clone();
        let earlier = summary.returned.take().or(summary.handed_over.returned.take());
        summary.handed_over = HandedOver { returned: earlier, ..self.handed_over(referral, named.as_ref())? };
        let signer_id = named.as_ref().map(|named| named.id.as_str());
        let new = NewHandOver {
            id: &referral.id,
            revision,
            preparer_id: user_id,
            signer_id,
            clinic_key: &self.clinic_key(visit),
            summary: &summary,
        };
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        if !signing_store::hand_over(&mut tx, clock, &self.ground.sealer, new).await? {
            return Err(Error::Conflict);
        }
        let step = NewEvent {
            referral_id: &referral.id,
            kind: "ready-to-sign",
            user_id: Some(user_id),
            detail: signer_id,
        };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        let event = visit.event(state, EventKind::ReferralPrepared).on(format!("referral/{}", referral.id));
        let event = event.detail(format!("for {}", signer_id.unwrap_or(ANY_SIGNER)));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }

    /// Describes a referral for the list of those to sign.
    fn handed_over(&self, referral: &Referral, signer: Option<&Signer>) -> Result<HandedOver, Error> {
        let form = &*self.form_of(referral)?;
        let (answers, prefill) = (&referral.answers, &referral.snapshot.prefill);
        let details = Details { id: "", subject: "", author: "", authored: &self.now(), lang: "en" };
        let response = to_response(form, answers, prefill, &details);
        let text = |name: &str| {
            asked_priority(&response).and_then(|coding| coding[name].as_str()).unwrap_or_default()
        };
        let urgency = |lang: &str| {
            let own = form.option_text(text("system"), text("code"), lang);
            own.unwrap_or_else(|| text("display")).to_owned()
        };
        Ok(HandedOver {
            priority: text("code").to_owned(),
            urgency: [urgency("en"), urgency("fr")],
            signer: signer.map(|signer| signer.name.clone()).unwrap_or_default(),
            returned: None,
        })
    }

    /// Returns a referral to the user who prepared it, with a remark.
    ///
    /// # Errors
    /// [`Error::NotReady`] without a remark, and [`Error::NotAllowed`] unless another user prepared it and this one may sign.
    pub(in crate::referral) async fn give_back(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        remark: &str,
    ) -> Result<(), Error> {
        let user = &visit.signed_in.user;
        if !user.role.may_sign() || referral.is_prepared_by(&user.id) {
            return Err(Error::NotAllowed);
        }
        let remark: String = remark.trim().replace('\r', "").chars().take(MAX_REMARK).collect();
        if remark.is_empty() {
            return Err(Error::NotReady);
        }
        let clock = &*self.ground.clock;
        let mut summary = referral.summary.clone();
        summary.returned = Some(Returned { by: user.name.clone(), at: clock.now_ms(), remark });
        let mut tx = self.ground.db.begin_write().await?;
        let sealer = &self.ground.sealer;
        if !signing_store::give_back(&mut tx, clock, sealer, &referral.id, revision, &summary).await? {
            return Err(Error::Conflict);
        }
        let user_id = Some(user.id.as_str());
        let step = NewEvent { referral_id: &referral.id, kind: "returned", user_id, detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        let event = visit.event(state, EventKind::ReferralReturned).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }
}
