//! Operations on a draft: start, read the chart again, choose a destination, discard.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::join;

use super::gather::gather;
use crate::{
    attachments::store as files_store,
    audit::EventKind,
    db::row_id,
    forms::{self, Answers, Change, Form, Moved, calculate, moved, populate},
    launch::OpenContext,
    random,
    referral::{
        documents::store as documents_store,
        draft::{Referral, Snapshot, Summary},
        error::Error,
        roles::is_about_user,
        sending::{
            patient_to_send::patient_to_send,
            sharing::{Sharing, parts},
        },
        service::Referrals,
        status::Status,
        store::{self, PageSave, Seen},
        timeline_store::{self, NewEvent},
        visit::Visit,
    },
    users::User,
    web::RequestState,
};

/// Letters of a referral number: 32, without `I`, `L`, `O` and `U`, which look like digits or `V`.
const NUMBER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Longest name of a clinic, in characters. The rest is cut off.
const MAX_CLINIC: usize = 160;

/// Parts of a new draft.
pub(in crate::referral) struct NewDraft<'a> {
    pub(in crate::referral) id: String,
    pub(in crate::referral) context: &'a OpenContext,
    pub(in crate::referral) user: &'a User,
    pub(in crate::referral) form: &'a Form,
    pub(in crate::referral) snapshot: Snapshot,
    pub(in crate::referral) answers: Answers,
    pub(in crate::referral) revision: i64,
}

/// Content of a new page of a form: filled from the chart, with or without a stored draft.
pub(in crate::referral) struct FilledForm {
    /// The stored draft; `None` until the first save.
    pub(in crate::referral) draft: Option<Referral>,
    pub(in crate::referral) snapshot: Snapshot,
    pub(in crate::referral) answers: Answers,
}

