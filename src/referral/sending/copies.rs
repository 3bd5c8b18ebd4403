//! Copies of a signed referral: the new draft, what its review says of the original, and what the page of the original says
//! of its copies.

use jiff::Timestamp;

use super::{
    after_sending::Act,
    copy_store::{self, SignedCopy},
    submit_check::{Finding, FindingKind, duplicate_id},
    views::{CopiedView, CopyView},
};
use crate::{
    audit::EventKind,
    db::row_id,
    delivery::{control_store, store::DeliverySubject},
    forms::{Form, day_of, empty_asked_today},
    referral::{
        draft::{CopiedFrom, Referral},
        error::Error,
        form::{editing::NewDraft, posted::Posted},
        observer::REFERRAL_SUBJECT,
        pages::DetailPage,
        service::Referrals,
        status::Status,
        store,
        timeline_store::{self, NewEvent},
        visit::Visit,
    },
    users::User,
    web::RequestState,
};

impl Referrals {
    /// Copies the answers of a referral into a new draft of the open chart, which is read again. Returns the id of the draft.
    ///
    /// Answers to questions that the form asks anew in every referral are left out. `typed` are answers to take instead of
    /// those of the referral, all of them: they were typed a moment ago.
    pub(in crate::referral) async fn copy(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        typed: Option<&Posted>,
    ) -> Result<String, Error> {
        if referral.status.is_open() {
            return Err(Error::Conflict);
        }
        let form = &*self.form_of(referral)?;
        let snapshot = referral.snapshot.clone();
        let mut answers = referral.answers.clone();
        if let Some(posted) = typed {
            answers = self.typed(form, posted, &snapshot, Some(&answers)).await;
        } else {
            let newer = self.forms.find_newer(form.id(), form.hash(), self.now().date());
            let today: &Form = newer.as_deref().unwrap_or(form);
            empty_asked_today(form, today, &mut answers, &snapshot.prefill);
        }
        let (id, user) = (row_id(&*self.ground.clock), &visit.signed_in.user);
        let new = NewDraft { id, context: &visit.context, user, form, snapshot, answers, revision: 1 };
        let mut draft = self.draft(new);
        draft.summary.copied_from = Some(CopiedFrom::of(referral, typed.is_some()));
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        if !store::insert_referral(&mut tx, clock, &self.ground.sealer, &draft).await? {
            return Err(Error::Conflict);
        }
        let (user_id, detail) = (Some(user.id.as_str()), Some(referral.number.as_str()));
        let step = NewEvent { referral_id: &draft.id, kind: "begun", user_id, detail };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        let event = visit.event(state, EventKind::ReferralSaved).on(format!("referral/{}", draft.id));
        self.ground.audit.record(&mut tx, &event.detail("copied")).await?;
        tx.commit().await?;
        // The draft exists: trying again would make another one. Its page reads the chart again, and its review names files that
        // are missing.
        if let Err(error) = self.complete_copy(state, visit, referral, &mut draft).await {
            tracing::warn!(referral = draft.id, cause = %error, "a copy is not complete");
        }
        Ok(draft.id)
    }

    /// Copies the files of a referral, and reads the chart again: nothing old is offered as today's.
    async fn complete_copy(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        draft: &mut Referral,
    ) -> Result<(), Error> {
        self.copy_files(referral, draft, &visit.signed_in.user.id).await?;
        self.reload(state, visit, draft).await?;
        Ok(())
    }

    /// Describes the referral that a draft was copied from.
    pub(in crate::referral) fn copied_view(&self, referral: &Referral, lang: &str) -> Option<CopiedView> {
        let CopiedFrom { number, at, typed, .. } = referral.summary.copied_from.clone()?;
        let at = Timestamp::from_millisecond(at).unwrap_or_default().to_string();
        Some(CopiedView { number, day: day_of(&at, lang, &self.time_zone).unwrap_or_default(), typed })
    }

