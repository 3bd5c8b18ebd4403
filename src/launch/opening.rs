use std::sync::Arc;

use super::{
    callback::Arrived,
    context::ChartContext,
    error::{Error, SpentReason},
    linking::store as pending_store,
    pending::{Pending, WaitsFor},
    service::Launch,
    store::{self, StoredContext},
    tokens::Tokens,
    trace::{StepName, Trace, store::insert_trace},
};
use crate::{
    audit::{Event, EventKind},
    db::Tx,
    random,
    smart::Fact,
    users::{
        self, Arrival, Mapping, NewSession, NewUser, SignedIn, User, UserLink, session_store,
        store as user_store,
    },
    web::RequestState,
};

/// How often the mapper is asked who this is. One that does not see the link that was made would be asked for ever.
const MOST_LOOKS: usize = 2;

/// Where a verified arrival leads.
pub(super) enum Opening {
    /// Into the chart: a session was opened, the context is stored.
    Opened(NewSession),
    /// To a question first: the id of the pending sign-in and what binds it to the browser.
    Asked { id: String, binding: String },
}

/// What the answer to "who is this" comes to.
enum Next {
    Open(NewSession),
    Ask(WaitsFor),
    /// What is to be made is there already: another launch of the same person, at the same moment, was first. The
    /// error counts where that is not why.
    LookAgain(Error),
}

/// A launch context about to be opened, and who opens it.
pub(super) struct Entry<'a> {
    pub(super) context_id: &'a str,
    pub(super) arrival: &'a Arrival,
    pub(super) chart: &'a Arc<ChartContext>,
    pub(super) tokens: &'a Tokens,
    /// What happened on the way; none when it was told already.
    pub(super) trace: Option<&'a Trace>,
}

impl Launch {
    /// Steps 12 and 13: who is this here, and then session, context and audit in one transaction.
    pub(super) async fn open(
        &self,
        state: &RequestState,
        context_id: &str,
        (arrived, trace): (Arrived, &Trace),
        current: Option<&SignedIn>,
    ) -> Result<Opening, Error> {
        let Arrived { arrival, chart, tokens } = arrived;
        let entry =
            Entry { context_id, arrival: &arrival, chart: &chart, tokens: &tokens, trace: Some(trace) };
        let mut looks = 0;
        let waits_for = loop {
            looks += 1;
            let mapping = self.mapper.map(&self.ground.db, &arrival).await?;
            match self.follow(state, &entry, mapping, current).await? {
                Next::Open(session) => return Ok(Opening::Opened(session)),
                Next::Ask(waits_for) => break waits_for,
                Next::LookAgain(_) if looks < MOST_LOOKS => {}
                Next::LookAgain(error) => return Err(error),
            }
        };
        let context_id = context_id.to_owned();
        self.ask(state, trace, &Pending { arrival, context_id, chart, tokens, waits_for }).await
    }

    async fn follow(
        &self,
        state: &RequestState,
        entry: &Entry<'_>,
        mapping: Mapping,
        current: Option<&SignedIn>,
    ) -> Result<Next, Error> {
        Ok(match mapping {
            Mapping::Refuse => return Err(Error::Refused),
            Mapping::Known(user) if user.disabled_at.is_some() => return Err(Error::Disabled),
            Mapping::Known(user) => match current {
                Some(current) if current.user.id != user.id => Next::Ask(WaitsFor::Choice { user }),
                current => Next::Open(self.enter(state, entry, &user, current).await?),
            },
            Mapping::Provision(new) => self.provision(state, entry, new, current).await?,
            Mapping::AskToLink => Next::Ask(WaitsFor::Account),
        })
    }

    async fn ask(&self, state: &RequestState, trace: &Trace, pending: &Pending) -> Result<Opening, Error> {
        let (id, binding) = (random::id(), random::id());
        trace.add(StepName::Opened, vec![Fact::own("asked", pending.kind())]);
        let mut tx = self.ground.db.begin_write().await?;
        let about = (state.correlation_id(), Some(pending.arrival.ehr_id.as_str()));
        insert_trace(&mut tx, about, "asked", trace).await?;
        pending_store::insert_pending(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            &id,
            &binding,
            pending,
        )
        .await?;
        tx.commit().await?;
        Ok(Opening::Asked { id, binding })
    }

