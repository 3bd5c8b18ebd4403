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

/// The endpoints of a server of SMART 1.0, which names them in its CapabilityStatement only. Who signs its id_tokens is
/// pinned; their keys are where that issuer says.
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

/// Reads the endpoints of a SMART 1.0 server out of its CapabilityStatement; `jwks` is where the pinned issuer says its
/// keys are.
///
/// # Errors
/// [`Error::Document`] when it names none, names them in two ways, or they are not what they must be.
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
        takes_post: false,
        client_auth_methods: Vec::new(),
        client_auth_algs: Vec::new(),
    })
}

/// `authorize` and `token` of the `oauth-uris` extension, in whichever `rest` it stands. Named in two ways, they are
/// refused: no order says which is meant.
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

    /// DSC-16: in whichever it stands.
    #[test]
    fn endpoints_are_found_in_any_rest() {
        let good = security(&json!("https://ehr.example/a"), &json!("https://ehr.example/t"));
        let expected = Ok(("https://ehr.example/a".to_owned(), "https://ehr.example/t".to_owned()));
        assert_eq!(read(&json!([{"mode": "client"}, good])), expected);
        assert_eq!(read(&json!([good, good])), expected);
    }

    /// DSC-05, DSC-16: no order says which is meant.
    #[test]
    fn what_is_missing_odd_or_in_two_ways_is_refused() {
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