impl Referrals {
    /// Fills a form from the open chart. If the EHR had to be asked, stores the result as a draft together with the audit
    /// event; if the launch had read everything already, writes nothing. `untouched` is a draft to show again.
    pub(in crate::referral) async fn begin(
        &self,
        state: &RequestState,
        visit: &Visit,
        form: &Form,
        untouched: Option<&str>,
    ) -> Result<FilledForm, Error> {
        tracing::trace!(target: "walk", "begin a draft");
        let context = &visit.context;
        let untouched = match untouched {
            Some(id) => self.find_referral(id).await?,
            None => None,
        };
        if let Some(referral) = untouched {
            self.record_view(state, visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
            let (snapshot, answers) = (referral.snapshot.clone(), referral.answers.clone());
            return Ok(FilledForm { draft: Some(referral), snapshot, answers });
        }
        let now = self.now();
        let (gathered, ()) = join!(gather(form, context, &now), self.prepare_rules(form));
        let gathered = gathered?;
        let prefill = self.judged(populate(form, &gathered.chart, &now), state.lang().code()).await;
        let answers = forms::begin(form, &prefill, &gathered.chart, &now);
        let context_id = context.id.clone();
        let snapshot = Snapshot { context_id, chart: gathered.chart, prefill, preparer: None };
        let first = self.launch.claim_first_view(&context.id);
        if gathered.types_read.is_empty() {
            if !first {
                self.record_view(state, visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
            }
            return Ok(FilledForm { draft: None, snapshot, answers });
        }
        let referral = self.draft(NewDraft {
            id: row_id(&*self.ground.clock),
            context,
            user: &visit.signed_in.user,
            form,
            snapshot: snapshot.clone(),
            answers: answers.clone(),
            revision: 0,
        });
        let mut tx = self.ground.db.begin_write().await?;
        store::insert_referral(&mut tx, &*self.ground.clock, &self.ground.sealer, &referral).await?;
        let event = visit.event(state, EventKind::ChartViewed).on(gathered.types_read.join(", "));
        self.ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(FilledForm { draft: Some(referral), snapshot, answers })
    }

    /// Builds a draft without storing it.
    pub(in crate::referral) fn draft(&self, new: NewDraft<'_>) -> Referral {
        let NewDraft { id, context, user, form, snapshot, answers, revision } = new;
        Referral {
            id,
            number: self.new_number(),
            user_id: user.id.clone(),
            ehr_id: context.ehr.id.clone(),
            context_id: context.id.clone(),
            patient_key: context.patient_key.clone(),
            order_url: context.order(),
            form_id: form.id().to_owned(),
            form_hash: form.hash().to_owned(),
            service_id: None,
            status: Status::Draft,
            revision,
            page_id: String::new(),
            page_save: 0,
            summary: Summary::new(context.patient(), form, &user.name, &context.chart.place),
            snapshot,
            answers,
            updated_at: self.ground.clock.now_ms(),
            submitted_at: None,
            submitted_by: None,
            signer_id: None,
            handed_over_at: None,
        }
    }

    /// Makes a referral number such as `R26-7Q4K-92MD`: the year and 40 random bits.
    fn new_number(&self) -> String {
        let letter = |byte: &u8| char::from(NUMBER_LETTERS[usize::from(byte % 32)]);
        let letters: String = random::bytes::<8>().iter().map(letter).collect();
        format!("R{:02}-{}-{}", self.now().year() % 100, &letters[..4], &letters[4..])
    }

    /// Reads the chart again if a draft was read in another launch, so that nothing old is sent as today's. Returns what
    /// the chart has otherwise than before; `None` if this launch has read it.
    pub(in crate::referral) async fn reload_if_old(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
    ) -> Result<Option<Vec<Change>>, Error> {
        if Self::is_read_here(visit, referral) || !referral.status.is_open() {
            return Ok(None);
        }
        self.reload(state, visit, referral).await.map(Some)
    }

    /// Whether the chart of a draft was read in this launch, and for this user.
    pub(in crate::referral) fn is_read_here(visit: &Visit, referral: &Referral) -> bool {
        let is_signer = referral.user_id != visit.signed_in.user.id;
        referral.snapshot.context_id == visit.context.id && is_signer == referral.snapshot.preparer.is_some()
    }

    /// Reads the chart again. Text that the user typed is kept. Returns what the chart has otherwise than before.
    pub(in crate::referral) async fn reload(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
    ) -> Result<Vec<Change>, Error> {
        let form = &*self.form_of(referral)?;
        let now = self.now();
        let (gathered, ()) = join!(gather(form, &visit.context, &now), self.prepare_rules(form));
        let mut gathered = gathered?;
        gathered.chart.keep_from(&referral.snapshot.chart, |name| {
            (name != "encounter" || referral.snapshot.context_id == visit.context.id)
                && (referral.user_id == visit.signed_in.user.id || !is_about_user(form, name))
        });
        let prefill = self.judged(populate(form, &gathered.chart, &now), state.lang().code()).await;
        let context_id = visit.context.id.clone();
        let newer = Snapshot { context_id, chart: gathered.chart, prefill, preparer: None };
        let (lang, answers) = (state.lang().code(), &mut referral.answers);
        let changes = if referral.user_id == visit.signed_in.user.id {
            referral.snapshot.replace(form, newer, answers, lang)
        } else {
            referral.snapshot.replace_for_signer(form, newer, answers, &now, lang)
        };
        calculate(form, &mut referral.answers, &referral.snapshot.chart, &now);
        let mut tx = self.ground.db.begin_write().await?;
        let seen =
            Seen { id: &referral.id, revision: referral.revision, editor_id: &visit.signed_in.user.id };
        let saved = store::update_answers(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            seen,
            PageSave::default(),
            &referral.answers,
        )
        .await?;
        referral.revision = saved.ok_or(Error::Conflict)?;
        store::update_snapshot(&mut tx, &self.ground.sealer, &referral.id, &referral.snapshot).await?;
        store::update_form(&mut tx, &referral.id, form.hash()).await?;
        documents_store::delete_documents(&mut tx, &referral.id).await?;
        let event = visit.event(state, EventKind::ChartViewed).on(gathered.types_read.join(", "));
        self.ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(changes)
    }

    /// Moves a draft to the form of today, and reads the chart again for it. Answers without a place there are left out: the
    /// page listed them.
    pub(super) async fn move_to_newer_form(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
    ) -> Result<(), Error> {
        if let Some((form, moved)) = self.newer_form(referral, state.lang().code())? {
            let before = std::mem::replace(&mut referral.answers, moved.answers);
            form.hash().clone_into(&mut referral.form_hash);
            self.reload(state, visit, referral).await?;
            let mut tx = self.ground.db.begin_write().await?;
            let lost = Self::delete_lost_files(&mut tx, &referral.id, &before, &referral.answers).await?;
            tx.commit().await?;
            for id in lost {
                self.attachments.forget(&id).await;
            }
        }
        Ok(())
    }

    /// Returns the form of today and the answers of a draft in it, if the draft was begun with another version.
    pub(in crate::referral) fn newer_form(
        &self,
        referral: &Referral,
        lang: &str,
    ) -> Result<Option<(Arc<Form>, Moved)>, Error> {
        let own = self.form_of(referral)?;
        let newer = self.forms.find_newer(&referral.form_id, own.hash(), self.now().date());
        Ok(newer.map(|form| {
            let moved = moved(&own, &form, &referral.answers, &referral.snapshot.prefill, lang);
            (form, moved)
        }))
    }

    /// Sets the destination of a draft, if it still has the revision that the page showed.
    pub(in crate::referral) async fn choose_destination(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        service_id: &str,
    ) -> Result<(), Error> {
        let service = self.directory.find(service_id).ok_or(Error::Request)?;
        let mut summary = referral.summary.clone();
        summary.destination = service.name.clone();
        let mut tx = self.ground.db.begin_write().await?;
        let seen = Seen { id: &referral.id, revision, editor_id: &visit.signed_in.user.id };
        let chosen = store::update_destination(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            seen,
            service_id,
            &summary,
        )
        .await?;
        chosen.ok_or(Error::Conflict)?;
        let event = visit.event(state, EventKind::ReferralSaved).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event.detail(format!("destination {service_id}"))).await?;
        Ok(tx.commit().await?)
    }

    /// Whether the parts that a page posted as checked are another choice than the stored one.
    pub(in crate::referral) fn changes_sharing(
        &self,
        visit: &Visit,
        referral: &Referral,
        keys: &BTreeSet<String>,
    ) -> Result<bool, Error> {
        Ok(self.posted_sharing(visit, referral, keys)? != referral.summary.sharing)
    }

    fn posted_sharing(
        &self,
        visit: &Visit,
        referral: &Referral,
        keys: &BTreeSet<String>,
    ) -> Result<Sharing, Error> {
        let patient = patient_to_send(visit, &*self.form_of(referral)?, referral);
        Ok(Sharing::of(&parts(&patient), keys))
    }

    /// Sets which parts of the patient's chart data are sent, if the draft still has the revision that the page showed.
    /// Returns the new revision.
    pub(in crate::referral) async fn choose_sharing(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        keys: &BTreeSet<String>,
    ) -> Result<i64, Error> {
        let sharing = self.posted_sharing(visit, referral, keys)?;
        let summary = Summary { sharing, ..referral.summary.clone() };
        self.save_summary(state, visit, referral, revision, &summary, "chart data to send").await
    }

    /// Sets the name of the clinic that the referral comes from, if the draft still has the revision that the page showed.
    pub(in crate::referral) async fn name_clinic(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        name: &str,
    ) -> Result<i64, Error> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let clinic = name.chars().filter(|c| !c.is_control()).take(MAX_CLINIC).collect();
        let summary = Summary { clinic, ..referral.summary.clone() };
        self.save_summary(state, visit, referral, revision, &summary, "clinic").await
    }

