use std::sync::Arc;

use tokio::sync::Notify;

use super::{
    context::{Access, OpenContext},
    error::Error,
    first_views::FirstViews,
    landing::Landing,
    linking,
    store::{self, StoredContext},
    tokens::{About, ContextTokens},
    trace::store::{Kept, forget_traces},
};
use crate::{
    audit::{Event, EventKind, Refusals},
    config::SessionSettings,
    db::{Sealer, Tx},
    ehrs::{Ehr, Registry, client_keys::store::forget_client_keys},
    ground::Ground,
    smart::LaunchContext,
    users::{Passwords, SessionCutoff, SignedIn, UserMapper, session_store},
    web::RequestState,
};

/// Everything a launch needs; one for the whole app.
#[derive(Clone)]
pub struct Launch {
    pub(super) ground: Ground,
    pub(super) tickets: Sealer,
    pub(super) registry: Registry,
    pub(super) mapper: Arc<dyn UserMapper>,
    pub(super) passwords: Passwords,
    landing: Landing,
    limits: SessionSettings,
    first_views: FirstViews,
    pub(super) refusals: Arc<Refusals>,
    pub(super) ended: Arc<Notify>,
}

/// Parts of [`Launch`].
pub struct LaunchParts {
    /// Database, clock, sealer and audit trail.
    pub ground: Ground,
    /// AEAD for values that travel through the browser.
    pub tickets: Sealer,
    /// Registered EHRs.
    pub registry: Registry,
    /// Rule that maps an EHR identity to a local user.
    pub mapper: Arc<dyn UserMapper>,
    /// Password verification, with its bounded queue.
    pub passwords: Passwords,
    /// Rate limit for audit events of refused launches.
    pub refusals: Arc<Refusals>,
    /// Pages that launches lead to.
    pub landing: Landing,
    /// Lifetimes of a session.
    pub limits: SessionSettings,
}

impl Launch {
    /// Builds the service from its parts.
    #[must_use]
    pub fn new(parts: LaunchParts) -> Self {
        let LaunchParts { ground, tickets, registry, mapper, passwords, refusals, landing, limits } = parts;
        Self {
            ground,
            tickets,
            registry,
            mapper,
            passwords,
            refusals,
            landing,
            limits,
            ended: Arc::default(),
            first_views: FirstViews::new(),
        }
    }

    /// Where a launch leads: the path of its context, followed by the page its intent names.
    #[must_use]
    pub(super) fn landing(&self, context_id: &str, ehr: &Ehr, context: &LaunchContext) -> String {
        format!("/c/{context_id}{}", self.landing.path(ehr, context))
    }

    /// The registered EHRs.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The launch context with this id, if it belongs to this session and its EHR may still be used.
    ///
    /// The response may then be framed by that EHR.
    ///
    /// # Errors
    /// [`Error::NoContext`] when there is none for this session; asking for a stranger's is audited.
    pub async fn context(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
    ) -> Result<OpenContext, Error> {
        if let Some(context) = self.find_context(state, signed_in, id).await? {
            return Ok(context);
        }
        let event = Event::failure(EventKind::AccessRefused, state.correlation_id(), "no-context");
        self.ground.audit.record_alone(&self.ground.db, &event.by(&signed_in.user.id)).await?;
        Err(Error::NoContext)
    }

    /// As [`Launch::context`], where not having one is nobody's fault.
    ///
    /// # Errors
    /// When the EHR is suspended, or the database fails.
    pub async fn find_context(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
    ) -> Result<Option<OpenContext>, Error> {
        let about = (id, signed_in.session_id.as_str());
        let found = match self.first_views.find(id, &signed_in.session_id) {
            Some(just_opened) => Some(just_opened),
            None => {
                store::find_context(&self.ground.db, &self.ground.sealer, about, self.over().begun_before)
                    .await?
            }
        };
        let ehr = found.as_ref().and_then(|found| self.registry.find(&found.ehr_id));
        let (Some(found), Some(ehr)) = (found, ehr) else { return Ok(None) };
        if found.chart.base != ehr.client.base.canonical() {
            return Ok(None);
        }
        if ehr.suspended {
            return Err(Error::Suspended);
        }
        state.set_frame_ancestors(&ehr.frame_ancestors);
        Ok(Some(self.open_context(state, signed_in, id, (ehr, found))))
    }

    fn open_context(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
        (ehr, found): (Arc<Ehr>, StoredContext),
    ) -> OpenContext {
        let StoredContext { patient_key, chart, tokens, .. } = found;
        let grant = tokens.as_ref().map(|(tokens, _)| tokens.grant()).unwrap_or_default();
        let open = |held| {
            let about = About {
                context_id: id.to_owned(),
                session_id: signed_in.session_id.clone(),
                user_id: signed_in.user.id.clone(),
                patient_key: patient_key.clone(),
                correlation_id: state.correlation_id().to_owned(),
                patient: chart.launch_context.patient.clone(),
                encounter: chart.launch_context.encounter.clone(),
            };
            Arc::new(ContextTokens::new(self.ground.clone(), Arc::clone(&ehr), about, held))
        };
        let access = match tokens {
            Some(held) if held.0.is_of_use(self.ground.clock.now()) => Access::Open(open(held)),
            Some(_) => Access::Over,
            None => Access::Refused,
        };
        OpenContext::new(id.to_owned(), ehr, (patient_key, chart), (grant, access))
    }

    /// A launch context without anybody asking: for saving what was typed when the session has ended meanwhile.
    ///
    /// # Errors
    /// When the database fails, or a sealed column does not open.
    pub async fn ended_context(&self, session_id: &str, id: &str) -> Result<Option<OpenContext>, Error> {
        let found = store::find_any_context(&self.ground.db, &self.ground.sealer, id, session_id).await?;
        Ok(found.and_then(|found| {
            let ehr = self.registry.find(&found.ehr_id)?;
            let grant = found.tokens.map(|(tokens, _)| tokens.grant()).unwrap_or_default();
            // Saving what was typed asks the EHR for nothing.
            Some(OpenContext::new(
                id.to_owned(),
                ehr,
                (found.patient_key, found.chart),
                (grant, Access::Over),
            ))
        }))
    }

    /// Whether the launch itself has already recorded that this chart is shown, which is so once, right after it.
    #[must_use]
    pub fn claim_first_view(&self, context_id: &str) -> bool {
        self.first_views.claim(context_id)
    }

    /// Notes that the launch has recorded that this chart is shown, and keeps it for the page it leads to.
    pub(super) fn note_first_view(&self, context_id: &str, session_id: String, context: StoredContext) {
        self.first_views.insert(context_id, session_id, context);
    }

    /// Ends the chart of sessions that are over and wipes its tokens; forgets what ended more than a day ago.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_old(&self) -> Result<u64, Error> {
        let before = self.ground.clock.now_ms() - 24 * 3600 * 1000;
        let mut tx: Tx = self.ground.db.begin_write().await?;
        store::end_contexts_of_ended(&mut tx, &*self.ground.clock, self.over()).await?;
        let mut forgotten = store::forget_attempts(&mut tx, before).await?;
        forgotten += linking::store::forget_pending(&mut tx, before).await?;
        forgotten += session_store::forget_sessions(&mut tx, before).await?;
        forgotten += store::forget_unopened(&mut tx, before).await?;
        forgotten += forget_client_keys(&mut tx, before).await?;
        forgotten += forget_traces(&mut tx, before - 6 * 24 * 3600 * 1000, Kept::default()).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    fn over(&self) -> SessionCutoff {
        SessionCutoff::at(self.ground.clock.now_ms(), self.limits)
    }
}
