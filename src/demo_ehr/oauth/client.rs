//! Apps registered at the EHR, and the credential of each.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// An app registered at the EHR. Every app is a confidential client.
#[derive(Clone)]
pub struct Client {
    /// The `client_id` this EHR issued.
    pub client_id: String,
    /// Credential for client authentication.
    pub credential: Credential,
    /// Registered redirect URIs, compared byte by byte.
    pub redirect_uris: Vec<String>,
}

/// Credential of an app. An app with a secret cannot use keys, and the reverse.
#[derive(Clone)]
pub enum Credential {
    /// Client secret, compared exactly.
    Secret(String),
    /// Public keys that the app publishes.
    Keys(KeySource),
}

type Fetch = dyn Fn() -> BoxFuture<'static, Result<PublishedKeys, String>> + Send + Sync;

/// Source of an app's JWK Set. The EHR fetches it when it needs a key and its cached copy is not fresh.
#[derive(Clone)]
pub struct KeySource(Arc<Fetch>);

impl KeySource {
    /// Creates a source that calls `fetch` for every fetch, over HTTP or from memory.
    pub fn new<F, Answer>(fetch: F) -> Self
    where
        F: Fn() -> Answer + Send + Sync + 'static,
        Answer: Future<Output = Result<PublishedKeys, String>> + Send + 'static,
    {
        Self(Arc::new(move || fetch().boxed()))
    }

    pub(super) async fn fetch(&self) -> Result<PublishedKeys, String> {
        (self.0)().await
    }
}

/// A published JWK Set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedKeys {
    /// JSON text of the set.
    pub body: String,
    /// Seconds of `Cache-Control: max-age`, if the response had one. The EHR caches for exactly that long.
    pub max_age: Option<u64>,
}

impl Client {
    /// Client secret, or `None` for a client with keys.
    pub(in crate::demo_ehr) fn secret(&self) -> Option<&str> {
        match &self.credential {
            Credential::Secret(secret) => Some(secret),
            Credential::Keys(_) => None,
        }
    }
}
