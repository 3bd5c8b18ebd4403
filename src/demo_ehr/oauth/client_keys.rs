//! Cache of the key sets of clients.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::demo_ehr::oauth::client::PublishedKeys;

/// Seconds that a key set without `max-age` is fresh.
const DEFAULT_MAX_AGE_SECONDS: u64 = 300;
/// Largest `max-age` that a cache must support, in seconds (RFC 9111 section 1.2.2).
const MAX_AGE_LIMIT_SECONDS: u64 = 1 << 31;

/// Last key set fetched from each client.
#[derive(Default)]
pub(in crate::demo_ehr) struct FetchedKeys(HashMap<String, Fetched>);

struct Fetched {
    keys: Arc<Vec<Value>>,
    fresh_until: Timestamp,
}

impl FetchedKeys {
    /// Returns the cached key set of a client while it is fresh.
    pub(super) fn fresh(&self, client_id: &str, now: Timestamp) -> Option<Arc<Vec<Value>>> {
        self.0.get(client_id).filter(|fetched| now < fetched.fresh_until).map(|fetched| fetched.keys.clone())
    }

    /// Caches and returns a key set. Returns `None` if the text is not a JWK Set.
    pub(super) fn insert(
        &mut self,
        client_id: &str,
        published: &PublishedKeys,
        now: Timestamp,
    ) -> Option<Arc<Vec<Value>>> {
        let keys = Arc::new(parse(published)?);
        let max_age = published.max_age.unwrap_or(DEFAULT_MAX_AGE_SECONDS).min(MAX_AGE_LIMIT_SECONDS);
        let fresh_until = now + SignedDuration::from_secs(i64::try_from(max_age).unwrap_or_default());
        self.0.insert(client_id.to_owned(), Fetched { keys: keys.clone(), fresh_until });
        Some(keys)
    }
}

fn parse(published: &PublishedKeys) -> Option<Vec<Value>> {
    match serde_json::from_str::<Value>(&published.body).ok()?.get_mut("keys")?.take() {
        Value::Array(keys) => Some(keys),
        _ => None,
    }
}
