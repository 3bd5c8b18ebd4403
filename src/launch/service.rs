//! Launch service: open contexts of a session, and deletion of old rows.

use std::sync::Arc;

use tokio::sync::Notify;

use super::{
    context::{ChartAccess, OpenContext},
    error::Error,
    first_views::FirstViews,
    landing::Landing,
    preview_charts::PreviewCharts,
    sent::SentLaunches,
    store::{self, StoredContext},
    tokens::{About, ContextTokens},
    trace::store::{Kept, forget_noted, forget_traces},
};
use crate::{
    audit::{Event, EventKind, Refusals},
    config::{RetentionSettings, SessionSettings},
    db::{Sealer, Tx},
    ehrs::{Ehr, Registry, client_keys::store::forget_client_keys},
    ground::Ground,
    smart::LaunchContext,
    users::{Passwords, SessionCutoff, SignedIn, UserMapper, session_store, store as user_store},
    web::RequestState,
};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// Retention of withdrawn client keys, and of notes of unlinked identities.
const KEY_RETENTION_MS: i64 = DAY_MS;
/// Rows of one table that are deleted at a time.
const MAX_DELETED: i64 = 50_000;

/// Launch service of the app: registered EHRs, sign-in rules, sessions and charts just opened. Cheap to clone.
#[derive(Clone)]
pub struct Launch {
    pub(super) ground: Ground,
    pub(super) tickets: Sealer,
    pub(super) registry: Registry,
    pub(super) mapper: Arc<dyn UserMapper>,
    pub(super) passwords: Passwords,
    landing: Landing,
    limits: SessionSettings,
    retention: RetentionSettings,
    first_views: FirstViews,
    pub(super) sent: SentLaunches,
    pub(super) refusals: Arc<Refusals>,
    pub(super) ended: Arc<Notify>,
    pub(super) previews: Option<Arc<dyn PreviewCharts>>,
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
    /// Retention of traces and of the rows of sign-ins.
    pub retention: RetentionSettings,
    /// Charts of a simulated EHR, for previews of forms.
    pub previews: Option<Arc<dyn PreviewCharts>>,
}

impl Launch {
    /// Builds the service from its parts.
    #[must_use]
    pub fn new(parts: LaunchParts) -> Self {
        let LaunchParts {
            ground,
            tickets,
            registry,
            mapper,
            passwords,
            refusals,
            landing,
            limits,
            retention,
            previews,
        } = parts;
        Self {
            ground,
            tickets,
            registry,
            mapper,
            passwords,
            refusals,
            landing,
            limits,
            retention,
            previews,
            ended: Arc::default(),
            first_views: FirstViews::new(),
            sent: SentLaunches::default(),
        }
    }

    /// Returns the path that a launch redirects to: its context, then the page that its intent names.
    #[must_use]
    pub(super) fn landing(&self, context_id: &str, ehr: &Ehr, context: &LaunchContext) -> String {
        format!("/c/{context_id}{}", self.landing.path(ehr, context))
    }

    /// Returns the registered EHRs.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Returns the launch context with this id, if it belongs to this session. Permits that EHR to frame the response.
    ///
    /// # Errors
    /// [`Error::NoContext`] if this session has no such context, which is audited; [`Error::Suspended`] if the EHR is
    /// suspended.
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

