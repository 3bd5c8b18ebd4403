//! Saving the form: over the revision that the page showed, from several windows, and after the session ended.

use futures_util::{join, try_join};

use super::{editing::NewDraft, gather::known_only, page::Notice, posted::Posted};
use crate::{
    audit::{Event, EventKind},
    clock::NODE_SKEW_MS,
    forms::{Answers, Form, Prefilled, calculate, check},
    ground::Ground,
    launch::OpenContext,
    referral::{
        draft::{CopiedFrom, Referral, Snapshot},
        error::Error,
        service::Referrals,
        store::{self, PageSave, Seen},
        ticket::Ticket,
        timeline_store::{self, NewEvent},
        visit::Visit,
    },
    users::{SignedIn, User, session_store, store as user_store},
    web::{Error as WebError, RequestState, Web},
};

/// Result of a save.
pub(in crate::referral) enum Saved {
    /// Saved; the referral has its new revision.
    Done(Referral),
    /// Changed or sent in another window meanwhile, and not overwritten. The referral has the answers that were posted.
    Conflict(Referral),
}

/// User who saves, and the chart of the page.
pub(in crate::referral) struct Editor<'a> {
    user: &'a User,
    context: &'a OpenContext,
    /// Ticket of the page. `None` if it belongs to another user or chart; then only the revision decides.
    ticket: Option<&'a Ticket>,
    /// Whether the session of the page has ended.
    late: bool,
}

/// Step after a save, chosen by the button that was pressed.
pub(in crate::referral) enum NextStep {
    /// Shows the form again after the chart was read again.
    Reloaded(Notice),
    /// Shows the form again in another language.
    Language,
    /// Shows the form again with the answers that are missing or invalid.
    Problems,
    /// Opens the search for a destination.
    Destination,
    /// Opens the summary before sending.
    Review,
    /// Leaves the form.
    Close,
    /// Shows the form again.
    Stay,
}

impl<'a> Editor<'a> {
    /// Builds the editor for the user of an open chart. Ignores a ticket of another user or chart.
    pub(in crate::referral) fn present(visit: &'a Visit, ticket: Option<&'a Ticket>) -> Self {
        let (user, context) = (&visit.signed_in.user, &visit.context);
        let fits = |ticket: &&Ticket| ticket.user_id == user.id && ticket.context_id == context.id;
        Self { user, context, ticket: ticket.filter(fits), late: false }
    }

    fn ticket_for(&self, id: &str) -> Option<&'a Ticket> {
        self.ticket.filter(|ticket| [&ticket.referral_id, &ticket.page_id].iter().any(|own| *own == id))
    }
}

impl Referrals {
    /// Opens the ticket of a page. Returns `None` unless Passerelle sealed it.
    pub(in crate::referral) fn open_ticket(&self, posted: &Posted) -> Option<Ticket> {
        Ticket::open(&posted.ticket, &self.tickets)
    }

    /// Opens the chart that a page belongs to. Returns `None` if the session of the page, or its chart, has ended; then
    /// only the ticket identifies the user.
    pub(in crate::referral) async fn visit_of_page(
        &self,
        state: &RequestState,
        web: &Web,
        signed_in: Option<SignedIn>,
        context_id: &str,
        posted: &Posted,
        ticket: Option<&Ticket>,
    ) -> Result<Option<Visit>, WebError> {
        let Some(signed_in) = signed_in else { return Ok(None) };
        if ticket.is_some_and(|ticket| ticket.session_id != signed_in.session_id) {
            return Ok(None);
        }
        web.csrf().check(&signed_in.session_id, context_id, &posted.csrf_token)?;
        if ticket.is_none() {
            return Ok(Some(self.visit(state, web, signed_in, context_id).await?));
        }
        // The chart of a page may end before the session does.
        let context = self.launch.find_context(state, &signed_in, context_id).await.map_err(Error::from)?;
        Ok(context.map(|context| self.visit_to(state, web, signed_in, context)).transpose()?)
    }

