//! Submitting a referral: signing and sending.

use futures_util::{TryFutureExt as _, try_join};
use serde_json::Value;

use super::{
    readiness::{Candidate, Stage},
    sent_record::SentRecord,
    sent_store,
};
use crate::{
    audit::EventKind,
    delivery::{NewDelivery, Priority, restored_store::find_sending_state, store as outbox},
    referral::{
        documents::store as documents_store,
        draft::Referral,
        error::Error,
        observer::REFERRAL_SUBJECT,
        service::Referrals,
        status::Status,
        store,
        timeline_store::{self, NewEvent},
        visit::Visit,
    },
    web::{RequestState, Web},
};

/// Confirmation of the summary page.
pub(in crate::referral) struct Confirmation {
    /// Revision that the summary showed; only this one is sent.
    pub(in crate::referral) revision: i64,
    /// Ids of the findings that the clinician confirmed.
    pub(in crate::referral) findings: Vec<String>,
}

impl Referrals {
    /// Signs and sends a referral: status, outbox row, timeline and audit event in one transaction. Submitting again does
    /// not send it again.
    pub(in crate::referral) async fn submit(
        &self,
        state: &RequestState,
        web: &Web,
        visit: &Visit,
        referral: &Referral,
        confirmation: &Confirmation,
    ) -> Result<(), Error> {
        tracing::trace!(target: "walk", "submit the referral");
        let revision = confirmation.revision;
        if !visit.signed_in.user.role.may_sign() {
            return Err(Error::NotAllowed);
        }
        if referral.revision != revision || !referral.status.is_open() || !Self::is_read_here(visit, referral)
        {
            return Err(Error::Conflict);
        }
        let form = &*self.form_of(referral)?;
        let service =
            referral.service_id.as_deref().and_then(|id| self.directory.find(id)).ok_or(Error::NotReady)?;
        let ready =
            self.readiness(state, web, Candidate { visit, form, referral, service }, Stage::Submission);
        // Both may ask the EHR, and neither needs the result of the other.
        let (readiness, ()) = try_join!(ready, visit.context.confirm().err_into())?;
        if !readiness.allows(&confirmation.findings) {
            return Err(Error::NotReady);
        }
        let message = readiness.message.ok_or(Error::NotReady)?;
        let (message_id, payload) = (message.id.as_str(), message.payload());
        let candidate = Candidate { visit, form, referral, service };
        let record = SentRecord::of(candidate, &message, state.lang().code(), &self.time_zone);
        let clock = &*self.ground.clock;
        let is_held = find_sending_state(&self.ground.db).await?.held_at.is_some();
        let mut tx = self.ground.db.begin_write().await?;
        let signer = Some(visit.signed_in.user.id.as_str());
        if !store::advance(&mut tx, clock, &referral.id, revision, Status::Sending, signer).await? {
            return Err(Error::Conflict);
        }
        let delivery = NewDelivery {
            id: message_id,
            subject_kind: REFERRAL_SUBJECT,
            subject_id: &referral.id,
            channel: &service.route.channel,
            destination: &service.route.destination,
            recognises_duplicates: service.route.recognises_duplicates,
            priority: priority_of(&payload),
            payload: &payload,
        };
        outbox::insert_delivery(&mut tx, clock, &self.ground.sealer, &delivery).await?;
        documents_store::delete_documents(&mut tx, &referral.id).await?;
        sent_store::insert_record(&mut tx, &self.ground.sealer, &referral.id, form, &record).await?;
        let step = NewEvent { referral_id: &referral.id, kind: "submitted", user_id: signer, detail: None };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        if is_held {
            let held = NewEvent { referral_id: &referral.id, kind: "held", ..NewEvent::default() };
            timeline_store::insert_event(&mut tx, clock, held).await?;
        }
        let event = visit.event(state, EventKind::ReferralSubmitted).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event.detail(service.id.clone())).await?;
        Ok(tx.commit().await?)
    }

    /// Whether a referral was submitted already, by another click, reload or window.
    pub(in crate::referral) async fn is_submitted(&self, id: &str) -> Result<bool, Error> {
        let found = self.find_referral(id).await?;
        Ok(found.is_some_and(|found| !found.status.is_open()))
    }
}

/// Priority of the ServiceRequest in a message.
fn priority_of(payload: &[u8]) -> Priority {
    let bundle: Value = serde_json::from_slice(payload).unwrap_or_default();
    let mut entries = bundle["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let request = entries.find(|resource| resource["resourceType"] == "ServiceRequest");
    Priority::from_code(request.and_then(|request| request["priority"].as_str()).unwrap_or_default())
}
