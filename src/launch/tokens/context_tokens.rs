use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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
    users::session_store,
};

/// Milliseconds until a refresh that did not reach the EHR is tried again.
const RETRY_DELAY_MS: i64 = 10_000;
/// Milliseconds after which a refresh that somebody began has no end to wait for.
const REFRESH_LEASE_MS: i64 = 15_000;
const POLL_INTERVAL: Duration = Duration::from_millis(100);
const MAX_POLLS: usize = 120;

/// What the tokens are about, and which request looks.
pub(in crate::launch) struct About {
    pub(in crate::launch) context_id: String,
    pub(in crate::launch) session_id: String,
    pub(in crate::launch) user_id: String,
    pub(in crate::launch) patient_key: String,
    pub(in crate::launch) correlation_id: String,
    pub(in crate::launch) patient: Option<String>,
    pub(in crate::launch) encounter: Option<String>,
}

/// The tokens of one open context, for one request: renewed ahead of their end, by one of all who look.
pub(in crate::launch) struct ContextTokens(Arc<Shared>);

struct Shared {
    ground: Ground,
    ehr: Arc<Ehr>,
    about: About,
    held: Mutex<Held>,
    changed: AtomicBool,
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
        Self(Arc::new(Shared { ground, ehr, about, held, changed: AtomicBool::new(false) }))
    }

    /// Whether the EHR answered a renewal with another patient or another person; then nothing may be shown.
    pub(in crate::launch) fn has_changed(&self) -> bool {
        self.0.changed.load(Ordering::Acquire)
    }

    /// Asks the EHR whether it has ended this access, and gives no other for it. Only a plain yes is one: a token that
    /// merely ran out says nothing, and who does not answer ends nothing.
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
                tracing::warn!(ehr, cause = %error, "the EHR did not say whether its access is still good");
                Ok(false)
            }
        }
    }

    /// Whether a token that is said to be dead is: no other could be had for it, and the chart cannot be read with it
    /// any more. A server says "dead" as well to who may not ask (RFC 7662 2.2), and a renewal may just have to wait.
    async fn is_ended(&self, access_token: &SecretString) -> bool {
        if self.instead_of(access_token).await.is_some() {
            return false;
        }
        let held = self.0.held.lock().await.tokens.clone();
        let waits = held.is_some_and(|tokens| tokens.refresh_token().is_some());
        let contradicted = waits || self.still_reads(access_token).await;
        if contradicted {
            tracing::warn!(ehr = self.0.ehr.id, "an access token is called dead, and may not be");
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

    /// Renews on a task of its own: a browser that goes away must not lose what the EHR answers.
    async fn renew(&self, held: &mut Held) {
        let (shared, begun) = (Arc::clone(&self.0), held.clone());
        match tokio::spawn(async move { shared.renew(begun).await }).await {
            Ok(Ok(renewed)) => *held = renewed,
            Ok(Err(error)) => tracing::error!(cause = %error, "tokens could not be renewed"),
            Err(error) => tracing::error!(cause = %error, "renewing tokens failed"),
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
    /// Renews what is held, or takes over what somebody else renewed meanwhile; that may be due again by now.
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
                tracing::warn!(cause = error, "the EHR renews these tokens no more");
                self.record("refused").await?;
                self.settle(version, None).await
            }
            Renewal::Unknown(error) => {
                tracing::warn!(cause = error, "a refresh had no end; its token is not used again");
                self.settle(version, Some(tokens.without_refresh())).await
            }
            Renewal::Later(error) => {
                tracing::warn!(cause = error, "the EHR could not renew tokens now");
                store::release_refresh(db, id, version, clock.now_ms() + RETRY_DELAY_MS).await?;
                Ok(held)
            }
            Renewal::Changed(how) => {
                tracing::error!(how, "the EHR renewed tokens for something else; the session ends");
                self.changed.store(true, Ordering::Release);
                self.end_session(how).await?;
                self.settle(version, None).await
            }
        }
    }

    async fn settle(&self, version: i64, tokens: Option<Tokens>) -> db::Result<Held> {
        let Ground { db, clock, sealer, .. } = &self.ground;
        store::settle_refresh(db, &**clock, sealer, &self.about.context_id, version, tokens.as_ref()).await?;
        Ok(Held { tokens, version: version + 1 })
    }

    /// Somebody else renews, or did: takes what stands in the row when they are through.
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
