//! FHIR client for one server.

use std::{future::ready, sync::Arc};

use futures_util::future::BoxFuture;
use http::{HeaderValue, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::{
    base_url::FhirBaseUrl,
    content::{Content, MAX_CONTENT_BYTES, process_content_response},
    error::Error,
    local_references,
    reference::Reference,
    sanitize,
};
use crate::egress::{self, Limits, Outbound, Reply, Request};

/// Largest number of JSON values in a resource. Real resources have some hundreds. A denser one could exhaust memory,
/// because each value takes about a hundred bytes, however short its text.
const MAX_RESOURCE_VALUES: usize = 20_000;
/// Largest number of JSON values in a page of search results. Real ones have some thousands.
const MAX_BUNDLE_VALUES: usize = 100_000;
const FHIR_JSON: HeaderValue = HeaderValue::from_static("application/fhir+json");

/// Source of access tokens for one FHIR server.
pub trait AccessTokens: Send + Sync {
    /// Returns the current token, or `None` if there is none any more.
    fn current(&self) -> BoxFuture<'_, Option<SecretString>>;

    /// Returns a replacement for `refused`, which the server no longer accepts, or `None` if there is none.
    fn instead_of<'a>(&'a self, refused: &'a SecretString) -> BoxFuture<'a, Option<SecretString>>;
}

/// Single access token without a replacement.
impl AccessTokens for SecretString {
    fn current(&self) -> BoxFuture<'_, Option<SecretString>> {
        Box::pin(ready(Some(self.clone())))
    }

    fn instead_of<'a>(&'a self, _: &'a SecretString) -> BoxFuture<'a, Option<SecretString>> {
        Box::pin(ready(None))
    }
}

/// Client for one FHIR server. Its access tokens are sent to no other.
#[derive(Clone)]
pub struct Client {
    outbound: Arc<Outbound>,
    base: FhirBaseUrl,
    access_tokens: Arc<dyn AccessTokens>,
    limits: Limits,
}

impl Client {
    /// Returns a client for `base`.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>, base: FhirBaseUrl, access_tokens: Arc<dyn AccessTokens>) -> Self {
        Self { outbound, base, access_tokens, limits: Limits::FHIR }
    }

    /// Returns a client for the requests of a launch, which charts of other users do not delay.
    #[must_use]
    pub fn for_launch(&self) -> Self {
        Self { limits: Limits::PERSON, ..self.clone() }
    }

    /// Returns the base URL of the server.
    #[must_use]
    pub fn base(&self) -> &FhirBaseUrl {
        &self.base
    }

    /// Reads one resource and checks that it is the one asked for.
    ///
    /// # Errors
    /// [`Error::Mismatch`] if type or id differ; [`Error::Content`] for an `OperationOutcome`; otherwise the failure of
    /// the request.
    pub async fn read(&self, reference: &Reference) -> Result<Value, Error> {
        tracing::trace!(target: "walk", "read a resource");
        let reply = self.send(Request::get, &reference.to_string()).await?;
        process_read_response(&reply, reference, &self.base)
    }

    /// Searches; `relative` is `Type?parameters`, already percent-encoded.
    ///
    /// # Errors
    /// [`Error::Content`] if the response is not a Bundle; otherwise the failure of the request.
    pub async fn search(&self, relative: &str) -> Result<Value, Error> {
        process_search_response(&self.send(Request::get, relative).await?, &self.base)
    }

    /// Reads the content of a document; `path` is relative to the base, from [`content_path`](super::content_path).
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`MAX_CONTENT_BYTES`](super::MAX_CONTENT_BYTES); [`Error::Content`] without usable data;
    /// otherwise the failure of the request.
    pub async fn read_content(&self, path: &str) -> Result<Content, Error> {
        let reply =
            self.send_within(Request::get, path, Limits::CONTENT).await.map_err(|error| match error {
                Error::Egress(egress::Error::TooLarge) => Error::TooLarge,
                error => error,
            })?;
        if reply.status != StatusCode::OK {
            return Err(refusal(&reply));
        }
        let content = process_content_response(reply)?;
        if content.bytes.len() > MAX_CONTENT_BYTES { Err(Error::TooLarge) } else { Ok(content) }
    }

    /// Reads one resource for an update: unsanitized, with its version. Its content must not be shown or stored.
    ///
    /// # Errors
    /// As [`Client::read`]; [`Error::Unversioned`] if the server does not return a version, without which an update
    /// could overwrite a concurrent change.
    pub async fn read_to_change(&self, reference: &Reference) -> Result<(Value, HeaderValue), Error> {
        let reply = self.send(Request::get, &reference.to_string()).await?;
        let resource = named(&reply, reference)?;
        let version = version(&reply, &resource).ok_or(Error::Unversioned)?;
        Ok((resource, version))
    }

    /// Updates one resource, if `version` is still its current version.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it was changed since it was read; otherwise the failure of the request.
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

    async fn send(&self, request: impl Fn(Url) -> Request, relative: &str) -> Result<Reply, Error> {
        self.send_within(request, relative, self.limits).await
    }

    /// Sends a request, and retries once with a replacement token if the server refuses the current one.
    async fn send_within(
        &self,
        request: impl Fn(Url) -> Request,
        relative: &str,
        limits: Limits,
    ) -> Result<Reply, Error> {
        let url = Url::parse(&self.base.join(relative)).map_err(|_| Error::Content("unusable address"))?;
        let token = self.access_tokens.current().await.ok_or(Error::Unauthorized)?;
        let reply = self.send_with(request(url.clone()), &token, limits).await?;
        if reply.status != StatusCode::UNAUTHORIZED {
            return Ok(reply);
        }
        match self.access_tokens.instead_of(&token).await {
            Some(other) => self.send_with(request(url), &other, limits).await,
            None => Ok(reply),
        }
    }

    async fn send_with(
        &self,
        request: Request,
        access_token: &SecretString,
        limits: Limits,
    ) -> Result<Reply, Error> {
        let bearer = HeaderValue::from_str(&format!("Bearer {}", access_token.expose_secret()))
            .map_err(|_| Error::Unauthorized)?;
        let request = request.header(header::AUTHORIZATION, bearer).header(header::ACCEPT, FHIR_JSON);
        Ok(self.outbound.send(request, limits).await?)
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

/// Parses the response to a read from `base` and checks that it is the requested resource.
///
/// # Errors
/// As [`Client::read`].
pub fn process_read_response(
    reply: &Reply,
    reference: &Reference,
    base: &FhirBaseUrl,
) -> Result<Value, Error> {
    let mut resource = named(reply, reference)?;
    sanitize::sanitize(&mut resource);
    local_references::relative_to(base, &mut resource);
    Ok(resource)
}

fn named(reply: &Reply, reference: &Reference) -> Result<Value, Error> {
    let resource = resource(reply, MAX_RESOURCE_VALUES)?;
    if resource["resourceType"] == "OperationOutcome" {
        return Err(Error::Content("an OperationOutcome"));
    }
    let is_it = resource["resourceType"] == reference.resource_type() && resource["id"] == reference.id();
    if is_it { Ok(resource) } else { Err(Error::Mismatch) }
}

/// Parses the response to a search at `base`.
///
/// # Errors
/// As [`Client::search`].
pub fn process_search_response(reply: &Reply, base: &FhirBaseUrl) -> Result<Value, Error> {
    let mut bundle = resource(reply, MAX_BUNDLE_VALUES)?;
    if bundle["resourceType"] != "Bundle" {
        return Err(Error::Content("no Bundle"));
    }
    sanitize::sanitize(&mut bundle);
    local_references::relative_to(base, &mut bundle);
    Ok(bundle)
}

/// Returns the version of a resource as the value of `If-Match`: its `ETag`, or else `meta.versionId` (FHIR R4,
/// "Managing Resource Contention").
fn version(reply: &Reply, resource: &Value) -> Option<HeaderValue> {
    let from_meta = || {
        let version = resource["meta"]["versionId"].as_str().filter(|version| !version.is_empty())?;
        HeaderValue::from_str(&format!("W/\"{version}\"")).ok()
    };
    reply.headers.get(header::ETAG).cloned().or_else(from_meta)
}

/// Whether the media type names a version other than R4 (`fhirVersion`), or is the media type of DSTU2.
fn is_of_another_version(reply: &Reply) -> bool {
    let value = reply.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parameters = value.unwrap_or_default().split(';').skip(1).filter_map(|it| it.split_once('='));
    let named = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("fhirVersion"));
    let version = named.map(|(_, version)| version.trim().trim_matches('"'));
    reply.media_type() == "application/json+fhir"
        || version.is_some_and(|version| {
            version != "4.0" && !version.starts_with("4.0.") && !version.eq_ignore_ascii_case("R4")
        })
}

