//! Access token of one open context for one request: refresh by claim, lease and settlement.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use super::{
    Tokens,
    introspection::introspect,
    renewal::{Renewal, renew},
    store::{self, StoredTokens},
};
use crate::{
    audit::{Event, EventKind},
    db,
    ehrs::Ehr,
    fhir::{AccessTokens, Client, Reference},
    ground::Ground,
    launch::error::Change,
    users::session_store,
};

/// Delay before retrying a refresh that did not reach the EHR.
const RETRY_DELAY_MS: i64 = 10_000;
/// Age at which a claimed refresh counts as lost: other callers stop waiting for it.
const REFRESH_LEASE_MS: i64 = 15_000;
/// Interval at which a caller polls for the refresh of another caller.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
const MAX_POLLS: usize = 120;

/// Launch context of the tokens, and the request that uses them.
pub(in crate::launch) struct About {
    pub(in crate::launch) context_id: String,
    pub(in crate::launch) session_id: String,
    pub(in crate::launch) user_id: String,
    pub(in crate::launch) patient_key: String,
    pub(in crate::launch) correlation_id: String,
    pub(in crate::launch) patient: Option<String>,
    pub(in crate::launch) encounter: Option<String>,
}

/// Tokens of one open context, for one request. Refreshed before they expire, by one caller across all nodes.
pub(in crate::launch) struct ContextTokens(Arc<Shared>);

struct Shared {
    ground: Ground,
    ehr: Arc<Ehr>,
    about: About,
    held: Mutex<Held>,
    changed: OnceLock<Change>,
}

#[derive(Clone)]
struct Held {
    tokens: Option<Tokens>,
    version: i64,
}

impl ContextTokens {
    pub(in crate::launch) fn new(
        ground: Ground,
        ehr: Arc<Ehr>,
        about: About,
        tokens: Tokens,
        version: i64,
    ) -> Self {
        let held = Mutex::new(Held { tokens: Some(tokens), version });
        Self(Arc::new(Shared { ground, ehr, about, held, changed: OnceLock::new() }))
    }

    /// Whether a refresh returned another patient or user; no data may be shown then.
    pub(in crate::launch) fn change(&self) -> Option<Change> {
        self.0.changed.get().copied()
    }

    /// Asks the EHR by introspection whether it has ended this access. True only if the token is reported inactive and
    /// [`Self::is_ended`] confirms it: an expired token or a missing answer ends nothing.
    pub(in crate::launch) async fn ended_by_ehr(&self) -> db::Result<bool> {
        let Some(access_token) = self.current().await else {
            return Ok(self.0.held.lock().await.tokens.is_none());
        };
        let ehr = self.0.ehr.id.as_str();
        match introspect(&self.0.ground, &self.0.ehr, &access_token).await {
            Ok(Some(false)) if self.is_ended(&access_token).await => {
                self.0.record("inactive").await?;
                Ok(true)
            }
            Ok(_) => Ok(false),
            Err(error) => {
                tracing::warn!(ehr, cause = %error, "introspection returned no answer");
                Ok(false)
            }
        }
    }

    /// Whether a token reported inactive is: no refresh replaces it, and the patient can no longer be read with it. A
    /// server also reports inactive to a client that may not introspect (RFC 7662 2.2), and a refresh may be delayed.
    async fn is_ended(&self, access_token: &SecretString) -> bool {
        if self.instead_of(access_token).await.is_some() {
            return false;
        }
        let held = self.0.held.lock().await.tokens.clone();
        let waits = held.is_some_and(|tokens| tokens.refresh_token().is_some());
        let contradicted = waits || self.still_reads(access_token).await;
        if contradicted {
            tracing::warn!(ehr = self.0.ehr.id, "introspection reports a token inactive that may be active");
        }
        !contradicted
    }

    async fn still_reads(&self, access_token: &SecretString) -> bool {
        let Shared { ehr, about, .. } = &*self.0;
        let patient = about.patient.as_deref().and_then(|id| Reference::new("Patient", id));
        let (token, base) = (Arc::new(access_token.clone()), ehr.client.base.clone());
        let client = Client::new(Arc::clone(&ehr.outbound), base, token);
        match patient {
            Some(patient) => client.read(&patient).await.is_ok(),
            None => false,
        }
    }

    /// Refreshes on a separate task, so that a browser that disconnects does not lose the EHR's answer.
    async fn renew(&self, held: &mut Held) {
        let (shared, begun) = (Arc::clone(&self.0), held.clone());
        match tokio::spawn(async move { shared.renew(begun).await }).await {
            Ok(Ok(renewed)) => *held = renewed,
            Ok(Err(error)) => tracing::error!(cause = %error, "could not refresh the tokens"),
            Err(error) => tracing::error!(cause = %error, "the task that refreshes tokens failed"),
        }
    }
}

