use futures_util::try_join;

use super::{
    Error, Referrals,
    draft::Referral,
    editing::DraftOf,
    gather::known_only,
    service::Visit,
    store::{self, Seen},
    ticket::Ticket,
    timeline,
};
use crate::{
    audit::{Event, EventKind},
    clock,
    forms::{Answers, Form, calculate},
    launch::OpenContext,
    users::{SignedIn, User, session_store, store as user_store},
    web::{Error as WebError, RequestState, Web},
};

/// What a page of the form sent.
#[derive(Default)]
pub(super) struct Posted {
    pub(super) csrf_token: String,
    pub(super) ticket: String,
    pub(super) revision: i64,
    /// Counts what this page sent; the script sets it, without one it is zero.
    pub(super) save: i64,
    pub(super) action: String,
    pub(super) reload: bool,
    pub(super) fields: Vec<(String, String)>,
}

/// How a save ended.
pub(super) enum Saved {
    /// Saved, under its new revision.
    Done(Referral),
    /// Changed or sent elsewhere meanwhile; nothing was overwritten. The answers are those that were sent.
    Conflict(Referral),
}

/// Who saves into which chart.
pub(super) struct Editor<'a> {
    user: &'a User,
    context: &'a OpenContext,
    /// The ticket of the page; none where it does not fit, and then only the revision counts.
    ticket: Option<&'a Ticket>,
    /// Whether the session of the page has ended.
    late: bool,
}

impl Posted {
    /// Reads the fields of the form; everything that is not about the page itself is an answer.
    pub(super) fn read(body: &str) -> Self {
        let mut posted = Self::default();
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "csrf_token" => posted.csrf_token = value.into_owned(),
                "ticket" => posted.ticket = value.into_owned(),
                "revision" => posted.revision = value.parse().unwrap_or(0),
                "save" => posted.save = value.parse().unwrap_or(0),
                "action" => posted.action = value.into_owned(),
                "reload" => posted.reload = true,
                _ => posted.fields.push((name.into_owned(), value.into_owned())),
            }
        }
        posted
    }

    pub(super) fn answers(&self, form: &Form) -> Answers {
        Answers::from_fields(form, self.fields.iter().cloned())
    }
}

impl<'a> Editor<'a> {
    /// The person of an open chart, with the ticket of their page.
    pub(super) fn present(visit: &'a Visit, ticket: Option<&'a Ticket>) -> Self {
        let (user, context) = (&visit.signed_in.user, &visit.context);
        let fits = |ticket: &&Ticket| ticket.user_id == user.id && ticket.context_id == context.id;
        Self { user, context, ticket: ticket.filter(fits), late: false }
    }

    fn ticket_for(&self, id: &str) -> Option<&'a Ticket> {
        self.ticket.filter(|ticket| [&ticket.referral_id, &ticket.page_id].iter().any(|own| *own == id))
    }
}

impl Referrals {
    pub(super) fn open_ticket(&self, posted: &Posted) -> Option<Ticket> {
        Ticket::open(&posted.ticket, &self.tickets)
    }

    /// The open chart a page belongs to; none when the page is of a session that is over, but says whose it was.
    ///
    /// # Errors
    /// When neither holds.
    pub(super) async fn visit_of_page(
        &self,
        (state, web): (&RequestState, &Web),
        signed_in: Option<SignedIn>,
        context_id: &str,
        (posted, ticket): (&Posted, Option<&Ticket>),
    ) -> Result<Option<Visit>, WebError> {
        let Some(signed_in) = signed_in else { return Ok(None) };
        if ticket.is_some_and(|ticket| ticket.session_id != signed_in.session_id) {
            return Ok(None);
        }
        web.csrf().check(&signed_in.session_id, context_id, &posted.csrf_token)?;
        if ticket.is_none() {
            return Ok(Some(self.visit(state, web, signed_in, context_id).await?));
        }
        // The chart of a page may be over before the session is.
        let context = self.launch.find_context(state, &signed_in, context_id).await.map_err(Error::from)?;
        Ok(context.map(|context| self.visit_to(state, web, signed_in, context)).transpose()?)
    }