    /// Saves the answers of a page: updates the revision that the page showed, or creates the draft.
    pub(in crate::referral) async fn save(
        &self,
        state: &RequestState,
        editor: &Editor<'_>,
        id: &str,
        posted: &Posted,
    ) -> Result<Saved, Error> {
        let found = self.find_referral(id).await?;
        // A signer's page whose referral was taken back by its owner, or signed by a colleague.
        let mut is_taken = match &found {
            Some(found) => !self.may_open(editor.user, editor.context, found).await?,
            None => false,
        };
        // After the end of the session no page can ask which text is to stay: a page that conflicts gets a draft of its own, and
        // keeps to it.
        is_taken |= editor.late && self.has_own_draft(editor, id).await?;
        let mut original = None;
        if let Some(referral) = found.filter(|_| !is_taken) {
            let conflicting = match self.write_over(state, editor, referral, posted, posted.revision).await? {
                Saved::Conflict(conflicting) if editor.late => conflicting,
                saved => return Ok(saved),
            };
            let stored = self.find_referral(id).await?.ok_or(Error::NotFound)?;
            if stored.answers == conflicting.answers {
                return Ok(Saved::Done(stored));
            }
            is_taken = true;
            original = Some(stored).filter(|stored| !stored.status.is_open());
        }
        let ticket = editor.ticket_for(id).ok_or(Error::NotFound)?;
        self.load_form(&ticket.form_id, &ticket.form_hash).await?;
        let form = &*self.form_version(&ticket.form_id, &ticket.form_hash)?;
        let mut snapshot = known_only(form, editor.context, &self.now());
        snapshot.prefill = self.judged(snapshot.prefill, &posted.lang).await;
        let answers = self.typed(form, posted, &snapshot, None).await;
        let (context, user) = (editor.context, editor.user);
        let new = NewDraft { id: id.to_owned(), context, user, form, snapshot, answers, revision: 1 };
        let mut draft = self.draft(new);
        (draft.page_id, draft.page_save) = (ticket.page_id.clone(), posted.save);
        draft.summary.copied_from = original.map(|original| CopiedFrom::of(&original, true));
        if !is_taken {
            if self.insert(state, editor, &draft).await? {
                return Ok(Saved::Done(draft));
            }
            if let Some(referral) = self.find_referral(id).await? {
                return self.write_over(state, editor, referral, posted, posted.revision).await;
            }
        }
        // The draft was discarded or taken back in another window while the user kept typing here: store the text as a new draft.
        draft.id.clone_from(&ticket.page_id);
        if self.insert(state, editor, &draft).await? {
            return Ok(Saved::Done(draft));
        }
        let found = self.find_referral(&draft.id).await?.ok_or(Error::Conflict)?;
        // Without a script, or after a response that was lost, the page does not know how often it saved here.
        let is_own = editor.late && found.page_id == ticket.page_id;
        let revision = if is_own { found.revision } else { posted.revision };
        self.write_over(state, editor, found, posted, revision).await
    }

