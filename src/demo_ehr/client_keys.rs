//! The key sets of clients, as long as they are fresh.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::DemoEhr;
use super::client::{KeySource, PublishedKeys};

/// How long a key set is fresh that does not say so itself.
const DEFAULT_MAX_AGE: u64 = 300;
/// The largest number of seconds a cache has to know (RFC 9111 section 1.2.2).
const MOST: u64 = 1 << 31;

/// The last key set of each client.
#[derive(Default)]
pub(super) struct FetchedKeys(HashMap<String, Fetched>);

struct Fetched {
    keys: Arc<Vec<Value>>,
    fresh_until: Timestamp,
}

impl FetchedKeys {
    fn fresh(&self, client_id: &str, now: Timestamp) -> Option<Arc<Vec<Value>>> {
        self.0.get(client_id).filter(|fetched| now < fetched.fresh_until).map(|fetched| fetched.keys.clone())
    }
}

/// The public keys of a client. While they are fresh nobody is asked, not even about a `kid` that is not there: a
/// client that signs with a key it has only just published finds out here.
pub(super) async fn published_keys(
    ehr: &DemoEhr,
    client_id: &str,
    source: &KeySource,
) -> Result<Arc<Vec<Value>>, &'static str> {
    if let Some(keys) = ehr.locked().client_keys.fresh(client_id, ehr.now()) {
        return Ok(keys);
    }
    let published = source.fetch().await.map_err(|error| {
        tracing::warn!(%error, client_id, "the keys of a client could not be fetched");
        "the key set of the client could not be fetched"
    })?;
    let keys = Arc::new(parse(&published).ok_or("the key set of the client is no JWK Set")?);
    let max_age = published.max_age.unwrap_or(DEFAULT_MAX_AGE).min(MOST);
    let fresh_until = ehr.now() + SignedDuration::from_secs(i64::try_from(max_age).unwrap_or_default());
    let fetched = Fetched { keys: keys.clone(), fresh_until };
    ehr.locked().client_keys.0.insert(client_id.to_owned(), fetched);
    Ok(keys)
}

fn parse(published: &PublishedKeys) -> Option<Vec<Value>> {
    match serde_json::from_str::<Value>(&published.body).ok()?.get_mut("keys")?.take() {
        Value::Array(keys) => Some(keys),
        _ => None,
    }
}
