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

/// Where an EHR's endpoints are and what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Where the browser is sent.
    pub authorization: Url,
    /// Where codes become tokens.
    pub token: Url,
    /// Where the keys of the id_tokens are.
    pub jwks: Url,
    /// Where tokens are given back, if anywhere.
    pub revocation: Option<Url>,
    /// Where it is asked whether a token is still good, if anywhere; none where the registration does not want to ask.
    pub introspection: Option<Url>,
    /// Who signs the id_tokens.
    pub issuer: Issuer,
    /// Whether the issuer was asked where its keys are, in a document of its own.
    pub asked_issuer: bool,
    /// Whether every callback carries `iss` (RFC 9207).
    pub callback_names_issuer: bool,
    /// The syntax of resource scopes it takes.
    pub scope_syntax: ScopeSyntax,
    /// Whether it takes authorization requests by POST.
    pub takes_post: bool,
    /// The ways of client authentication it lists; none when it says nothing of them.
    pub client_auth_methods: Vec<String>,
    /// The algorithms of client assertions it lists; none when it says nothing of them.
    pub client_auth_algs: Vec<String>,
}

impl Endpoints {
    /// The origins that a code, a secret, an assertion, a person or a question about them goes to, each once.
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

/// A URL member: absent is none, anything that is not a usable URL is refused.
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

/// https (http only where the FHIR base is too), a plain host, no user information, no fragment; relative ones lie under
/// the base.
pub(super) fn endpoint(document: &'static str, text: &str, base: &FhirBaseUrl) -> Result<Url, Error> {
    let refuse = |error| Error::Document { document, error };
    let base_url = Url::parse(&base.join("")).map_err(|_| refuse(DocumentError::BaseUnusable))?;
    let url = base_url.join(text).map_err(|_| refuse(DocumentError::EndpointNotUrl))?;
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && !base.is_https());
    // URLs let a semicolon or a quote stand in a host, which would be syntax in a policy that names its origin.
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
