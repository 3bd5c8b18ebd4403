//! openid-configuration of an issuer (OpenID Connect Discovery 1.0): where its keys are.

use serde_json::Value;
use url::Url;

use super::{
    documents::{Document, Documents, JSON, Members},
    endpoints::member,
    error::{DocumentError, Error},
    registration::ClientRegistration,
    types::Issuer,
};
use crate::egress::Outbound;

const OPENID: &str = "openid-configuration";

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
    member(OPENID, configuration, "jwks_uri", &registration.base)?.ok_or(missing)
}