    /// Saves what a page sent over the revision it showed, or makes its draft.
    pub(super) async fn save(
        &self,
        state: &RequestState,
        editor: &Editor<'_>,
        id: &str,
        posted: &Posted,
    ) -> Result<Saved, Error> {
        if let Some(referral) = store::find_referral(&self.ground.db, &self.ground.sealer, id).await? {
            return self.write_over(state, editor, referral, posted).await;
        }
        let ticket = editor.ticket_for(id).ok_or(Error::NotFound)?;
        let form = self.form(&ticket.form_id)?;
        let snapshot = known_only(form, editor.context, &self.now());
        let answers = self.typed(form, posted, &snapshot);
        let of = DraftOf { id: id.to_owned(), context: editor.context, user: editor.user, form };
        let mut draft = self.draft(of, (snapshot, answers, 1));
        (draft.page_id, draft.page_save) = (ticket.page_id.clone(), posted.save);
        if self.insert(state, editor, &draft).await? {
            return Ok(Saved::Done(draft));
        }
        if let Some(referral) = store::find_referral(&self.ground.db, &self.ground.sealer, id).await? {
            return self.write_over(state, editor, referral, posted).await;
        }
        // It was thrown away in another window, and here somebody types on: that is one draft of its own.
        draft.id.clone_from(&ticket.page_id);
        if self.insert(state, editor, &draft).await? {
            return Ok(Saved::Done(draft));
        }
        let found = store::find_referral(&self.ground.db, &self.ground.sealer, &draft.id).await?;
        self.write_over(state, editor, found.ok_or(Error::Conflict)?, posted).await
    }

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
        let by = (Some(draft.user_id.as_str()), None);
        timeline::insert_event(&mut tx, &*self.ground.clock, &draft.id, "begun", by).await?;
        self.ground.audit.record(&mut tx, &saved_event(state, editor, &draft.id)).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn write_over(
        &self,
        state: &RequestState,
        editor: &Editor<'_>,
        mut referral: Referral,
        posted: &Posted,
    ) -> Result<Saved, Error> {
        if !self.may_open(editor.user, editor.context, &referral).await? {
            return Err(Error::NotFound);
        }
        let form = self.form(&referral.form_id)?;
        let answers = self.typed(form, posted, &referral.snapshot);
        let page = editor.ticket_for(&referral.id).map_or(("", 0), |ticket| (&*ticket.page_id, posted.save));
        let seen = Seen { id: &referral.id, revision: posted.revision, editor: &editor.user.id, page };
        let mut tx = self.ground.db.begin_write().await?;
        let saved =
            store::update_answers(&mut tx, &*self.ground.clock, &self.ground.sealer, seen, &answers).await?;
        let Some(revision) = saved else {
            drop(tx);
            return self.already_saved(referral, answers, page).await;
        };
        if revision == 1 {
            let by = (Some(referral.user_id.as_str()), None);
            timeline::insert_event(&mut tx, &*self.ground.clock, &referral.id, "begun", by).await?;
        }
        // One event for each page somebody wrote on; a page saves itself every few seconds.
        if editor.late || page.0.is_empty() || referral.page_id != page.0 {
            self.ground.audit.record(&mut tx, &saved_event(state, editor, &referral.id)).await?;
        }
        tx.commit().await?;
        (referral.answers, referral.revision) = (answers, revision);
        Ok(Saved::Done(referral))
    }

    /// A save that found another revision: it may have arrived twice, or after a later one of the same page.
    async fn already_saved(
        &self,
        seen: Referral,
        answers: Answers,
        (page_id, save): (&str, i64),
    ) -> Result<Saved, Error> {
        let found = store::find_referral(&self.ground.db, &self.ground.sealer, &seen.id).await?;
        let mut found = found.unwrap_or(seen);
        let overtaken = !page_id.is_empty() && found.page_id == page_id && save < found.page_save;
        if found.status.is_open() && (overtaken || found.answers == answers) {
            return Ok(Saved::Done(found));
        }
        found.answers = answers;
        Ok(Saved::Conflict(found))
    }

    fn typed(&self, form: &Form, posted: &Posted, snapshot: &super::draft::Snapshot) -> Answers {
        let mut answers = posted.answers(form);
        calculate(form, &mut answers, &form.environment(&snapshot.chart, &self.now()));
        answers
    }

    /// Saves the text of a page whose session has ended. The ticket says whose draft it is; nothing is shown.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the ticket is too old or its person may no longer work here.
    pub(super) async fn rescue(
        &self,
        state: &RequestState,
        ticket: &Ticket,
        id: &str,
        posted: &Posted,
    ) -> Result<Saved, Error> {
        if ticket.referral_id != id {
            return Err(Error::NotFound);
        }
        let age = self.ground.clock.now_ms() - ticket.made_at;
        let lives = (-clock::NODE_SKEW_MS..=millis(self.limits.absolute)).contains(&age);
        if !lives {
            return Err(Error::NotFound);
        }
        let (over, user, context) = try_join!(
            self.is_long_over(&ticket.session_id),
            async { Ok(user_store::find_user(&self.ground.db, &ticket.user_id).await?) },
            async { Ok(self.launch.ended_context(&ticket.session_id, &ticket.context_id).await?) },
        )?;
        let user = user.filter(|user| !over && user.disabled_at.is_none() && user.role.may_prepare());
        let user = user.ok_or(Error::NotFound)?;
        let context = context.ok_or(Error::NotFound)?;
        let editor = Editor { user: &user, context: &context, ticket: Some(ticket), late: true };
        self.save(state, &editor, id, posted).await
    }

    /// Whether somebody signed out so long ago that a page left open is nobody's any more.
    async fn is_long_over(&self, session_id: &str) -> Result<bool, Error> {
        let ended_at = session_store::find_session_end(&self.ground.db, session_id).await?;
        Ok(ended_at.is_some_and(|at| self.ground.clock.now_ms() - at > millis(self.limits.idle)))
    }
}

fn millis(limit: std::time::Duration) -> i64 {
    i64::try_from(limit.as_millis()).unwrap_or(i64::MAX)
}

fn saved_event(state: &RequestState, editor: &Editor<'_>, id: &str) -> Event {
    let event = Event::success(EventKind::ReferralSaved, state.correlation_id())
        .by(&editor.user.id)
        .at(&editor.context.ehr.id)
        .patient(Some(&editor.context.patient_key))
        .on(format!("referral/{id}"));
    if editor.late { event.detail("after the session ended") } else { event }
}
