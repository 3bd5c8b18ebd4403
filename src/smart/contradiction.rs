//! Contradictions between SMART metadata and openid-configuration.

use serde_json::Value;
use url::Url;

use super::endpoints::Endpoints;
use super::{
    documents::Members,
    error::{DocumentError, Error},
};

const OPENID: &str = "openid-configuration";

/// Returns the members of an openid-configuration that contradict the SMART metadata: another issuer, another key set, or
/// a token endpoint at another origin. A different path is permitted, since real servers publish paths they do not serve.
#[must_use]
pub fn contradictions(endpoints: &Endpoints, openid: &Members) -> Vec<&'static str> {
    let text = |name: &str| openid.get(name).and_then(Value::as_str);
    let url = |name: &str| text(name).and_then(|text| Url::parse(text).ok());
    let elsewhere = |token: Url| token.origin() != endpoints.token.origin();
    let found = [
        ("issuer", text("issuer").is_some_and(|issuer| issuer != endpoints.issuer.as_str())),
        ("jwks_uri", url("jwks_uri").is_some_and(|jwks| jwks != endpoints.jwks)),
        ("token_endpoint", url("token_endpoint").is_some_and(elsewhere)),
    ];
    found.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
}

/// Refuses endpoints that the issuer's openid-configuration contradicts.
pub(super) fn refuse_contradiction(endpoints: &Endpoints, openid: &Members) -> Result<(), Error> {
    let refuse = |error| Error::Document { document: OPENID, error };
    match contradictions(endpoints, openid).is_empty() {
        true => Ok(()),
        false => Err(refuse(DocumentError::ContradictsSmart)),
    }
}
