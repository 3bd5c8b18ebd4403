use std::sync::Arc;

use super::{
    ChartContext, Error, Launch,
    callback::Arrived,
    linking::store as pending_store,
    pending::{Pending, WaitsFor},
    store::{self, StoredContext},
    tokens::Tokens,
};
use crate::{
    audit::{Event, Kind},
    db::Tx,
    random,
    users::{Arrival, Mapping, NewSession, NewUser, SignedIn, User, session_store, store as user_store},
    web::RequestState,
};

/// Where a verified arrival leads.
pub(super) enum Opening {
    /// Into the chart: a session was opened, the context is stored.
    Opened(NewSession),
    /// To a question first: the id of the pending sign-in and what binds it to the browser.
    Asked { id: String, binding: String },
}

/// A launch context about to be opened, and who opens it.
pub(super) struct Entry<'a> {
    pub(super) context_id: &'a str,
    pub(super) arrival: &'a Arrival,
    pub(super) chart: &'a Arc<ChartContext>,
    pub(super) tokens: &'a Tokens,
}

impl Launch {
    /// Steps 12 and 13: who is this here, and then session, context and audit in one transaction.
    pub(super) async fn open(
        &self,
        state: &RequestState,
        context_id: &str,
        arrived: Arrived,
        current: Option<&SignedIn>,
    ) -> Result<Opening, Error> {
        let Arrived { arrival, chart, tokens } = arrived;
        let entry = Entry { context_id, arrival: &arrival, chart: &chart, tokens: &tokens };
        let mapping = self.mapper.map(&self.db, &arrival).await?;
        let waits_for = match mapping {
            Mapping::Refuse => return Err(Error::Refused),
            Mapping::Known(user) if user.disabled_at.is_some() => return Err(Error::Disabled),
            Mapping::Known(user) => match current {
                Some(current) if current.user.id != user.id => WaitsFor::Choice { user },
                current => return Ok(Opening::Opened(self.enter(state, &entry, &user, current).await?)),
            },
            Mapping::Provision(new) if current.is_none() => {
                return Ok(Opening::Opened(self.provision(state, &entry, &new).await?));
            }
            Mapping::Provision(new) => {
                WaitsFor::Choice { user: self.provision_only(state, &entry, &new).await? }
            }
            Mapping::AskToLink => WaitsFor::Account,
        };
        let context_id = context_id.to_owned();
        self.ask(&Pending { arrival, context_id, chart, tokens, waits_for }).await
    }

    async fn ask(&self, pending: &Pending) -> Result<Opening, Error> {
        let (id, binding) = (random::id(), random::id());
        let mut tx = self.db.begin_write().await?;
        pending_store::insert_pending(&mut tx, &*self.clock, &self.sealer, &id, &binding, pending).await?;
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
        let tx = self.db.begin_write().await?;
        self.enter_in(tx, state, entry, &user.id, current).await
    }

    async fn provision(
        &self,
        state: &RequestState,
        entry: &Entry<'_>,
        new: &NewUser,
    ) -> Result<NewSession, Error> {
        let mut tx = self.db.begin_write().await?;
        let user_id = self.provision_in(&mut tx, state, entry, new).await?;
        self.enter_in(tx, state, entry, &user_id, None).await
    }

    async fn provision_only(
        &self,
        state: &RequestState,
        entry: &Entry<'_>,
        new: &NewUser,
    ) -> Result<User, Error> {
        let mut tx = self.db.begin_write().await?;
        let id = self.provision_in(&mut tx, state, entry, new).await?;
        tx.commit().await?;
        Ok(User { id, name: new.name.clone(), role: new.role, language: None, disabled_at: None })
    }

    async fn provision_in(
        &self,
        tx: &mut Tx,
        state: &RequestState,
        entry: &Entry<'_>,
        new: &NewUser,
    ) -> Result<String, Error> {
        let user_id = user_store::insert_user(tx, &*self.clock, new, None).await?;
        self.link_in(tx, state, entry.arrival, &user_id, Kind::UserProvisioned).await?;
        Ok(user_id)
    }

    /// Links an identity to an account, in the caller's transaction.
    pub(super) async fn link_in(
        &self,
        tx: &mut Tx,
        state: &RequestState,
        arrival: &Arrival,
        user_id: &str,
        kind: Kind,
    ) -> Result<(), Error> {
        let identity = (arrival.identity.issuer.as_str(), arrival.identity.subject.as_str());
        if !user_store::insert_link(tx, &*self.clock, identity, user_id, &arrival.ehr_id).await? {
            return Err(Error::Spent("linked meanwhile"));
        }
        let event = Event::success(kind, state.correlation_id()).by(user_id).identity(identity.0, identity.1);
        Ok(self.audit.record(tx, &event.at(&arrival.ehr_id)).await?)
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
        let Entry { context_id, arrival, chart, tokens } = *entry;
        let current = current.map(|current| current.session_id.as_str());
        let session = session_store::open_session(
            &mut tx,
            &*self.clock,
            &self.sealer,
            current,
            user_id,
            &arrival.ehr_id,
        )
        .await?;
        let ehr = self.registry.find(&arrival.ehr_id).ok_or(Error::Suspended)?;
        let patient_key = chart.patient_key(&ehr, &self.sealer);
        let new = store::NewContext {
            id: context_id,
            session_id: &session.id,
            user_id,
            ehr_id: &arrival.ehr_id,
            patient_key: &patient_key,
            tokens,
            chart,
        };
        store::insert_context(&mut tx, &*self.clock, &self.sealer, &new).await?;
        let read = if chart.user.is_some() { "Patient, Practitioner" } else { "Patient" };
        let event = Event::success(Kind::LaunchOpened, state.correlation_id())
            .by(user_id)
            .identity(arrival.identity.issuer.as_str(), &arrival.identity.subject)
            .at(&arrival.ehr_id)
            .patient(Some(&patient_key))
            .on(read);
        self.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        let (ehr_id, session_id) = (arrival.ehr_id.clone(), session.id.clone());
        let (chart, tokens) = (Arc::clone(chart), Some((tokens.clone(), 0)));
        self.note_first_view(context_id, session_id, StoredContext { ehr_id, patient_key, tokens, chart });
        Ok(session)
    }
}
