//! Endpoints of a SMART 1.0 server, from its CapabilityStatement.

use jiff::SignedDuration;
use serde_json::Value;
use url::Url;

use super::scope::ScopeSyntax;
use super::{
    contradiction::refuse_contradiction,
    documents::{Documents, Members},
    endpoints::{Endpoints, endpoint},
    error::{DocumentError, Error},
    openid_configuration::document_of_issuer,
    registration::ClientRegistration,
    types::Issuer,
};
use crate::egress::Outbound;

const METADATA: &str = "CapabilityStatement";
const OAUTH_URIS: &str = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

/// Fetches the endpoints of a SMART 1.0 server, which publishes them in its CapabilityStatement only. The issuer is pinned
/// at registration and publishes its key set URL.
pub(super) async fn discover(
    documents: &Documents,
    outbound: &Outbound,
    registration: &ClientRegistration,
) -> Result<(Endpoints, SignedDuration), Error> {
    let issuer = registration.issuer.clone().ok_or(Error::NoIssuer)?;
    let address = registration.base.join("metadata");
    let (statement, (openid, jwks)) = futures_util::try_join!(
        documents.fetch(outbound, METADATA, "application/fhir+json", &address),
        document_of_issuer(documents, outbound, &issuer, registration),
    )?;
    let endpoints = process_capability_statement(&statement.members, issuer, jwks, registration)?;
    refuse_contradiction(&endpoints, &openid.members)?;
    Ok((endpoints, openid.fresh.min(statement.fresh)))
}

/// Parses the endpoints of a SMART 1.0 server from its CapabilityStatement. `jwks` is the key set URL published by the
/// pinned issuer.
///
/// # Errors
/// [`Error::Document`] if the endpoints are missing, contradictory or invalid.
pub fn process_capability_statement(
    statement: &Members,
    issuer: Issuer,
    jwks: Url,
    registration: &ClientRegistration,
) -> Result<Endpoints, Error> {
    let (authorization, token) = oauth_uris(statement)?;
    Ok(Endpoints {
        authorization: endpoint(METADATA, authorization, &registration.base)?,
        token: endpoint(METADATA, token, &registration.base)?,
        jwks,
        revocation: None,
        introspection: None,
        issuer,
        asked_issuer: true,
        callback_names_issuer: false,
        scope_syntax: ScopeSyntax::V1,
        supports_authorize_post: false,
        client_auth_methods: Vec::new(),
        client_auth_algs: Vec::new(),
    })
}

/// Returns `authorize` and `token` of the `oauth-uris` extension, in any `rest`. Contradictory values are refused: their
/// order has no meaning.
fn oauth_uris(statement: &Members) -> Result<(&str, &str), Error> {
    let refuse = |error| Error::Document { document: METADATA, error };
    let mut found = array(statement.get("rest"))
        .flat_map(|rest| array(rest.pointer("/security/extension")))
        .filter(|extension| extension["url"] == OAUTH_URIS)
        .filter_map(|extension| uri(extension, "authorize").zip(uri(extension, "token")));
    let first = found.next().ok_or(refuse(DocumentError::OAuthUrisMissing))?;
    match found.all(|other| other == first) {
        true => Ok(first),
        false => Err(refuse(DocumentError::OAuthUrisAmbiguous)),
    }
}

fn uri<'v>(oauth_uris: &'v Value, name: &str) -> Option<&'v str> {
    let named = array(oauth_uris.get("extension")).find(|extension| extension["url"] == name)?;
    named.get("valueUri")?.as_str()
}

fn array(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn security(authorize: &Value, token: &Value) -> Value {
        json!({"security": {"extension": [{"url": "urn:other"}, {"url": OAUTH_URIS, "extension": [
            {"url": "register", "valueUri": "https://ehr.example/register"},
            {"url": "authorize", "valueUri": authorize}, {"url": "token", "valueUri": token}]}]}})
    }

    fn read(rest: &Value) -> Result<(String, String), &'static str> {
        let statement = json!({"resourceType": "CapabilityStatement", "rest": rest});
        let found = oauth_uris(statement.as_object().unwrap());
        let owned = found.map(|(authorize, token)| (authorize.to_owned(), token.to_owned()));
        owned.map_err(|error| error.code())
    }

    /// DSC-16: the extension may be in any `rest`.
    #[test]
    fn finds_endpoints_in_any_rest() {
        let good = security(&json!("https://ehr.example/a"), &json!("https://ehr.example/t"));
        let expected = Ok(("https://ehr.example/a".to_owned(), "https://ehr.example/t".to_owned()));
        assert_eq!(read(&json!([{"mode": "client"}, good])), expected);
        assert_eq!(read(&json!([good, good])), expected);
    }

    /// DSC-05, DSC-16: the order of contradictory values has no meaning.
    #[test]
    fn refuses_missing_invalid_and_contradictory_endpoints() {
        let good = security(&json!("https://ehr.example/a"), &json!("https://ehr.example/t"));
        let other = security(&json!("https://ehr.example/b"), &json!("https://ehr.example/t"));
        assert_eq!(read(&json!([good, other])), Err(DocumentError::OAuthUrisAmbiguous.code()));
        let number = security(&json!(5), &json!("https://ehr.example/t"));
        let half = json!({"security": {"extension": [{"url": OAUTH_URIS, "extension": [
            {"url": "authorize", "valueUri": "https://ehr.example/a"}]}]}});
        for odd in
            [json!([]), json!({}), json!(null), json!([{}]), json!([number]), json!([half]), json!([[5]])]
        {
            assert_eq!(read(&odd), Err(DocumentError::OAuthUrisMissing.code()), "{odd}");
        }
    }
}
