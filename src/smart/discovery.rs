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
            authorization: endpoint(SMART, &fixed.authorization, &registration.base)?,
            token: endpoint(SMART, &fixed.token, &registration.base)?,
            jwks: endpoint(SMART, &fixed.jwks, &registration.base)?,
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
    approve(vec![origin(&endpoint(SMART, issuer.as_str(), &registration.base)?)]).await?;
    let (openid, keys) = document_of_issuer(documents, outbound, &issuer, registration).await?;
    let endpoints = process_smart_configuration(&document.members, Some(keys), registration)?;
    refuse_contradiction(&endpoints, &openid.members)?;
    Ok((endpoints, document.fresh.min(openid.fresh)))
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
    let url = |name| member(SMART, configuration, name, &registration.base);
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

#[cfg(test)]
mod tests;
