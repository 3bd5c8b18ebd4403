//! The apps registered at the EHR, and how each proves who it is.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// An app registered at the EHR. All are confidential.
#[derive(Clone)]
pub struct Client {
    /// The `client_id` this EHR issued.
    pub client_id: String,
    /// What the app proves itself with.
    pub credential: Credential,
    /// The redirect URIs, compared byte by byte.
    pub redirect_uris: Vec<String>,
}

/// What an app proves itself with: one of the two, never either.
#[derive(Clone)]
pub enum Credential {
    /// A secret, compared exactly.
    Secret(String),
    /// The public keys the app publishes.
    Keys(KeySource),
}

type Fetch = dyn Fn() -> BoxFuture<'static, Result<PublishedKeys, String>> + Send + Sync;

/// How the EHR gets at the JWK Set of an app. It asks when it needs the keys and not while what it has is fresh.
#[derive(Clone)]
pub struct KeySource(Arc<Fetch>);

impl KeySource {
    /// Keys that `fetch` gives each time it is called: over HTTP, or from wherever the owner likes.
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

/// A JWK Set as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedKeys {
    /// The JSON text.
    pub body: String,
    /// The seconds of `Cache-Control: max-age`, where there was one. The EHR takes them at their word.
    pub max_age: Option<u64>,
}

impl Client {
    /// The secret, where there is one.
    pub(super) fn secret(&self) -> Option<&str> {
        match &self.credential {
            Credential::Secret(secret) => Some(secret),
            Credential::Keys(_) => None,
        }
    }
}
