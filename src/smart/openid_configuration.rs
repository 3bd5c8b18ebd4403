//! openid-configuration of an issuer (OpenID Connect Discovery 1.0), read for its key set URL.

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

/// Fetches the document of an issuer, and returns it with the key set URL. Some EHRs serve it below their FHIR base only.
pub(super) async fn document_of_issuer(
    documents: &Documents,
    outbound: &Outbound,
    issuer: &Issuer,
    registration: &ClientRegistration,
) -> Result<(Document, Url), Error> {
    let below = |base: &str| format!("{}/.well-known/{OPENID}", base.trim_end_matches('/'));
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

/// Parses the key set URL. The document must name the issuer (OpenID Connect Discovery 4.3).
///
/// # Errors
/// [`Error::IssuerUnconfirmed`], or [`Error::Document`] if `jwks_uri` is missing or invalid.
pub fn process_openid_configuration(
    configuration: &Members,
    issuer: &Issuer,
    registration: &ClientRegistration,
) -> Result<Url, Error> {
    if configuration.get("issuer").and_then(Value::as_str) != Some(issuer.as_str()) {
        return Err(Error::IssuerUnconfirmed);
    }
    let missing = Error::Document { document: OPENID, error: DocumentError::JwksUriMissing };
    member(OPENID, configuration, "jwks_uri", &registration.base)?.ok_or(missing)
}
