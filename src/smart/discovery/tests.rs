use secrecy::SecretString;
use serde_json::json;

use super::*;
use crate::{
    fhir::FhirBaseUrl,
    smart::{AuthorizeBy, BasicEncoding, ClientAuth, ClientId, FhirUserClaim},
};

fn registration() -> ClientRegistration {
    ClientRegistration {
        base: FhirBaseUrl::parse("https://ehr.example/fhir").unwrap(),
        issuer: None,
        client_id: ClientId::new("passerelle"),
        client_auth: ClientAuth::Basic(SecretString::from("secret"), BasicEncoding::Form),
        client_id_in_body: false,
        redirect_uri: "https://app.example/callback/ehr".to_owned(),
        scopes: Vec::new(),
        scope_syntax: ScopeSyntax::Auto,
        authorize_by: AuthorizeBy::Auto,
        nonce_echoed: true,
        fhir_user_claim: FhirUserClaim::FhirUser,
        discover_from_capability_statement: false,
        introspect: false,
        endpoints: None,
    }
}

fn read(authorization: &str) -> Result<Url, String> {
    let document = json!({"issuer": "https://ehr.example", "jwks_uri": "jwks", "token_endpoint": "token",
        "authorization_endpoint": authorization});
    let endpoints = process_smart_configuration(document.as_object().unwrap(), None, &registration());
    endpoints.map(|endpoints| endpoints.authorization).map_err(|error| error.to_string())
}

/// DSC-05: a host is a name or an address, nothing that means something in a header that names it.
#[test]
fn an_endpoint_has_a_plain_host() {
    for plain in
        ["https://auth-1.ehr.example:8443/a", "https://[2001:db8::1]/a", "https://xn--nxasmq6b/a_b;c"]
    {
        assert_eq!(read(plain).unwrap().as_str(), plain);
    }
    for odd in ["https://ehr;sandbox.example/a", "https://ehr'.example/a", "https://*.example/a"] {
        assert!(Url::parse(odd).is_ok(), "{odd} is a URL all the same");
        assert!(read(odd).unwrap_err().contains("odd host"), "{odd}");
    }
}
