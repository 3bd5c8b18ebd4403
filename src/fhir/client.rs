use std::{future::ready, sync::Arc};

use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::{base_url::FhirBaseUrl, error::Error, reference::Reference, sanitize};
use crate::egress::{Limits, Outbound, Reply, Request};

/// Values in a resource, and in a page of search results, at most. Real ones hold some hundreds and some thousands; what is
/// denser is there to fill memory, where a value takes a hundred bytes however short it was written.
const MOST_IN_RESOURCE: usize = 20_000;
const MOST_IN_BUNDLE: usize = 100_000;
const FHIR_JSON: HeaderValue = HeaderValue::from_static("application/fhir+json");

/// Access tokens for one FHIR server, over time.
pub trait AccessTokens: Send + Sync {
    /// The one to use now; none where there is none any more.
    fn current(&self) -> BoxFuture<'_, Option<SecretString>>;

    /// Another one than `refused`, which the server does not take any more.
    fn instead_of<'a>(&'a self, refused: &'a SecretString) -> BoxFuture<'a, Option<SecretString>>;
}

/// One access token that nothing follows.
impl AccessTokens for SecretString {
    fn current(&self) -> BoxFuture<'_, Option<SecretString>> {
        Box::pin(ready(Some(self.clone())))
    }

    fn instead_of<'a>(&'a self, _: &'a SecretString) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(ready(None))
    }
}

/// Reads and writes at one FHIR server. Its access tokens go nowhere else.
#[derive(Clone)]
pub struct Client {
    outbound: Arc<Outbound>,
    base: FhirBaseUrl,
    access_tokens: Arc<dyn AccessTokens>,
}

impl Client {
    /// A client for `base`.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>, base: FhirBaseUrl, access_tokens: Arc<dyn AccessTokens>) -> Self {
        Self { outbound, base, access_tokens }
    }

    /// The server this client reads from.
    #[must_use]
    pub fn base(&self) -> &FhirBaseUrl {
        &self.base
    }

    /// Reads one resource and checks that it is the one asked for.
    ///
    /// # Errors
    /// [`Error::Mismatch`] when type or id differ; otherwise why nothing came. An `OperationOutcome` is no other
    /// resource but the news that nothing came.
    pub async fn read(&self, reference: &Reference) -> Result<Value, Error> {
        process_read_response(&self.send(Request::get, &reference.to_string()).await?, reference)
    }

    /// Searches; `relative` is `Type?parameters`, already percent-encoded.
    ///
    /// # Errors
    /// When the answer is not a Bundle, or why nothing came.
    pub async fn search(&self, relative: &str) -> Result<Value, Error> {
        process_search_response(&self.send(Request::get, relative).await?)
    }

    /// Reads one resource to change it: as it stands there, to the letter, and with its version. What is in it is
    /// neither to be shown nor to be stored.
    ///
    /// # Errors
    /// As [`Client::read`]; [`Error::Unversioned`] when the server tells no version, so that nothing would keep a change
    /// from undoing somebody else's.
    pub async fn read_to_change(&self, reference: &Reference) -> Result<(Value, HeaderValue), Error> {
        let reply = self.send(Request::get, &reference.to_string()).await?;
        let resource = named(&reply, reference)?;
        let version = version(&reply, &resource).ok_or(Error::Unversioned)?;
        Ok((resource, version))
    }

    /// Writes one resource, if it is still the version that was read.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed it meanwhile; otherwise why it was not written.
    pub async fn update(
        &self,
        reference: &Reference,
        resource: &Value,
        version: &HeaderValue,
    ) -> Result<(), Error> {
        let body = serde_json::to_vec(resource).map_err(|_| Error::Content("unwritable"))?;
        let request = |url| {
            Request::put(url, "application/fhir+json", body.clone()).header(header::IF_MATCH, version.clone())
        };
        let reply = self.send(request, &reference.to_string()).await?;
        match reply.status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(()),
            StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => Err(Error::Conflict),
            _ => Err(refusal(&reply)),
        }
    }

    /// Sends a request, and once more with another token when a server ends one before its time.
    async fn send(&self, request: impl Fn(Url) -> Request, relative: &str) -> Result<Reply, Error> {
        let url = Url::parse(&self.base.join(relative)).map_err(|_| Error::Content("unusable address"))?;
        let token = self.access_tokens.current().await.ok_or(Error::Unauthorized)?;
        let reply = self.send_with(request(url.clone()), &token).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        match self.access_tokens.instead_of(&token).await {
            Some(other) => self.send_with(request(url), &other).await,
            None => Ok(reply),
        }
    }

    async fn send_with(&self, request: Request, access_token: &SecretString) -> Result<Reply, Error> {
        let bearer = HeaderValue::from_str(&format!("Bearer {}", access_token.expose_secret()))
            .map_err(|_| Error::Unauthorized)?;
        let request = request.header(header::AUTHORIZATION, bearer).header(header::ACCEPT, FHIR_JSON);
        Ok(self.outbound.send(request, Limits::FHIR).await?)
    }
}