fn resource(reply: &Reply, max_values: usize) -> Result<Value, Error> {
    if reply.status != StatusCode::OK {
        return Err(refusal(reply));
    }
    if is_of_another_version(reply) {
        return Err(Error::Version);
    }
    if !reply.may_be_json() {
        return Err(Error::Content("no JSON"));
    }
    if count_values(&reply.body) > max_values {
        return Err(Error::Content("too many values"));
    }
    let resource: Value = serde_json::from_slice(reply.json()).map_err(|_| Error::Content("broken JSON"))?;
    if !resource["resourceType"].is_string() {
        return Err(Error::Content("no FHIR resource"));
    }
    Ok(resource)
}

/// Returns an upper bound of the values in a JSON text, without parsing it: every value but the first follows a comma,
/// a bracket or a brace. Those inside of strings are counted as well.
fn count_values(json: &[u8]) -> usize {
    1 + json.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;

    fn base() -> FhirBaseUrl {
        FhirBaseUrl::parse("https://ehr.example.ca/fhir").unwrap()
    }

    fn reply(body: &Value) -> Reply {
        Reply { status: StatusCode::OK, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
    }

    /// F22: a small text with very many values does not exhaust memory.
    #[test]
    fn refuses_too_many_values_in_a_resource() {
        let asked = Reference::new("Patient", "eleonore").unwrap();
        let patient = |extra: Value| json!({"resourceType": "Patient", "id": "eleonore", "extension": extra});
        let read =
            |values: usize| process_read_response(&reply(&patient(json!(vec![0; values]))), &asked, &base());
        assert!(read(19_000).is_ok());
        assert!(matches!(read(20_000), Err(Error::Content("too many values"))));
        let objects = patient(json!(vec![json!({}); 11_000]));
        assert!(process_read_response(&reply(&objects), &asked, &base()).is_err(), "objects count twice");
        let photo = patient(json!("A".repeat(3 << 20)));
        assert!(process_read_response(&reply(&photo), &asked, &base()).is_ok(), "a long text is one value");
    }

    #[test]
    fn refuses_too_many_values_in_a_bundle() {
        let found = |values: usize| json!({"resourceType": "Bundle", "entry": vec![0; values]});
        assert!(process_search_response(&reply(&found(99_000)), &base()).is_ok());
        assert!(process_search_response(&reply(&found(100_000)), &base()).is_err());
    }
}