    /// Returns the launch context like [`Launch::context`], or `None` without an audit event.
    ///
    /// # Errors
    /// [`Error::Suspended`] if the EHR is suspended.
    pub async fn find_context(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
    ) -> Result<Option<OpenContext>, Error> {
        let session_id = signed_in.session_id.as_str();
        let found = match self.first_views.find(id, session_id) {
            Some(just_opened) => Some(just_opened),
            None => {
                store::find_context(
                    &self.ground.db,
                    &self.ground.sealer,
                    id,
                    session_id,
                    self.cutoff().begun_before,
                )
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
        Ok(Some(self.open_context(state, signed_in, id, ehr, found)))
    }

    fn open_context(
        &self,
        state: &RequestState,
        signed_in: &SignedIn,
        id: &str,
        ehr: Arc<Ehr>,
        found: StoredContext,
    ) -> OpenContext {
        let StoredContext { patient_key, chart, tokens, .. } = found;
        let grant = tokens.as_ref().map(|(tokens, _)| tokens.grant()).unwrap_or_default();
        let open = |tokens, version| {
            let about = About {
                context_id: id.to_owned(),
                session_id: signed_in.session_id.clone(),
                user_id: signed_in.user.id.clone(),
                patient_key: patient_key.clone(),
                correlation_id: state.correlation_id().to_owned(),
                patient: chart.launch_context.patient.clone(),
                encounter: chart.launch_context.encounter.clone(),
            };
            Arc::new(ContextTokens::new(self.ground.clone(), Arc::clone(&ehr), about, tokens, version))
        };
        let access = match tokens {
            Some((tokens, version)) if tokens.is_usable(self.ground.clock.now()) => {
                ChartAccess::Open(open(tokens, version))
            }
            Some(_) => ChartAccess::Closed,
            None => ChartAccess::Refused,
        };
        OpenContext::new(id.to_owned(), ehr, patient_key, chart, &grant, access)
    }

    /// Returns a launch context whether or not its session has ended, to save answers typed before the session ended.
    ///
    /// # Errors
    /// [`Error::Db`] if a sealed column cannot be opened.
    pub async fn ended_context(&self, session_id: &str, id: &str) -> Result<Option<OpenContext>, Error> {
        let found = store::find_any_context(&self.ground.db, &self.ground.sealer, id, session_id).await?;
        Ok(found.and_then(|found| {
            let ehr = self.registry.find(&found.ehr_id)?;
            let grant = found.tokens.map(|(tokens, _)| tokens.grant()).unwrap_or_default();
            // Saving answers needs no request to the EHR.
            Some(OpenContext::new(
                id.to_owned(),
                ehr,
                found.patient_key,
                found.chart,
                &grant,
                ChartAccess::Closed,
            ))
        }))
    }

    /// Whether the launch has already audited this view of the chart: true once, for the first page after the launch.
    #[must_use]
    pub fn claim_first_view(&self, context_id: &str) -> bool {
        self.first_views.claim(context_id)
    }

    /// Caches a chart for the first page after its launch, whose view the launch has audited.
    pub(super) fn note_first_view(&self, context_id: &str, session_id: String, context: StoredContext) {
        self.first_views.insert(context_id, session_id, context);
    }

    /// Ends the launch contexts of ended sessions, whose tokens become due for revocation, and deletes rows past their
    /// retention. Returns the number of deleted rows.
    pub async fn forget_old(&self) -> Result<u64, Error> {
        let now = self.ground.clock.now_ms();
        let before = |days: u32| now - i64::from(days) * DAY_MS;
        let (rows_before, traces_before) = (before(self.retention.sign_ins), before(self.retention.traces));
        let mut tx: Tx = self.ground.db.begin_write().await?;
        store::end_contexts_of_ended(&mut tx, &*self.ground.clock, self.cutoff()).await?;
        let mut deleted = forget_client_keys(&mut tx, now - KEY_RETENTION_MS).await?;
        deleted += user_store::forget_unlinked(&mut tx, rows_before).await?;
        deleted += forget_noted(&mut tx, traces_before).await?;
        deleted += forget_traces(&mut tx, traces_before, Kept::default()).await?;
        for rows in [
            store::EXPIRED_ATTEMPTS,
            store::EXPIRED_SIGN_INS,
            session_store::EXPIRED,
            store::EXPIRED_UNOPENED,
        ] {
            deleted += rows.delete(&mut tx, rows_before, MAX_DELETED).await?;
        }
        tx.commit().await?;
        Ok(deleted)
    }

    fn cutoff(&self) -> SessionCutoff {
        SessionCutoff::at(self.ground.clock.now_ms(), self.limits)
    }
}