    /// Stores the summary of a draft that has a destination. Returns the new revision.
    async fn save_summary(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
        revision: i64,
        summary: &Summary,
        what: &str,
    ) -> Result<i64, Error> {
        let service_id = referral.service_id.as_deref().ok_or(Error::NotReady)?;
        let mut tx = self.ground.db.begin_write().await?;
        let seen = Seen { id: &referral.id, revision, editor_id: &visit.signed_in.user.id };
        let clock = &*self.ground.clock;
        let chosen =
            store::update_destination(&mut tx, clock, &self.ground.sealer, seen, service_id, summary).await?;
        let revision = chosen.ok_or(Error::Conflict)?;
        let event = visit.event(state, EventKind::ReferralSaved).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event.detail(what.to_owned())).await?;
        tx.commit().await?;
        Ok(revision)
    }

    /// Discards a draft.
    pub(in crate::referral) async fn discard(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &Referral,
    ) -> Result<(), Error> {
        let user_id = visit.signed_in.user.id.as_str();
        let mut tx = self.ground.db.begin_write().await?;
        if !store::discard(&mut tx, &*self.ground.clock, &referral.id, user_id).await? {
            return Err(Error::Conflict);
        }
        documents_store::delete_documents(&mut tx, &referral.id).await?;
        files_store::delete_attachments(&mut tx, &referral.id).await?;
        let step = NewEvent {
            referral_id: &referral.id,
            kind: "discarded",
            user_id: Some(user_id),
            ..NewEvent::default()
        };
        timeline_store::insert_event(&mut tx, &*self.ground.clock, step).await?;
        let event = visit.event(state, EventKind::ReferralDiscarded).on(format!("referral/{}", referral.id));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }
}
