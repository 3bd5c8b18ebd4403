//! Opening of a chart: the user mapping, and one transaction for session, context, audit event and trace.

use std::sync::Arc;

use super::{
    callback::VerifiedCallback,
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
    clock,
    db::Tx,
    random,
    smart::Fact,
    users::{
        self, Arrival, Mapping, NewSession, NewUser, SignedIn, User, UserLink, session_store,
        store as user_store,
    },
    web::RequestState,
};

/// Calls of the user mapper for one launch. The limit stops a mapper that never finds a newly created link.
const MAX_MAPPINGS: usize = 2;

/// Result of a verified callback.
pub(super) enum Opening {
    /// The chart is open: session and context are stored.
    Opened(NewSession),
    /// The user must decide first: id of the pending sign-in, and the cookie value that binds it to the browser.
    Asked { id: String, binding: String },
}

/// Next step after a mapping.
enum Next {
    Open(NewSession),
    Ask(WaitsFor),
    /// A concurrent launch of the same user created the account or link first: map again. If the second mapping fails
    /// too, return this error.
    MapAgain(Error),
}

/// Launch context to open, and the identity that opens it.
pub(super) struct ContextToOpen<'a> {
    pub(super) context_id: &'a str,
    pub(super) arrival: &'a Arrival,
    pub(super) chart: &'a Arc<ChartContext>,
    pub(super) tokens: &'a Tokens,
    /// Trace to store with it; `None` if the trace was stored with the pending sign-in.
    pub(super) trace: Option<&'a Trace>,
}

impl Launch {
    /// Performs steps 12 and 13: maps the identity to a user, then stores session, context and audit event in one
    /// transaction.
    pub(super) async fn open(
        &self,
        state: &RequestState,
        context_id: &str,
        verified: VerifiedCallback,
        trace: &Trace,
        current: Option<&SignedIn>,
    ) -> Result<Opening, Error> {
        tracing::trace!(target: "walk", "open the chart");
        let VerifiedCallback { arrival, chart, tokens } = verified;
        let new = ContextToOpen {
            context_id,
            arrival: &arrival,
            chart: &chart,
            tokens: &tokens,
            trace: Some(trace),
        };
        let mut mappings = 0;
        let waits_for = loop {
            mappings += 1;
            let mapping = self.mapper.map(&self.ground.db, &arrival).await?;
            match self.apply_mapping(state, &new, mapping, current).await? {
                Next::Open(session) => return Ok(Opening::Opened(session)),
                Next::Ask(waits_for) => break waits_for,
                Next::MapAgain(_) if mappings < MAX_MAPPINGS => {}
                Next::MapAgain(error) => return Err(error),
            }
        };
        let context_id = context_id.to_owned();
        self.ask_person(state, trace, &Pending { arrival, context_id, chart, tokens, waits_for }).await
    }

    async fn apply_mapping(
        &self,
        state: &RequestState,
        new: &ContextToOpen<'_>,
        mapping: Mapping,
        current: Option<&SignedIn>,
    ) -> Result<Next, Error> {
        Ok(match mapping {
            Mapping::Refuse => return Err(Error::Refused),
            Mapping::Known(user) if user.disabled_at.is_some() => return Err(Error::Disabled),
            Mapping::Known(user) => match current {
                Some(current) if current.user.id != user.id => Next::Ask(WaitsFor::Choice { user }),
                current => Next::Open(self.open_chart(state, new, &user, current).await?),
            },
            Mapping::Provision(account) => self.provision(state, new, account, current).await?,
            Mapping::AskToLink => Next::Ask(WaitsFor::Account),
        })
    }

