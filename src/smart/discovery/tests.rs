//! Tests of the URLs in a smart-configuration.

use serde_json::json;

use super::*;

fn read(authorization: &str) -> Result<Url, &'static str> {
    let document = json!({"issuer": "https://ehr.example", "jwks_uri": "jwks", "token_endpoint": "token",
        "authorization_endpoint": authorization});
    let endpoints =
        process_smart_configuration(document.as_object().unwrap(), None, &ClientRegistration::sample());
    endpoints.map(|endpoints| endpoints.authorization).map_err(|error| error.code())
}

/// DSC-05: a host contains no character with a meaning in a CSP header.
#[test]
fn refuses_endpoints_without_a_plain_host() {
    for plain in
        ["https://auth-1.ehr.example:8443/a", "https://[2001:db8::1]/a", "https://xn--nxasmq6b/a_b;c"]
    {
        assert_eq!(read(plain).unwrap().as_str(), plain);
    }
    for odd in ["https://ehr;sandbox.example/a", "https://ehr'.example/a", "https://*.example/a"] {
        assert!(Url::parse(odd).is_ok(), "{odd} is a URL all the same");
        assert_eq!(read(odd), Err(DocumentError::EndpointHostUnusable.code()), "{odd}");
    }
}
