//! Proving ourselves with a signed assertion, at an EHR that checks every word of it.

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

/// A part of the assertion of a request: 0 the header, 1 the claims.
fn assertion(request: &Recorded, part: usize) -> Value {
    let form = request.form();
    let (_, assertion) = form.iter().find(|(name, _)| name == "client_assertion").expect("an assertion");
    let part = assertion.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// CAU-01, CAU-05, CAU-08, CAU-09, CAU-14, TRQ-06: the assertion proves us, and nothing else is sent beside it.
#[actix_web::test]
async fn a_launch_is_proven_with_an_assertion_and_nothing_else() {
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

/// CAU-02, CAU-10: an EHR that takes one algorithm only gets that one.
#[actix_web::test]
async fn the_algorithm_is_the_one_the_ehr_takes() {
    for (fault, alg) in [(Fault::DiscoveryOnlyRs384, "RS384"), (Fault::DiscoveryOnlyEs384, "ES384")] {
        let app = TestApp::setup().keys().start().await;
        app.ehr().set_fault(Some(fault));
        launch(&app).await.context();
        assert_eq!(assertion(&app.ehr().token_requests()[0], 0)["alg"], alg);
    }
}

/// DSC-12, CAU-07: what an EHR lists never changes how we prove ourselves; nobody is sent there, and no secret is.
#[actix_web::test]
async fn refuses_to_prove_itself_in_another_way_than_agreed_on() {
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

/// CAU-14: an EHR that wants its issuer in `aud` gets it, where that was agreed on.
#[actix_web::test]
async fn the_audience_is_the_issuer_only_where_that_was_agreed_on() {
    let mut app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::TokenAssertionAudienceIsIssuer));
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    let issuer = app.ehr().issuer();
    app.register_again(move |ehr| ehr.assertion_audience = Some(issuer.clone())).await;
    launch(&app).await.context();
}

/// TRQ-06: `client_id` in the body only for an EHR that insists, where that was agreed on; with a secret as with keys.
#[actix_web::test]
async fn the_client_id_is_in_the_body_only_where_that_was_agreed_on() {
    for setup in [TestApp::setup(), TestApp::setup().keys()] {
        let mut app = setup.start().await;
        app.ehr().set_fault(Some(Fault::TokenWantsClientIdInBody));
        launch(&app).await.last().assert_says(ErrorKind::SigninFailed);
        app.register_again(|ehr| ehr.client_id_in_body = true).await;
        launch(&app).await.context();
    }
}

/// REV-01, RFR-01, T03: a refresh has an assertion of its own, and one for revoking names that address.
#[actix_web::test]
async fn every_assertion_is_for_the_address_it_is_sent_to() {
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
    app.within(async move |app| run_client_keys(&app.office(), command).await.unwrap()).await;
    app.refresh().await;
}

/// JWK-05: an EHR that keeps what we publish as long as we say never meets a key it does not know.
#[actix_web::test]
async fn no_launch_fails_while_keys_are_rotated() {
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

/// Keys that were replaced at once are known to the EHR when it asks again, after five minutes.
#[actix_web::test]
async fn replaced_keys_are_taken_when_the_ehr_has_asked_again() {
    let app = TestApp::setup().keys().start().await;
    launch(&app).await.context();
    app.advance(SignedDuration::from_secs(1));
    rotate(&app, true).await;
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    app.advance(SignedDuration::from_mins(5));
    launch(&app).await.context();
}

/// T03, REG-06, REG-08: what one EHR gets from us is worth nothing at another.
#[actix_web::test]
async fn an_assertion_for_one_ehr_is_refused_at_another() {
    let app = TestApp::setup().keys().second_ehr().start().await;
    launch(&app).await.context();
    app.browser().launch(app.other_ehr(), "zoe", "ngozi-okafor").await.context();
    let (one, other) = (&app.ehr().token_requests()[0], &app.other_ehr().token_requests()[0]);
    assert_ne!(assertion(one, 0)["kid"], assertion(other, 0)["kid"]);
    for claim in ["iss", "sub", "aud"] {
        assert_ne!(assertion(one, 1)[claim], assertion(other, 1)[claim], "{claim}");
    }
}