fn refusal(reply: &Reply) -> Error {
    let wait =
        reply.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match reply.status {
        StatusCode::TOO_MANY_REQUESTS => Error::Busy(wait),
        StatusCode::SERVICE_UNAVAILABLE if wait.is_some() => Error::Busy(wait),
        StatusCode::UNAUTHORIZED => Error::Unauthorized,
        StatusCode::FORBIDDEN => Error::Forbidden,
        StatusCode::NOT_FOUND | StatusCode::GONE => Error::NotFound,
        status => Error::Status(status),
    }
}

/// Reads the answer to the read of one resource and checks that it is the one asked for.
///
/// # Errors
/// As [`Client::read`].
pub fn process_read_response(reply: &Reply, reference: &Reference) -> Result<Value, Error> {
    let mut resource = named(reply, reference)?;
    sanitize::sanitize(&mut resource);
    Ok(resource)
}

fn named(reply: &Reply, reference: &Reference) -> Result<Value, Error> {
    let resource = resource(reply, MOST_IN_RESOURCE)?;
    if resource["resourceType"] == "OperationOutcome" {
        return Err(Error::Content("an OperationOutcome"));
    }
    let is_it = resource["resourceType"] == reference.resource_type() && resource["id"] == reference.id();
    if is_it { Ok(resource) } else { Err(Error::Mismatch) }
}

/// Reads the answer to a search.
///
/// # Errors
/// As [`Client::search`].
pub fn process_search_response(reply: &Reply) -> Result<Value, Error> {
    let mut bundle = resource(reply, MOST_IN_BUNDLE)?;
    if bundle["resourceType"] != "Bundle" {
        return Err(Error::Content("no Bundle"));
    }
    sanitize::sanitize(&mut bundle);
    Ok(bundle)
}

/// The version of a resource, as a condition for changing it: its `ETag`, or else what it says of itself (FHIR R4,
/// "Managing Resource Contention").
fn version(reply: &Reply, resource: &Value) -> Option<HeaderValue> {
    let told = || {
        let version = resource["meta"]["versionId"].as_str().filter(|version| !version.is_empty())?;
        HeaderValue::from_str(&format!("W/\"{version}\"")).ok()
    };
    reply.headers.get(header::ETAG).cloned().or_else(told)
}

/// Whether the media type names a version other than R4 (`fhirVersion`), or is the one that DSTU2 had.
fn is_of_another_version(reply: &Reply) -> bool {
    let value = reply.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parameters = value.unwrap_or_default().split(';').skip(1).filter_map(|it| it.split_once('='));
    let named = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("fhirVersion"));
    let version = named.map(|(_, version)| version.trim().trim_matches('"'));
    reply.media_type() == "application/json+fhir"
        || version.is_some_and(|version| version != "4.0" && !version.starts_with("4.0."))
}

fn resource(reply: &Reply, most: usize) -> Result<Value, Error> {
    if reply.status != StatusCode::OK {
        return Err(refusal(reply));
    }
    if is_of_another_version(reply) {
        return Err(Error::Version);
    }
    if !reply.may_be_json() {
        return Err(Error::Content("no JSON"));
    }
    if may_hold(&reply.body) > most {
        return Err(Error::Content("too many values"));
    }
    let resource: Value = serde_json::from_slice(&reply.body).map_err(|_| Error::Content("broken JSON"))?;
    if !resource["resourceType"].is_string() {
        return Err(Error::Content("no FHIR resource"));
    }
    Ok(resource)
}

/// How many values a text may hold as JSON, before it takes the memory for them: every value but the first follows a comma,
/// a bracket or a brace. Those within texts are counted as well.
fn may_hold(json: &[u8]) -> usize {
    1 + json.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;

    fn reply(body: &Value) -> Reply {
        Reply { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
    }

    /// F22: a resource of a few bytes for each value takes no memory.
    #[test]
    fn refuses_more_values_than_a_resource_has() {
        let asked = Reference::new("Patient", "eleonore").unwrap();
        let patient = |extra: Value| json!({"resourceType": "Patient", "id": "eleonore", "extension": extra});
        let read = |values: usize| process_read_response(&reply(&patient(json!(vec![0; values]))), &asked);
        assert!(read(19_000).is_ok());
        assert!(matches!(read(20_000), Err(Error::Content("too many values"))));
        let objects = patient(json!(vec![json!({}); 11_000]));
        assert!(process_read_response(&reply(&objects), &asked).is_err(), "objects count twice");
        let photo = patient(json!("A".repeat(3 << 20)));
        assert!(process_read_response(&reply(&photo), &asked).is_ok(), "long is not many");
    }

    #[test]
    fn refuses_more_values_than_a_page_of_results_has() {
        let found = |values: usize| json!({"resourceType": "Bundle", "entry": vec![0; values]});
        assert!(process_search_response(&reply(&found(99_000))).is_ok());
        assert!(process_search_response(&reply(&found(100_000))).is_err());
    }
}
