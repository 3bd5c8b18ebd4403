use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::{
    cached::{Cached, Wanted},
    capability_statement,
    contradiction::refuse_contradiction,
    documents::{Document, Documents, JSON, Members},
    error::{DocumentError, Error},
    registration::{ClientRegistration, ScopeSyntax},
    types::Issuer,
};
use crate::egress::Outbound;

const SMART: &str = "smart-configuration";
const OPENID: &str = "openid-configuration";
const INVALIDATED_FRESHNESS: SignedDuration = SignedDuration::from_mins(1);

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

/// Refuses origins at which nothing may be asked.
pub type Approve<'a> = dyn Fn(Vec<String>) -> BoxFuture<'a, Result<(), Error>> + Send + Sync + 'a;

/// The endpoints of one EHR, remembered as long as the EHR says and an hour at most.
#[derive(Default)]
pub struct Discovery {
    endpoints: Cached<Endpoints>,
    documents: Documents,
}

impl Discovery {
    /// The endpoints, from memory if fresh. `approve` is shown every origin that the EHR names, before anything is asked
    /// there or remembered, and may refuse.
    ///
    /// # Errors
    /// When a document does not come and we have none of the last day, or is not what it must be.
    pub async fn endpoints(
        &self,
        outbound: &Outbound,
        registration: &ClientRegistration,
        now: Timestamp,
        approve: &Approve<'_>,
    ) -> Result<Arc<Endpoints>, Error> {
        let ask = async {
            let (endpoints, fresh) = discover(&self.documents, outbound, registration, approve).await?;
            registration.client_auth.check_offered(&endpoints)?;
            approve(endpoints.origins()).await?;
            Ok((endpoints, fresh))
        };
        self.endpoints.get(now, Wanted::Fresh, SMART, ask).await
    }

    /// Notes that what is remembered led nowhere: it is then asked for again, at most once a minute, so that an EHR
    /// that corrected a mistake need not wait an hour.
    pub fn invalidate(&self) {
        self.endpoints.invalidate(INVALIDATED_FRESHNESS);
    }
}

