use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;

use super::{Ehr, Error, Ground, Launch, ehrs::origins::endpoints};
use crate::{
    egress::Limits,
    fhir::{AccessTokens, Client},
    smart::{self, BackendToken, Grant, build_backend_request, process_backend_response},
};

/// Before its end, a token is replaced.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// The token we have at an EHR when nobody is there; one for all who need it.
#[derive(Default)]
pub(super) struct BackendTokens(Mutex<Option<BackendToken>>);

/// A way to it for one piece of work.
struct Backend {
    ground: Ground,
    ehr: Arc<Ehr>,
}

impl Launch {
    /// A client that reads and writes at an EHR for ourselves, and what was granted for that.
    ///
    /// # Errors
    /// When the EHR is suspended, grants nothing, or cannot be asked.
    pub async fn backend_client(&self, ehr: &Arc<Ehr>) -> Result<(Client, Grant), Error> {
        if ehr.suspended {
            return Err(Error::Suspended);
        }
        let backend = Backend { ground: self.ground(), ehr: Arc::clone(ehr) };
        let grant = backend.with_token(|token| token.grant.clone()).await?;
        let client = Client::new(Arc::clone(&ehr.outbound), ehr.client.base.clone(), Arc::new(backend));
        Ok((client, grant))
    }
}

impl Backend {
    /// Looks at the token, a new one if there is none or it ends soon.
    async fn with_token<T>(&self, look: impl FnOnce(&BackendToken) -> T) -> Result<T, Error> {
        let mut held = self.ehr.backend.0.lock().await;
        let now = self.ground.clock.now();
        if let Some(token) = held.as_ref().filter(|token| now + MARGIN < token.expires_at) {
            return Ok(look(token));
        }
        let token = self.ask().await?;
        Ok(look(held.insert(token)))
    }

    async fn ask(&self) -> Result<BackendToken, Error> {
        let (ehr, now) = (&self.ehr, self.ground.clock.now());
        let endpoints = endpoints(&self.ground, ehr).await?;
        let request = build_backend_request(&endpoints, &ehr.client, &ehr.backend_scopes, now)?;
        let reply = ehr.outbound.send(request, Limits::TOKEN).await;
        let reply = reply.map_err(|source| smart::Error::Egress { document: "token response", source })?;
        ehr.clock.note(&ehr.id, &reply, self.ground.clock.now());
        Ok(process_backend_response(&reply, &ehr.backend_scopes, now)?)
    }
}

impl AccessTokens for Backend {
    fn current(&self) -> BoxFuture<'_, Option<SecretString>> {
        Box::pin(async {
            let token = self.with_token(|token| token.access_token.clone()).await;
            token.inspect_err(|error| tracing::warn!(cause = %error, "no token to act for ourselves")).ok()
        })
    }

    fn instead_of<'a>(&'a self, refused: &'a SecretString) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(async {
            let mut held = self.ehr.backend.0.lock().await;
            let is_refused =
                |token: &BackendToken| token.access_token.expose_secret() == refused.expose_secret();
            if held.as_ref().is_none_or(is_refused) {
                *held = self.ask().await.ok();
            }
            held.as_ref().map(|token| token.access_token.clone())
        })
    }
}
