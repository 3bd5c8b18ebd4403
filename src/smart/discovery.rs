//! Discovery of the endpoints of one EHR (SMART App Launch 2.2, conformance).

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::{
    cached::{Cached, Wanted},
    capability_statement,
    contradiction::refuse_contradiction,
    documents::{Documents, JSON, Members},
    error::{DocumentError, Error},
    registration::ClientRegistration,
    types::Issuer,
};
use super::{
    endpoints::{Endpoints, endpoint, member, origin},
    openid_configuration::document_of_issuer,
    scope::ScopeSyntax,
};
use crate::egress::Outbound;

const SMART: &str = "smart-configuration";
const INVALIDATED_FRESHNESS: SignedDuration = SignedDuration::from_mins(1);

/// Callback that refuses origins not approved for the EHR.
pub type Approve<'a> = dyn Fn(Vec<String>) -> BoxFuture<'a, Result<(), Error>> + Send + Sync + 'a;

/// Cache of the endpoints of one EHR, fresh for as long as the EHR specifies, at most an hour.
#[derive(Default)]
pub struct Discovery {
    endpoints: Cached<Endpoints>,
    documents: Documents,
}

impl Discovery {
    /// Returns the endpoints, from the cache if fresh. Every origin in the metadata is passed to `approve` before a request
    /// is sent there or the endpoints are cached.
    ///
    /// # Errors
    /// [`Error`] if a document is invalid, or cannot be fetched and no copy of the last day is cached.
    pub async fn endpoints(
        &self,
        outbound: &Outbound,
        registration: &ClientRegistration,
        now: Timestamp,
        approve: &Approve<'_>,
    ) -> Result<Arc<Endpoints>, Error> {
        tracing::trace!(target: "walk", "endpoints of the EHR, cached if fresh");
        let ask = async {
            let (endpoints, fresh) = discover(&self.documents, outbound, registration, approve).await?;
            registration.client_auth.check_offered(&endpoints)?;
            approve(endpoints.origins()).await?;
            Ok((endpoints, fresh))
        };
        self.endpoints.get(now, Wanted::Fresh, SMART, ask).await
    }

    /// Invalidates the cached endpoints, so that a corrected mistake of the EHR takes effect without waiting an hour. They
    /// are fetched again at most once a minute.
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
            authorization: endpoint(SMART, &fixed.authorization, &registration.base)?,
            token: endpoint(SMART, &fixed.token, &registration.base)?,
            jwks: endpoint(SMART, &fixed.jwks, &registration.base)?,
            revocation: None,
            introspection: None,
            issuer: registration.issuer.clone().ok_or(Error::NoIssuer)?,
            asked_issuer: false,
            callback_names_issuer: false,
            scope_syntax: ScopeSyntax::Auto,
            supports_authorize_post: false,
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
    let disputed = pinned_with_another_slash(&document.members, registration);
    if disputed.is_none() && names_keys(&document.members) {
        let endpoints = process_smart_configuration(&document.members, None, registration)?;
        return Ok((endpoints, document.fresh));
    }
    let is_disputed = disputed.is_some();
    let issuer = disputed.map_or_else(|| issuer(&document.members, registration), Ok)?;
    // The document of the issuer is fetched next.
    approve(vec![origin(&endpoint(SMART, issuer.as_str(), &registration.base)?)]).await?;
    let (openid, keys) = match document_of_issuer(documents, outbound, &issuer, registration).await {
        Err(Error::NotPublished { .. } | Error::IssuerUnconfirmed) if is_disputed => {
            return Err(Error::IssuerMismatch);
        }
        fetched => fetched?,
    };
    let endpoints = with_issuer(&document.members, issuer, Some(keys), registration)?;
    refuse_contradiction(&endpoints, &openid.members)?;
    Ok((endpoints, document.fresh.min(openid.fresh)))
}

fn names_keys(configuration: &Members) -> bool {
    configuration.get("jwks_uri").is_some_and(|jwks| !jwks.is_null())
}

/// Parses a smart-configuration (SMART App Launch 2.2, "conformance"). `keys` is the key set URL of the issuer's
/// openid-configuration, used if there is no `jwks_uri`.
///
/// # Errors
/// [`Error::IssuerMismatch`], [`Error::NoIssuer`], or [`Error::Document`] with the missing or invalid member.
pub fn process_smart_configuration(
    configuration: &Members,
    keys: Option<Url>,
    registration: &ClientRegistration,
) -> Result<Endpoints, Error> {
    with_issuer(configuration, issuer(configuration, registration)?, keys, registration)
}

fn with_issuer(
    configuration: &Members,
    issuer: Issuer,
    keys: Option<Url>,
    registration: &ClientRegistration,
) -> Result<Endpoints, Error> {
    let required = |found: Option<Url>, error| found.ok_or(Error::Document { document: SMART, error });
    let url = |name| member(SMART, configuration, name, &registration.base);
    let jwks = url("jwks_uri")?;
    let asked_issuer = jwks.is_none();
    Ok(Endpoints {
        jwks: required(jwks.or(keys), DocumentError::JwksUriMissing)?,
        authorization: required(url("authorization_endpoint")?, DocumentError::AuthorizationEndpointMissing)?,
        token: required(url("token_endpoint")?, DocumentError::TokenEndpointMissing)?,
        // Revocation and introspection are optional, so an invalid URL counts as absent.
        revocation: url("revocation_endpoint").ok().flatten(),
        introspection: url("introspection_endpoint").ok().flatten().filter(|_| registration.introspect),
        issuer,
        asked_issuer,
        callback_names_issuer: configuration.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
        scope_syntax: syntax(configuration),
        supports_authorize_post: has_capability(configuration, "authorize-post"),
        client_auth_methods: texts(configuration, "token_endpoint_auth_methods_supported"),
        client_auth_algs: texts(configuration, "token_endpoint_auth_signing_alg_values_supported"),
    })
}

/// Returns the pinned issuer if the published one differs from it in the trailing slash only. The openid-configuration of
/// the issuer then decides whether it is the right one.
fn pinned_with_another_slash(configuration: &Members, registration: &ClientRegistration) -> Option<Issuer> {
    let published = configuration.get("issuer").and_then(Value::as_str)?;
    registration.issuer.clone().filter(|pinned| pinned.differs_by_slash(published))
}

/// Returns the pinned issuer, or else the published one. A published one that differs is refused. Never taken from an
/// id_token.
fn issuer(configuration: &Members, registration: &ClientRegistration) -> Result<Issuer, Error> {
    let published = configuration.get("issuer").and_then(Value::as_str).map(Issuer::new);
    match (registration.issuer.clone(), published) {
        (Some(pinned), Some(published)) if pinned != published => Err(Error::IssuerMismatch),
        (Some(issuer), _) | (None, Some(issuer)) => Ok(issuer),
        (None, None) => Err(Error::NoIssuer),
    }
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

/// Returns a member that is a list of strings; empty if absent or of another type.
fn texts(configuration: &Members, name: &str) -> Vec<String> {
    let listed = configuration.get(name).and_then(Value::as_array).into_iter().flatten();
    listed.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