async fn discover(
    documents: &Documents,
    outbound: &Outbound,
    registration: &ClientRegistration,
    approve: &Approve<'_>,
) -> Result<(Endpoints, SignedDuration), Error> {
    if let Some(fixed) = &registration.endpoints {
        let endpoints = Endpoints {
            authorization: endpoint(SMART, &fixed.authorization, registration)?,
            token: endpoint(SMART, &fixed.token, registration)?,
            jwks: endpoint(SMART, &fixed.jwks, registration)?,
            revocation: None,
            introspection: None,
            issuer: registration.issuer.clone().ok_or(Error::NoIssuer)?,
            asked_issuer: false,
            callback_names_issuer: false,
            scope_syntax: ScopeSyntax::Auto,
            takes_post: false,
            client_auth_methods: Vec::new(),
            client_auth_algs: Vec::new(),
        };
        return Ok((endpoints, SignedDuration::MAX));
    }
    let address = registration.base.join(".well-known/smart-configuration");
    let document = match documents.fetch(outbound, SMART, JSON, &address).await {
        Err(Error::NotPublished { .. }) if registration.discover_from_capability_statement => {
            return capability_statement::discover(documents, outbound, registration).await;
        }
        fetched => fetched?,
    };
    if names_keys(&document.members) {
        let endpoints = process_smart_configuration(&document.members, None, registration)?;
        return Ok((endpoints, document.fresh));
    }
    let issuer = issuer(&document.members, registration)?;
    // Its own document is asked for next.
    approve(vec![origin(&endpoint(SMART, issuer.as_str(), registration)?)]).await?;
    let (openid, keys) = document_of_issuer(documents, outbound, &issuer, registration).await?;
    let endpoints = process_smart_configuration(&document.members, Some(keys), registration)?;
    refuse_contradiction(&endpoints, &openid.members)?;
    Ok((endpoints, document.fresh.min(openid.fresh)))
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn names_keys(configuration: &Members) -> bool {
    configuration.get("jwks_uri").is_some_and(|jwks| !jwks.is_null())
}

/// Reads a smart-configuration (SMART App Launch 2.2, "conformance"). `keys` is where the issuer's own document says its
/// keys are; it counts where there is no `jwks_uri`.
///
/// # Errors
/// [`Error::IssuerMismatch`] or [`Error::NoIssuer`]; [`Error::Document`] with what is missing or not what it must be.
pub fn process_smart_configuration(
    configuration: &Members,
    keys: Option<Url>,
    registration: &ClientRegistration,
) -> Result<Endpoints, Error> {
    let issuer = issuer(configuration, registration)?;
    let required = |found: Option<Url>, error| found.ok_or(Error::Document { document: SMART, error });
    let url = |name| member(SMART, configuration, name, registration);
    let jwks = url("jwks_uri")?;
    let asked_issuer = jwks.is_none();
    Ok(Endpoints {
        jwks: required(jwks.or(keys), DocumentError::JwksUriMissing)?,
        authorization: required(url("authorization_endpoint")?, DocumentError::AuthorizationEndpointMissing)?,
        token: required(url("token_endpoint")?, DocumentError::TokenEndpointMissing)?,
        // Without these two nothing is lost but a courtesy and a caution, so an odd one counts as none.
        revocation: url("revocation_endpoint").ok().flatten(),
        introspection: url("introspection_endpoint").ok().flatten().filter(|_| registration.introspect),
        issuer,
        asked_issuer,
        callback_names_issuer: configuration.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
        scope_syntax: syntax(configuration),
        takes_post: has_capability(configuration, "authorize-post"),
        client_auth_methods: texts(configuration, "token_endpoint_auth_methods_supported"),
        client_auth_algs: texts(configuration, "token_endpoint_auth_signing_alg_values_supported"),
    })
}

/// A pinned issuer wins, and a published one that differs is refused. The id_token is never asked.
fn issuer(configuration: &Members, registration: &ClientRegistration) -> Result<Issuer, Error> {
    let published = configuration.get("issuer").and_then(Value::as_str).map(Issuer::new);
    match (registration.issuer.clone(), published) {
        (Some(pinned), Some(published)) if pinned != published => Err(Error::IssuerMismatch),
        (Some(issuer), _) | (None, Some(issuer)) => Ok(issuer),
        (None, None) => Err(Error::NoIssuer),
    }
}

/// The document of an issuer, and where its keys are. Some EHRs serve it at their base only.
pub(super) async fn document_of_issuer(
    documents: &Documents,
    outbound: &Outbound,
    issuer: &Issuer,
    registration: &ClientRegistration,
) -> Result<(Document, Url), Error> {
    let below = |place: &str| format!("{}/.well-known/{OPENID}", place.trim_end_matches('/'));
    let at_issuer = documents.fetch(outbound, OPENID, JSON, &below(issuer.as_str())).await;
    let document = match at_issuer {
        Err(Error::NotPublished { .. }) => {
            documents.fetch(outbound, OPENID, JSON, &below(&registration.base.join(""))).await?
        }
        fetched => fetched?,
    };
    let keys = process_openid_configuration(&document.members, issuer, registration)?;
    Ok((document, keys))
}

/// Reads where the keys of an issuer are. Its document must name that issuer (OpenID Connect Discovery 4.3).
///
/// # Errors
/// [`Error::IssuerMismatch`], or [`Error::Document`] when `jwks_uri` is missing or not what it must be.
pub fn process_openid_configuration(
    configuration: &Members,
    issuer: &Issuer,
    registration: &ClientRegistration,
) -> Result<Url, Error> {
    if configuration.get("issuer").and_then(Value::as_str) != Some(issuer.as_str()) {
        return Err(Error::IssuerMismatch);
    }
    let missing = Error::Document { document: OPENID, error: DocumentError::JwksUriMissing };
    member(OPENID, configuration, "jwks_uri", registration)?.ok_or(missing)
}

fn has_capability(configuration: &Members, wanted: &str) -> bool {
    texts(configuration, "capabilities").iter().any(|capability| capability == wanted)
}

fn syntax(configuration: &Members) -> ScopeSyntax {
    let has = |wanted: &str| has_capability(configuration, wanted);
    match (has("permission-v2"), has("permission-v1")) {
        (false, true) => ScopeSyntax::V1,
        _ => ScopeSyntax::V2,
    }
}

/// A member that lists texts; empty when it is absent or something else.
fn texts(configuration: &Members, name: &str) -> Vec<String> {
    let listed = configuration.get(name).and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A URL member: absent is none, anything that is not a usable URL is refused.
fn member(
    document: &'static str,
    configuration: &Members,
    name: &str,
    registration: &ClientRegistration,
) -> Result<Option<Url>, Error> {
    match configuration.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => endpoint(document, text, registration).map(Some),
        Some(_) => Err(Error::Document { document, error: DocumentError::EndpointNotString }),
    }
}

/// https (http only where the FHIR base is too), a plain host, no user information, no fragment; relative ones lie under
/// the base.
pub(super) fn endpoint(
    document: &'static str,
    text: &str,
    registration: &ClientRegistration,
) -> Result<Url, Error> {
    let refuse = |error| Error::Document { document, error };
    let base = Url::parse(&registration.base.join("")).map_err(|_| refuse(DocumentError::BaseUnusable))?;
    let url = base.join(text).map_err(|_| refuse(DocumentError::EndpointNotUrl))?;
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && !registration.base.is_https());
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

#[cfg(test)]
mod tests;