    /// Whether the text of this page became a draft of its own before.
    async fn has_own_draft(&self, editor: &Editor<'_>, id: &str) -> Result<bool, Error> {
        let page_id =
            editor.ticket_for(id).map(|ticket| ticket.page_id.as_str()).filter(|page_id| *page_id != id);
        match page_id {
            Some(page_id) => Ok(self.find_referral(page_id).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Inserts a draft. Returns `false` if its id exists already.
    async fn insert(
        &self,
        state: &RequestState,
        editor: &Editor<'_>,
        draft: &Referral,
    ) -> Result<bool, Error> {
        let mut tx = self.ground.db.begin_write().await?;
        if !store::insert_referral(&mut tx, &*self.ground.clock, &self.ground.sealer, draft).await? {
            return Ok(false);
        }
        timeline_store::insert_event(&mut tx, &*self.ground.clock, started(draft)).await?;
        self.ground.audit.record(&mut tx, &saved_event(state, editor, &draft.id)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Replaces the answers of a stored referral, unless it was changed since `revision`, or sent meanwhile.
    async fn write_over(
        &self,
        state: &RequestState,
        editor: &Editor<'_>,
        mut referral: Referral,
        posted: &Posted,
        revision: i64,
    ) -> Result<Saved, Error> {
        if !self.may_open(editor.user, editor.context, &referral).await? {
            return Err(Error::NotFound);
        }
        let form = &*self.form_of(&referral)?;
        let answers = self.typed(form, posted, &referral.snapshot, Some(&referral.answers)).await;
        let ticket = editor.ticket_for(&referral.id);
        let page = ticket.map(|ticket| PageSave { page_id: &ticket.page_id, number: posted.save });
        let page = page.unwrap_or_default();
        let seen = Seen { id: &referral.id, revision, editor_id: &editor.user.id };
        let mut tx = self.ground.db.begin_write().await?;
        let Ground { clock, sealer, .. } = &self.ground;
        let saved = store::update_answers(&mut tx, &**clock, sealer, seen, page, &answers).await?;
        let Some(revision) = saved else {
            drop(tx);
            return self.already_saved(referral, answers, page).await;
        };
        if revision == 1 {
            timeline_store::insert_event(&mut tx, &*self.ground.clock, started(&referral)).await?;
        }
        // One audit event for each page: its script saves every few seconds.
        if editor.late || page.page_id.is_empty() || referral.page_id != page.page_id {
            self.ground.audit.record(&mut tx, &saved_event(state, editor, &referral.id)).await?;
        }
        let lost = Self::delete_lost_files(&mut tx, &referral.id, &referral.answers, &answers).await?;
        tx.commit().await?;
        for id in lost {
            self.attachments.forget(&id).await;
        }
        (referral.answers, referral.revision) = (answers, revision);
        Ok(Saved::Done(referral))
    }

    /// Handles a save that found another revision. Not a conflict if the same save arrived twice, or after a later save
    /// of the same page.
    async fn already_saved(
        &self,
        seen: Referral,
        answers: Answers,
        page: PageSave<'_>,
    ) -> Result<Saved, Error> {
        let found = self.find_referral(&seen.id).await?;
        let mut found = found.unwrap_or(seen);
        let PageSave { page_id, number } = page;
        let overtaken = !page_id.is_empty() && found.page_id == page_id && number < found.page_save;
        if found.status.is_open() && (overtaken || found.answers == answers) {
            return Ok(Saved::Done(found));
        }
        found.answers = answers;
        Ok(Saved::Conflict(found))
    }

    /// Reads the posted answers, changes rows as a button asks for, has codes judged, and calculates the rest.
    pub(in crate::referral) async fn typed(
        &self,
        form: &Form,
        posted: &Posted,
        snapshot: &Snapshot,
        earlier: Option<&Answers>,
    ) -> Answers {
        // The first page of a draft shows what the chart filled in.
        let shown = earlier.is_none().then(|| Answers::from_prefill(form, &snapshot.prefill));
        let mut answers = posted.answers(form, earlier.or(shown.as_ref()));
        if let Some(action) = &posted.row {
            answers.change_rows(form, &snapshot.prefill, action);
        }
        answers.keep_fixed(form, &snapshot.prefill);
        join!(self.judge_codes(form, &mut answers, &posted.lang), self.prepare_rules(form));
        calculate(form, &mut answers, &snapshot.chart, &self.now());
        answers
    }

    /// Does what the button of a saved page asks for, and returns the next step.
    pub(in crate::referral) async fn after_save(
        &self,
        state: &RequestState,
        visit: &Visit,
        referral: &mut Referral,
        posted: &Posted,
    ) -> Result<NextStep, Error> {
        if let Some(place) = &posted.reload {
            self.reload(state, visit, referral).await?;
            return Ok(NextStep::Reloaded(reloaded(&referral.snapshot, place)));
        }
        if posted.action == "newer-form" {
            self.move_to_newer_form(state, visit, referral).await?;
            return Ok(NextStep::Reloaded(Notice::NewerForm));
        }
        if self.switch_language(&visit.signed_in, &posted.action).await? {
            return Ok(NextStep::Language);
        }
        Ok(match (posted.action.as_str(), &referral.service_id) {
            ("continue", _) if self.has_problems(referral)? => NextStep::Problems,
            ("continue", Some(_)) => NextStep::Review,
            ("continue", None) | ("destination", _) => NextStep::Destination,
            ("close", _) => NextStep::Close,
            _ => NextStep::Stay,
        })
    }

    fn has_problems(&self, referral: &Referral) -> Result<bool, Error> {
        let form = &*self.form_of(referral)?;
        let problems = check(form, &referral.answers, &referral.snapshot.prefill);
        Ok(problems.iter().any(|problem| problem.kind.blocks()))
    }

    /// Saves the text of a page whose session has ended. The ticket identifies the user and the draft; no page of the
    /// chart is shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the ticket is missing or too old, or its user may no longer prepare referrals.
    pub(in crate::referral) async fn rescue(
        &self,
        state: &RequestState,
        ticket: Option<&Ticket>,
        id: &str,
        posted: &Posted,
    ) -> Result<Saved, Error> {
        let ticket = ticket.ok_or(Error::NotFound)?;
        if ticket.referral_id != id {
            return Err(Error::NotFound);
        }
        let age = self.ground.clock.now_ms() - ticket.made_at;
        let is_fresh = (-NODE_SKEW_MS..=millis(self.limits.absolute)).contains(&age);
        if !is_fresh {
            return Err(Error::NotFound);
        }
        let (expired, user, context) = try_join!(
            self.ended_long_ago(&ticket.session_id),
            async { Ok(user_store::find_user(&self.ground.db, &ticket.user_id).await?) },
            async { Ok(self.launch.ended_context(&ticket.session_id, &ticket.context_id).await?) },
        )?;
        let user = user.filter(|user| !expired && user.disabled_at.is_none() && user.role.may_prepare());
        let user = user.ok_or(Error::NotFound)?;
        let context = context.ok_or(Error::NotFound)?;
        let editor = Editor { user: &user, context: &context, ticket: Some(ticket), late: true };
        Box::pin(self.save(state, &editor, id, posted)).await
    }

    /// Whether a session ended longer ago than the idle limit, so that its open pages may no longer save.
    async fn ended_long_ago(&self, session_id: &str) -> Result<bool, Error> {
        let ended_at = session_store::find_session_end(&self.ground.db, session_id).await?;
        Ok(ended_at.is_some_and(|at| self.ground.clock.now_ms() - at > millis(self.limits.idle)))
    }
}

/// Notice after the chart was read again for one question: whether its source, and every other one, is loaded now.
fn reloaded(snapshot: &Snapshot, place: &str) -> Notice {
    let is_missing = |item: &Prefilled| item.not_loaded.is_some() || item.kept.is_some();
    if snapshot.prefill.get(place).is_some_and(is_missing) {
        Notice::ReloadFailed
    } else if snapshot.prefill.items().any(|(_, item)| is_missing(item)) {
        Notice::ReloadedInPart
    } else {
        Notice::Reloaded
    }
}

fn millis(limit: std::time::Duration) -> i64 {
    i64::try_from(limit.as_millis()).unwrap_or(i64::MAX)
}

/// First step of the timeline of a referral.
fn started(referral: &Referral) -> NewEvent<'_> {
    NewEvent {
        referral_id: &referral.id,
        kind: "begun",
        user_id: Some(&referral.user_id),
        ..NewEvent::default()
    }
}

fn saved_event(state: &RequestState, editor: &Editor<'_>, id: &str) -> Event {
    let event = Event::success(EventKind::ReferralSaved, state.correlation_id())
        .by(&editor.user.id)
        .at(&editor.context.ehr.id)
        .patient(Some(&editor.context.patient_key))
        .on(format!("referral/{id}"));
    if editor.late { event.detail("after the session ended") } else { event }
}
