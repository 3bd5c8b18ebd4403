//! Invariants of the endpoints of an EHR.

use passerelle::{
    fhir::FhirBaseUrl,
    smart::{AuthorizationRequest, ClientRegistration, Endpoints, LaunchHandle, build_authorization},
};
use url::Url;

const OURS: [&str; 10] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "aud",
    "launch",
    "code_challenge",
    "code_challenge_method",
];

/// Asserts that endpoints are plain web URLs, at least as safe as the FHIR base, and can be redirected to.
pub fn assert_endpoints(endpoints: &Endpoints, registration: &ClientRegistration) {
    let Endpoints { authorization, token, jwks, revocation, introspection, issuer, .. } = endpoints;
    for url in [authorization, token, jwks].into_iter().chain(revocation).chain(introspection) {
        assert_endpoint(url, registration);
    }
    for origin in endpoints.origins() {
        assert!(origin.starts_with("http"), "{origin} is no origin of the web");
    }
    if let Some(pinned) = &registration.issuer {
        assert_eq!(issuer, pinned);
    }
    let launch = LaunchHandle::new("xyz&aud=https%3A%2F%2Fevil.example+ é").expect("it is short");
    assert_authorization(endpoints, registration, &registration.base, &launch);
}

pub fn assert_endpoint(url: &Url, registration: &ClientRegistration) {
    let secure = url.scheme() == "https" || (url.scheme() == "http" && !registration.base.is_https());
    assert!(secure && url.has_host(), "{url}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none(), "{url}");
    assert!(url.as_str().bytes().all(|b| b.is_ascii_graphic()), "{url}");
    let origin = url.origin().ascii_serialization();
    assert!(
        !origin.contains([';', ',', '\'', '"', '*']),
        "{origin} would be syntax in a policy that names it"
    );
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(url), "it reads as it is written");
}

/// Asserts that the authorization URL is at the EHR's endpoint and has each parameter of the app once, unchanged,
/// whatever query it had before.
pub fn assert_authorization(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    iss: &FhirBaseUrl,
    launch: &LaunchHandle,
) {
    let named = |name: &str| endpoints.authorization.query_pairs().filter(|pair| pair.0 == name).count();
    let Ok(authorization) = build_authorization(endpoints, registration, iss, Some(launch)) else {
        let foreign = OURS.into_iter().any(|name| named(name) > 0);
        assert!(foreign || Url::parse(endpoints.issuer.as_str()).is_err(), "refused without a reason");
        return;
    };
    let (url, fields) = match authorization.request {
        AuthorizationRequest::Get(url) => (url.clone(), url.query_pairs().into_owned().collect()),
        AuthorizationRequest::Post { action, fields } => (action, fields),
    };
    assert_eq!(url.origin(), endpoints.authorization.origin());
    assert_eq!(url.path(), endpoints.authorization.path());
    let value = |name: &str| {
        let mut found = fields.iter().filter(|field| field.0 == name).map(|field| field.1.as_str());
        let value = found.next().expect("the URL has each parameter");
        assert!(found.next().is_none(), "{name} appears twice");
        value
    };
    for name in OURS {
        assert!(!value(name).is_empty());
    }
    assert_eq!(value("aud"), iss.as_received());
    assert_eq!(value("launch"), launch.as_str());
    assert_eq!(value("redirect_uri"), registration.redirect_uri);
    assert_eq!(value("code_challenge_method"), "S256");
}
