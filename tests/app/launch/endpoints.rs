//! Tests of endpoints on another host than the FHIR server, and of the content of the authorization URL.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, TestApp};

/// The same EHR under another host name that its registration permits.
fn other_host(app: &TestApp) -> String {
    app.ehr().issuer().replace("localhost", "127.0.0.1")
}

/// DSC-10: the browser is redirected to the host that the registered server names.
#[actix_web::test]
async fn accepts_an_authorization_endpoint_on_another_host() {
    let (app, canary) = (TestApp::start().await, Canary::new());
    app.ehr().set_fault(Some(Fault::DiscoveryAuthorizeEndpointOnForeignHost));
    app.ehr().set_canary(&canary.url());
    let mut browser = app.browser();
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let iss = app.ehr().fhir_base_url();
    let page = browser.get(&format!("/launch?iss={iss}&launch={handle}")).await;
    assert!(page.location().as_str().starts_with(&format!("{}/authorize?", canary.url())));
    assert_eq!(canary.visits(), 0, "the app itself does not connect there");
    app.ehr().set_canary(&other_host(&app));
    app.advance(jiff::SignedDuration::from_mins(61));
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.authorization().host_str(), Some("127.0.0.1"));
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
}

/// DSC-10: the same for the other endpoints, if the registration permits their addresses.
#[actix_web::test]
async fn accepts_token_endpoint_and_keys_on_another_host() {
    for (fault, path) in [
        (Fault::DiscoveryTokenEndpointOnForeignHost, "/auth/token"),
        (Fault::DiscoveryJwksUriOnForeignHost, "/auth/jwks.json"),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        app.ehr().set_canary(&other_host(&app));
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
        let asked = app.ehr().requests_to(path);
        assert!(asked[0].header("host").unwrap().starts_with("127.0.0.1:"), "{path}");
    }
}

/// DSC-17: from the issuer's document only the keys are used, never its endpoints.
#[actix_web::test]
async fn uses_only_the_keys_of_the_issuer_document() {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path == "/auth/.well-known/openid-configuration" {
            let body = String::from_utf8_lossy(&answer.body).replace("/auth/token", "/auth/oidc/token");
            answer.body = body.replace("/auth/authorize", "/auth/oidc/authorize").into_bytes();
        }
    });
    app.ehr().set_fault(Some(Fault::DiscoveryMinimal));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.authorization().path(), "/auth/authorize");
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(app.ehr().requests_to("/auth/.well-known/openid-configuration").len(), 1);
    assert!(app.ehr().recorded().iter().all(|request| !request.path.starts_with("/auth/oidc/")));
}

/// AUT-14: the authorization URL contains client, scope and the values that bind the response, but no secret and
/// nothing about clinician or patient, although both are known from an earlier launch.
#[actix_web::test]
async fn reveals_no_secret_and_no_person_in_the_authorization_url() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let first = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let address = landing.authorization();
    let mut names: Vec<String> = address.query_pairs().map(|(name, _)| name.into_owned()).collect();
    names.sort_unstable();
    let expected = ["aud", "client_id", "code_challenge", "code_challenge_method", "launch", "nonce"];
    assert_eq!(names[..6], expected);
    assert_eq!(names[6..], ["redirect_uri", "response_type", "scope", "state"]);
    let plain: Vec<String> = address.query_pairs().map(|(_, value)| value.into_owned()).collect();
    let plain = plain.join("\n");
    let chart = browser.chart(&first.context()).await;
    let mut hidden = vec![app.ehr().client_secret.clone(), chart.user, chart.user_id, first.context()];
    for request in app.ehr().token_requests() {
        hidden.extend(request.form().into_iter().filter(|(name, _)| name == "code_verifier").map(|it| it.1));
    }
    hidden.extend(["eleonore", "Tremblay", "9512345670", "ngozi", "Okafor"].map(str::to_owned));
    assert_eq!(hidden.len(), 11);
    for text in hidden {
        let found = address.as_str().contains(&text) || plain.contains(&text);
        assert!(!found, "{text} is in {address}");
    }
}