impl AccessTokens for ContextTokens {
    fn current(&self) -> BoxFuture<'_, Option<SecretString>> {
        Box::pin(async {
            let mut held = self.0.held.lock().await;
            let clock = &self.0.ground.clock;
            if held.tokens.as_ref().is_some_and(|tokens| tokens.wants_renewal(clock.now())) {
                self.renew(&mut held).await;
            }
            let good = held.tokens.as_ref().filter(|tokens| tokens.is_good(clock.now()));
            good.map(Tokens::access_token)
        })
    }

    fn instead_of<'a>(&'a self, refused: &'a SecretString) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(async {
            let mut held = self.0.held.lock().await;
            let is_refused = |token: &SecretString| token.expose_secret() == refused.expose_secret();
            let present = held.tokens.as_ref().map(Tokens::access_token);
            if present.as_ref().is_some_and(is_refused) && held.tokens.as_ref()?.refresh_token().is_some() {
                self.renew(&mut held).await;
            }
            held.tokens.as_ref().map(Tokens::access_token).filter(|token| !is_refused(token))
        })
    }
}

impl Shared {
    /// Refreshes the tokens, or adopts those of a caller who refreshed them meanwhile. Repeats if these are due again.
    async fn renew(&self, mut held: Held) -> db::Result<Held> {
        let Ground { db, clock, .. } = &self.ground;
        loop {
            let refresh_token = held.tokens.as_ref().and_then(Tokens::refresh_token);
            let (Some(tokens), Some(refresh_token)) = (held.tokens.clone(), refresh_token) else {
                return Ok(held);
            };
            if store::claim_refresh(db, &**clock, &self.about.context_id, held.version).await? {
                return self.use_refresh_token(held, &tokens, &refresh_token).await;
            }
            let followed = self.follow(&held).await?;
            let due = followed.tokens.as_ref().is_some_and(|tokens| tokens.wants_renewal(clock.now()));
            if followed.version == held.version || !due {
                return Ok(followed);
            }
            held = followed;
        }
    }

    async fn use_refresh_token(
        &self,
        held: Held,
        tokens: &Tokens,
        refresh_token: &SecretString,
    ) -> db::Result<Held> {
        let Ground { db, clock, .. } = &self.ground;
        let (id, version) = (self.about.context_id.as_str(), held.version);
        match renew(&self.ground, &self.ehr, &self.about, tokens, refresh_token).await {
            Renewal::Renewed(tokens) => self.settle(version, Some(*tokens)).await,
            Renewal::Refused(error) => {
                tracing::warn!(cause = error, "the EHR refused to refresh the tokens");
                self.record("refused").await?;
                self.settle(version, None).await
            }
            Renewal::Unknown(error) => {
                tracing::warn!(cause = error, "a refresh got no answer; its refresh token is not used again");
                self.settle(version, Some(tokens.without_refresh())).await
            }
            Renewal::Later(error) => {
                tracing::warn!(cause = error, "the EHR could not refresh the tokens; retrying later");
                store::release_refresh(db, id, version, clock.now_ms() + RETRY_DELAY_MS).await?;
                Ok(held)
            }
            Renewal::Changed(how) => {
                tracing::error!(
                    how = how.code(),
                    "a refresh changed the patient, user or encounter; the session ends"
                );
                // The first change is the reason; the session is over.
                let _ = self.changed.set(how);
                self.end_session(how.code()).await?;
                self.settle(version, None).await
            }
        }
    }

    async fn settle(&self, version: i64, tokens: Option<Tokens>) -> db::Result<Held> {
        let Ground { db, clock, sealer, .. } = &self.ground;
        store::settle_refresh(db, &**clock, sealer, &self.about.context_id, version, tokens.as_ref()).await?;
        Ok(Held { tokens, version: version + 1 })
    }

    /// Waits for the refresh of another caller and returns the tokens in the row.
    async fn follow(&self, held: &Held) -> db::Result<Held> {
        let Ground { db, clock, sealer, .. } = &self.ground;
        for _ in 0..MAX_POLLS {
            let Some(StoredTokens { tokens, version, refresh_began_at }) =
                store::find_tokens(db, sealer, &self.about.context_id).await?
            else {
                return Ok(Held { tokens: None, version: held.version });
            };
            let over = |began: i64| clock.now_ms() - began >= REFRESH_LEASE_MS;
            if version != held.version || refresh_began_at.is_none_or(over) {
                return Ok(Held { tokens, version });
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
        Ok(held.clone())
    }

    fn event(&self, how: &str) -> Event {
        let event = Event::failure(EventKind::AccessEnded, &self.about.correlation_id, how);
        event.by(&self.about.user_id).at(&self.ehr.id).patient(Some(&self.about.patient_key))
    }

    async fn record(&self, how: &str) -> db::Result<()> {
        self.ground.audit.record_alone(&self.ground.db, &self.event(how)).await
    }

    async fn end_session(&self, how: &str) -> db::Result<()> {
        let Ground { db, clock, audit, .. } = &self.ground;
        let mut tx = db.begin_write().await?;
        session_store::end_session(&mut tx, &**clock, &self.about.session_id).await?;
        store::end_context(&mut tx, &**clock, &self.about.context_id).await?;
        audit.record(&mut tx, &self.event(how)).await?;
        tx.commit().await
    }
}
