//! Tests of `private_key_jwt` at an EHR that checks every claim.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use passerelle::admin::{ClientKeysCommand, run_client_keys};
use passerelle::demo_ehr::{Fault, Recorded};
use passerelle::smart::SigningAlg;
use passerelle::testing::{Landing, TestApp};
use passerelle::web::ErrorKind;
use serde_json::Value;

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

/// Decodes a part of the assertion in a request: 0 the header, 1 the claims.
fn assertion(request: &Recorded, part: usize) -> Value {
    let form = request.form();
    let (_, assertion) = form.iter().find(|(name, _)| name == "client_assertion").expect("an assertion");
    let part = assertion.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// CAU-01, CAU-05, CAU-08, CAU-09, CAU-14, TRQ-06: the client authenticates with an assertion only.
#[actix_web::test]
async fn authenticates_with_an_assertion_only() {
    let app = TestApp::setup().keys().start().await;
    launch(&app).await.context();
    let requests = app.ehr().token_requests();
    let [request] = &requests[..] else { panic!("{} token requests", requests.len()) };
    assert_eq!(request.header("authorization"), None);
    let form = request.form();
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    let all =
        ["grant_type", "code", "redirect_uri", "code_verifier", "client_assertion_type", "client_assertion"];
    assert_eq!(names, all);
    assert_eq!(form[4].1, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert_eq!(assertion(request, 1)["aud"], format!("{}/token", app.ehr().issuer()));
    assert_eq!(assertion(request, 0)["alg"], "ES384");
}

/// CAU-02, CAU-10: an EHR that supports one algorithm gets that one.
#[actix_web::test]
async fn signs_with_the_algorithm_that_the_ehr_supports() {
    for (fault, alg) in [(Fault::DiscoveryOnlyRs384, "RS384"), (Fault::DiscoveryOnlyEs384, "ES384")] {
        let app = TestApp::setup().keys().start().await;
        app.ehr().set_fault(Some(fault));
        launch(&app).await.context();
        assert_eq!(assertion(&app.ehr().token_requests()[0], 0)["alg"], alg);
    }
}

/// DSC-12, CAU-07: advertised methods never change the registered client authentication: the browser is not
/// redirected, and no secret is sent.
#[actix_web::test]
async fn refuses_another_client_authentication_than_registered() {
    let app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyBasic));
    let landing = launch(&app).await;
    app.assert_refused(&landing, ErrorKind::EhrSetup, "client-auth").await;
    assert!(app.ehr().token_requests().is_empty() && app.ehr().requests_to("/auth/authorize").is_empty());
    app.assert_heals().await;
    let app =
        TestApp::setup().keys().registration(|ehr| ehr.signing_alg = Some(SigningAlg::Rs384)).start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyEs384));
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
}

/// CAU-14: `aud` is the issuer only if registered so.
#[actix_web::test]
async fn sends_the_issuer_as_audience_only_if_registered() {
    let mut app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::TokenAssertionAudienceIsIssuer));
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    let issuer = app.ehr().issuer();
    app.register_again(move |ehr| ehr.assertion_audience = Some(issuer.clone())).await;
    launch(&app).await.context();
}

/// TRQ-06: `client_id` is in the body only if registered so, with a secret as with keys.
#[actix_web::test]
async fn sends_client_id_in_the_body_only_if_registered() {
    for setup in [TestApp::setup(), TestApp::setup().keys()] {
        let mut app = setup.start().await;
        app.ehr().set_fault(Some(Fault::TokenWantsClientIdInBody));
        launch(&app).await.last().assert_says(ErrorKind::SigninFailed);
        app.register_again(|ehr| ehr.client_id_in_body = true).await;
        launch(&app).await.context();
    }
}

/// REV-01, RFR-01, T03: a refresh has its own assertion, and an assertion for revocation names that endpoint.
#[actix_web::test]
async fn addresses_every_assertion_to_its_endpoint() {
    let app =
        TestApp::setup().keys().registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(browser.get(&format!("/c/{context}/read")).await.body, "read");
    let token = browser.chart(&context).await.csrf_token;
    browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", &token)]).await;
    app.eventually("revoked", async || app.ehr().requests_to("/auth/revoke").len() == 2).await;
    let tokens = app.ehr().token_requests();
    let revoked = app.ehr().requests_to("/auth/revoke");
    let mut seen = Vec::new();
    for (request, path) in
        tokens.iter().map(|it| (it, "token")).chain(revoked.iter().map(|it| (it, "revoke")))
    {
        let claims = assertion(request, 1);
        assert_eq!(claims["aud"], format!("{}/{path}", app.ehr().issuer()));
        seen.push(claims["jti"].to_string());
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 4, "each assertion once");
}

async fn rotate(app: &TestApp, compromised: bool) {
    let command = ClientKeysCommand::Rotate { id: "riverside".to_owned(), ahead: 24, compromised };
    app.within(async move |app| run_client_keys(&app.admin(), command).await.unwrap()).await;
    app.refresh().await;
}

/// JWK-05: an EHR that caches the key set as long as permitted never sees an unknown key.
#[actix_web::test]
async fn fails_no_launch_during_a_key_rotation() {
    let app = TestApp::setup().keys().start().await;
    launch(&app).await.context();
    let kid = |app: &TestApp| assertion(app.ehr().token_requests().last().unwrap(), 0)["kid"].clone();
    let old = kid(&app);
    app.advance(SignedDuration::from_secs(1));
    rotate(&app, false).await;
    // Just after, just before the new keys sign, just after, and when the old ones are gone.
    for (minutes, same) in [(0, true), (24 * 60 - 1, true), (1, false), (24 * 60, false)] {
        app.advance(SignedDuration::from_mins(minutes));
        launch(&app).await.context();
        assert_eq!(kid(&app) == old, same, "after {minutes} more minutes");
    }
}

/// Keys replaced at once are known to the EHR after it refetches the key set, within five minutes.
#[actix_web::test]
async fn accepts_replaced_keys_once_the_ehr_refetched_them() {
    let app = TestApp::setup().keys().start().await;
    launch(&app).await.context();
    app.advance(SignedDuration::from_secs(1));
    rotate(&app, true).await;
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    app.advance(SignedDuration::from_mins(5));
    launch(&app).await.context();
}

/// T03, REG-06, REG-08: an assertion for one EHR is refused at another.
#[actix_web::test]
async fn sends_assertions_that_another_ehr_refuses() {
    let app = TestApp::setup().keys().second_ehr().start().await;
    launch(&app).await.context();
    app.browser().launch(app.other_ehr(), "zoe", "ngozi-okafor").await.context();
    let (one, other) = (&app.ehr().token_requests()[0], &app.other_ehr().token_requests()[0]);
    assert_ne!(assertion(one, 0)["kid"], assertion(other, 0)["kid"]);
    for claim in ["iss", "sub", "aud"] {
        assert_ne!(assertion(one, 1)[claim], assertion(other, 1)[claim], "{claim}");
    }
}