    async fn ask_person(
        &self,
        state: &RequestState,
        trace: &Trace,
        pending: &Pending,
    ) -> Result<Opening, Error> {
        let (id, binding) = (random::id(), random::id());
        trace.add(StepName::Opened, vec![Fact::shown("asked", pending.kind())]);
        let mut tx = self.ground.db.begin_write().await?;
        let ehr_id = Some(pending.arrival.ehr_id.as_str());
        insert_trace(&mut tx, state.correlation_id(), ehr_id, "asked", trace).await?;
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

    async fn open_chart(
        &self,
        state: &RequestState,
        new: &ContextToOpen<'_>,
        user: &User,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        let tx = self.ground.db.begin_write().await?;
        self.open_chart_in(tx, state, new, &user.id, current).await
    }

    /// Creates the account. If another user is signed in in this browser, asks which of them continues.
    async fn provision(
        &self,
        state: &RequestState,
        new: &ContextToOpen<'_>,
        account: NewUser,
        current: Option<&SignedIn>,
    ) -> Result<Next, Error> {
        let mut tx = self.ground.db.begin_write().await?;
        let id = match user_store::insert_user(&mut tx, &*self.ground.clock, &account, None).await {
            Err(error @ users::Error::EmailTaken) => return Ok(Next::MapAgain(error.into())),
            inserted => inserted?,
        };
        if !self.link_in(&mut tx, state, new.arrival, &id, EventKind::UserProvisioned).await? {
            return Ok(Next::MapAgain(Error::Spent(SpentReason::LinkedMeanwhile)));
        }
        if current.is_none() {
            return Ok(Next::Open(self.open_chart_in(tx, state, new, &id, None).await?));
        }
        tx.commit().await?;
        let user = User { id, name: account.name, role: account.role, language: None, disabled_at: None };
        Ok(Next::Ask(WaitsFor::Choice { user }))
    }

    /// Links an identity to an account, in the caller's transaction. Returns false if it was linked meanwhile.
    pub(super) async fn link_in(
        &self,
        tx: &mut Tx,
        state: &RequestState,
        arrival: &Arrival,
        user_id: &str,
        kind: EventKind,
    ) -> Result<bool, Error> {
        let link = link_of(arrival, user_id);
        if !user_store::insert_link(tx, &*self.ground.clock, &link).await? {
            return Ok(false);
        }
        let event = Event::success(kind, state.correlation_id()).by(user_id);
        let event = event.identity(link.issuer, link.subject);
        self.ground.audit.record(tx, &event.at(&arrival.ehr_id)).await?;
        Ok(true)
    }

    /// Opens session and context, and commits the caller's transaction. The audit event names the patient and covers the
    /// first page shown after the launch.
    ///
    /// # Errors
    /// [`SpentReason::UnlinkedMeanwhile`] if the identity was unlinked since it was mapped to the user.
    pub(super) async fn open_chart_in(
        &self,
        tx: Tx,
        state: &RequestState,
        new: &ContextToOpen<'_>,
        user_id: &str,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        self.try_open_in(tx, state, new, user_id, current).await.map_err(stopped)
    }

    async fn try_open_in(
        &self,
        mut tx: Tx,
        state: &RequestState,
        new: &ContextToOpen<'_>,
        user_id: &str,
        current: Option<&SignedIn>,
    ) -> Result<NewSession, Error> {
        let ContextToOpen { context_id, arrival, chart, tokens, trace } = *new;
        // Another node, whose clock may be behind, may have unlinked the identity.
        let since = arrival.arrived_at.as_millisecond() - clock::NODE_SKEW_MS;
        user_store::refuse_unlinked(&mut tx, &link_of(arrival, user_id), since).await?;
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
        let context = store::NewContext {
            id: context_id,
            session_id: &session.id,
            user_id,
            ehr_id: &arrival.ehr_id,
            patient_key: &patient_key,
            tokens,
            chart,
        };
        store::insert_context(&mut tx, &*self.ground.clock, &self.ground.sealer, &context).await?;
        if ehr.many_clinics {
            let clinic_key = chart.clinic_key(&ehr, &self.ground.sealer);
            user_store::note_member(&mut tx, &clinic_key, user_id).await?;
        }
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
            let ehr_id = Some(arrival.ehr_id.as_str());
            insert_trace(&mut tx, state.correlation_id(), ehr_id, "opened", trace).await?;
        }
        tx.commit().await?;
        let (ehr_id, session_id) = (arrival.ehr_id.clone(), session.id.clone());
        let (chart, tokens) = (Arc::clone(chart), Some((tokens.clone(), 0)));
        self.note_first_view(context_id, session_id, StoredContext { ehr_id, patient_key, tokens, chart });
        Ok(session)
    }
}

/// Link of an identity to an account.
pub(super) fn link_of<'a>(arrival: &'a Arrival, user_id: &'a str) -> UserLink<'a> {
    let (issuer, subject) = (arrival.identity.issuer.as_str(), arrival.identity.subject.as_str());
    UserLink { ehr_id: &arrival.ehr_id, issuer, subject, user_id }
}

/// Returns the error of a transaction that [`user_store::refuse_unlinked`] stopped as a refusal.
pub(super) fn stopped(error: Error) -> Error {
    match error {
        Error::Db(error) if error.is_null_refused() => Error::Spent(SpentReason::UnlinkedMeanwhile),
        error => error,
    }
}