    /// Asks for confirmation that a copy is sent, whatever became of its original: it may still arrive, or has. Takes the place
    /// of the finding that the original is another referral to the same service.
    pub(super) async fn add_original_finding(
        &self,
        referral: &Referral,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Error> {
        let Some(from) = &referral.summary.copied_from else { return Ok(()) };
        let status = copy_store::find_status(&self.ground.db, &from.id).await?;
        let text = match status {
            Some(Status::Sending | Status::Retrying) => "original-sending",
            Some(Status::NotDelivered) => "original-not-delivered",
            Some(Status::Unconfirmed) => "original-unconfirmed",
            Some(Status::Sent) => "original-sent",
            Some(Status::Placed) => "original-placed",
            Some(Status::Faxed) => "original-faxed",
            Some(Status::Draft | Status::ReadyToSign | Status::Replaced) | None => return Ok(()),
        };
        findings.retain(|finding| finding.id != duplicate_id(&from.id));
        let finding = Finding::new("original", FindingKind::NeedsConfirmation).about(from.number.as_str());
        let detail = Timestamp::from_millisecond(from.at).unwrap_or_default().to_string();
        findings.push(Finding { text: text.to_owned(), detail, ..finding });
        Ok(())
    }

    /// Adds to the page of a referral its signed copies, and whether the user may close it because one of them arrived.
    pub(in crate::referral) async fn add_copies(
        &self,
        page: &mut DetailPage,
        referral: &Referral,
        user: &User,
        base: &str,
        lang: &str,
    ) -> Result<(), Error> {
        let copies = self.copies_of(referral, user).await?;
        if let Some(delivery) = &mut page.delivery
            && delivery.may_act
        {
            let arrived = copies.iter().find(|copy| copy.status.has_arrived());
            delivery.settled_by = arrived.map(|copy| copy.number.clone()).unwrap_or_default();
        }
        page.copies = copies.iter().map(|copy| self.copy_view(copy, base, lang)).collect();
        Ok(())
    }

    fn copy_view(&self, copy: &SignedCopy, base: &str, lang: &str) -> CopyView {
        let (state, at) = match copy.status {
            Status::Sent => ("sent", copy.updated_at),
            Status::Placed => ("placed", copy.updated_at),
            Status::Faxed => ("faxed", copy.updated_at),
            _ => ("signed", copy.submitted_at),
        };
        CopyView {
            path: if copy.own { format!("{base}/{}", copy.id) } else { String::new() },
            number: copy.number.clone(),
            state: state.to_owned(),
            at: self.readable_time(at, lang),
        }
    }

    /// Finds the signed copies of a referral, newest first.
    pub(super) async fn copies_of(&self, referral: &Referral, user: &User) -> Result<Vec<SignedCopy>, Error> {
        if referral.status.is_open() {
            return Ok(Vec::new());
        }
        let mut copies = copy_store::find_copies(&self.ground.db, &referral.patient_key, &user.id).await?;
        copies.retain(|copy| copy.original == referral.number);
        Ok(copies)
    }

    /// Closes a referral that has not arrived or may not have, because a copy of it arrived. Its message is not attempted
    /// again.
    pub(in crate::referral) async fn close_replaced(&self, act: Act<'_>) -> Result<(), Error> {
        let Act { user, event, referral } = act;
        self.failed_delivery(user, referral).await?;
        let copies = self.copies_of(referral, user).await?;
        let copy = copies.iter().find(|copy| copy.status.has_arrived()).ok_or(Error::Conflict)?;
        let clock = &*self.ground.clock;
        let mut tx = self.ground.db.begin_write().await?;
        let subject = DeliverySubject { kind: REFERRAL_SUBJECT.to_owned(), id: referral.id.clone() };
        let withdrawn = control_store::withdraw(&mut tx, clock, &subject).await?;
        if !withdrawn || !store::settle(&mut tx, clock, &referral.id, Status::Replaced).await? {
            return Err(Error::Conflict);
        }
        let (user_id, detail) = (Some(user.id.as_str()), Some(copy.number.as_str()));
        let step = NewEvent { referral_id: &referral.id, kind: "replaced", user_id, detail };
        timeline_store::insert_event(&mut tx, clock, step).await?;
        let event = event.on(format!("referral/{}", referral.id)).detail(copy.number.clone());
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }
}
