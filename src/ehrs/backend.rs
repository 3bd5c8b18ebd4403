//! Access to an EHR as Passerelle itself: SMART backend services.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

use super::{ehr::Ehr, error::Error, origins::endpoints};
use crate::{
    egress::Limits,
    fhir::{AccessTokens, Client},
    ground::Ground,
    smart::{self, BackendToken, Grant, build_backend_request, process_backend_response},
};

/// Time before its expiry at which a token is replaced.
const RENEWAL_MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// Source of backend-services tokens for one FHIR client.
struct Backend {
    ground: Ground,
    ehr: Arc<Ehr>,
}

impl Ehr {
    /// Opens a FHIR client that acts as Passerelle itself (backend services), and returns what was granted to it.
    ///
    /// # Errors
    /// [`Error::Suspended`]; [`Error::Smart`] if the EHR refuses a token or is not reached.
    pub async fn backend_client(self: &Arc<Self>, ground: &Ground) -> Result<(Client, Grant), Error> {
        if self.suspended {
            return Err(Error::Suspended);
        }
        let backend = Backend { ground: ground.clone(), ehr: Arc::clone(self) };
        let grant = backend.with_token(|token| token.grant.clone()).await?;
        let client = Client::new(Arc::clone(&self.outbound), self.client.base.clone(), Arc::new(backend));
        Ok((client, grant))
    }
}

impl Backend {
    /// Applies `look` to the current token, after requesting a new one if there is none or it expires soon.
    async fn with_token<T>(&self, look: impl FnOnce(&BackendToken) -> T) -> Result<T, Error> {
        let mut held = self.ehr.backend.lock().await;
        let now = self.ground.clock.now();
        if let Some(token) = held.as_ref().filter(|token| now + RENEWAL_MARGIN < token.expires_at) {
            return Ok(look(token));
        }
        let token = self.request_token().await?;
        Ok(look(held.insert(token)))
    }

    async fn request_token(&self) -> Result<BackendToken, Error> {
        let (ehr, now) = (&self.ehr, self.ground.clock.now());
        let endpoints = endpoints(&self.ground, ehr).await?;
        let request = build_backend_request(&endpoints, &ehr.client, &ehr.backend_scopes, now)?;
        let reply = ehr.outbound.send(request, Limits::TOKEN).await;
        let reply = reply.map_err(|source| smart::Error::Egress { document: "token response", source })?;
        ehr.clock_skew.note(&ehr.id, &reply, self.ground.clock.now());
        Ok(process_backend_response(&reply, &ehr.backend_scopes, now)?)
    }
}

impl AccessTokens for Backend {
    fn current(&self) -> BoxFuture<'_, Option<SecretString>> {
        Box::pin(async {
            let token = self.with_token(|token| token.access_token.clone()).await;
            token.inspect_err(|error| tracing::warn!(cause = %error, "no backend-services token")).ok()
        })
    }

    fn instead_of<'a>(&'a self, refused: &'a SecretString) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(async {
            let mut held = self.ehr.backend.lock().await;
            let is_refused =
                |token: &BackendToken| token.access_token.expose_secret() == refused.expose_secret();
            if held.as_ref().is_none_or(is_refused) {
                *held = self.request_token().await.ok();
            }
            held.as_ref().map(|token| token.access_token.clone())
        })
    }
}