    async fn enter(
        &self,
        state: &RequestState,
        entry: &Entry<'_>,
        user: &User,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        let tx = self.ground.db.begin_write().await?;
        self.enter_in(tx, state, entry, &user.id, current).await
    }

    /// Makes the account; whoever is signed in here as somebody else is asked who goes on.
    async fn provision(
        &self,
        state: &RequestState,
        entry: &Entry<'_>,
        new: NewUser,
        current: Option<&SignedIn>,
    ) -> Result<Next, Error> {
        let mut tx = self.ground.db.begin_write().await?;
        let id = match user_store::insert_user(&mut tx, &*self.ground.clock, &new, None).await {
            Err(error @ users::Error::EmailTaken) => return Ok(Next::LookAgain(error.into())),
            inserted => inserted?,
        };
        if !self.link_in(&mut tx, state, entry.arrival, &id, EventKind::UserProvisioned).await? {
            return Ok(Next::LookAgain(Error::Spent(SpentReason::LinkedMeanwhile)));
        }
        if current.is_none() {
            return Ok(Next::Open(self.enter_in(tx, state, entry, &id, None).await?));
        }
        tx.commit().await?;
        let user = User { id, name: new.name, role: new.role, language: None, disabled_at: None };
        Ok(Next::Ask(WaitsFor::Choice { user }))
    }

    /// Links an identity to an account, in the caller's transaction. False when it was linked meanwhile.
    pub(super) async fn link_in(
        &self,
        tx: &mut Tx,
        state: &RequestState,
        arrival: &Arrival,
        user_id: &str,
        kind: EventKind,
    ) -> Result<bool, Error> {
        let (issuer, subject) = (arrival.identity.issuer.as_str(), arrival.identity.subject.as_str());
        let link = UserLink { ehr_id: &arrival.ehr_id, issuer, subject, user_id };
        if !user_store::insert_link(tx, &*self.ground.clock, &link).await? {
            return Ok(false);
        }
        let event = Event::success(kind, state.correlation_id()).by(user_id).identity(issuer, subject);
        self.ground.audit.record(tx, &event.at(&arrival.ehr_id)).await?;
        Ok(true)
    }

    /// Opens session and context, and ends the caller's transaction with it. The event covers the page the launch leads
    /// to: it says which patient's chart this person now sees.
    pub(super) async fn enter_in(
        &self,
        mut tx: Tx,
        state: &RequestState,
        entry: &Entry<'_>,
        user_id: &str,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        let Entry { context_id, arrival, chart, tokens, trace } = *entry;
        let current = current.map(|current| current.session_id.as_str());
        let session = session_store::open_session(
            &mut tx,
            &*self.ground.clock,
            &self.ground.sealer,
            current,
            user_id,
            &arrival.ehr_id,
        )
        .await?;
        let ehr = self.registry.find(&arrival.ehr_id).filter(|ehr| !ehr.suspended);
        let ehr = ehr.ok_or(Error::Suspended)?;
        let patient_key = chart.patient_key(&ehr, &self.ground.sealer);
        let new = store::NewContext {
            id: context_id,
            session_id: &session.id,
            user_id,
            ehr_id: &arrival.ehr_id,
            patient_key: &patient_key,
            tokens,
            chart,
        };
        store::insert_context(&mut tx, &*self.ground.clock, &self.ground.sealer, &new).await?;
        let read = if chart.user.is_some() { "Patient, Practitioner" } else { "Patient" };
        let event = Event::success(EventKind::LaunchOpened, state.correlation_id())
            .by(user_id)
            .identity(arrival.identity.issuer.as_str(), &arrival.identity.subject)
            .at(&arrival.ehr_id)
            .patient(Some(&patient_key))
            .on(read);
        self.ground.audit.record(&mut tx, &event).await?;
        if let Some(trace) = trace {
            trace.add(StepName::Opened, Vec::new());
            let about = (state.correlation_id(), Some(arrival.ehr_id.as_str()));
            insert_trace(&mut tx, about, "opened", trace).await?;
        }
        tx.commit().await?;
        let (ehr_id, session_id) = (arrival.ehr_id.clone(), session.id.clone());
        let (chart, tokens) = (Arc::clone(chart), Some((tokens.clone(), 0)));
        self.note_first_view(context_id, session_id, StoredContext { ehr_id, patient_key, tokens, chart });
        Ok(session)
    }
}
