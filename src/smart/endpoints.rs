//! Endpoints of one EHR, and the checks of each URL.

use serde_json::Value;
use url::Url;

use super::{
    documents::Members,
    error::{DocumentError, Error},
    scope::ScopeSyntax,
    types::Issuer,
};
use crate::fhir::FhirBaseUrl;

/// Endpoints and capabilities of an EHR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Authorization endpoint.
    pub authorization: Url,
    /// Token endpoint.
    pub token: Url,
    /// Key set of the id_tokens.
    pub jwks: Url,
    /// Revocation endpoint, if any.
    pub revocation: Option<Url>,
    /// Introspection endpoint; `None` if there is none, or the registration disables introspection.
    pub introspection: Option<Url>,
    /// Issuer of the id_tokens.
    pub issuer: Issuer,
    /// Whether the key set URL comes from the openid-configuration of the issuer.
    pub asked_issuer: bool,
    /// Whether every callback carries `iss` (RFC 9207).
    pub callback_names_issuer: bool,
    /// Syntax of resource scopes it supports.
    pub scope_syntax: ScopeSyntax,
    /// Whether it supports authorization requests by POST.
    pub supports_authorize_post: bool,
    /// Methods of client authentication it lists; empty if it lists none.
    pub client_auth_methods: Vec<String>,
    /// Algorithms of client assertions it lists; empty if it lists none.
    pub client_auth_algs: Vec<String>,
}

impl Endpoints {
    /// Returns the distinct origins to which a browser, code, secret, assertion or token is sent.
    #[must_use]
    pub fn origins(&self) -> Vec<String> {
        let needed = [&self.authorization, &self.token, &self.jwks];
        let issuer = Url::parse(self.issuer.as_str()).ok();
        let issuer = issuer.filter(|url| self.asked_issuer && matches!(url.scheme(), "https" | "http"));
        let urls = needed.into_iter().chain(&self.revocation).chain(&self.introspection).chain(&issuer);
        let mut origins: Vec<String> = urls.map(origin).collect();
        origins.sort_unstable();
        origins.dedup();
        origins
    }
}

pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// Parses an optional URL member. An invalid URL is refused.
pub(super) fn member(
    document: &'static str,
    configuration: &Members,
    name: &str,
    base: &FhirBaseUrl,
) -> Result<Option<Url>, Error> {
    match configuration.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => endpoint(document, text, base).map(Some),
        Some(_) => Err(Error::Document { document, error: DocumentError::EndpointNotString }),
    }
}

/// Parses an endpoint URL: https (http only if the FHIR base is http), a plain host, no user information, no fragment.
/// A relative URL is resolved against the base.
pub(super) fn endpoint(document: &'static str, text: &str, base: &FhirBaseUrl) -> Result<Url, Error> {
    let refuse = |error| Error::Document { document, error };
    let base_url = Url::parse(&base.join("")).map_err(|_| refuse(DocumentError::BaseUnusable))?;
    let url = base_url.join(text).map_err(|_| refuse(DocumentError::EndpointNotUrl))?;
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && !base.is_https());
    // A URL may contain a semicolon or quote in its host, which would be syntax in a CSP header.
    let is_plain_host =
        |host: &str| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._[]:".contains(&b));
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && url.host_str().is_some_and(is_plain_host);
    match (text.trim().is_empty(), scheme_fits, plain) {
        (false, true, true) => Ok(url),
        (true, ..) => Err(refuse(DocumentError::EndpointEmpty)),
        (_, false, _) => Err(refuse(DocumentError::EndpointNotHttps)),
        (.., false) => Err(refuse(DocumentError::EndpointHostUnusable)),
    }
}
