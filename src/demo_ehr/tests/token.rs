//! Tests of the token endpoint: code exchange, client authentication, refresh, introspection, revocation.

use actix_web::http::header;
use actix_web::test::TestRequest;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::SignedDuration;
use serde_json::json;

use super::support::{CLIENT_ID, REDIRECT_URI, SCOPE, SECRET, VERIFIER, access_token, basic, bench, encoded};
use crate::demo_ehr::Fault;

fn token_request(form: &[(&str, &str)]) -> TestRequest {
    TestRequest::post()
        .uri("/auth/token")
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(encoded(form))
}

#[actix_web::test]
async fn exchanges_a_code_for_tokens_and_context() {
    let bench = bench().await;
    let code = bench.code(&[]).await;
    let answer = bench.exchange(&code, &[]).await;
    assert_eq!(
        (answer.status, answer.header("cache-control"), answer.header("pragma")),
        (200, "no-store", "no-cache")
    );
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], SCOPE.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!((&tokens["patient"], &tokens["encounter"]), (&json!("eleonore"), &json!("eleonore-visit")));
    assert_eq!((&tokens["intent"], &tokens["need_patient_banner"]), (&json!("order"), &json!(true)));
    assert_eq!(
        tokens["fhirContext"],
        json!([{"reference": "Organization/rideau-fht", "type": "Organization"}])
    );
    assert!(tokens["id_token"].is_string() && tokens["refresh_token"].is_string());
}

#[actix_web::test]
async fn refuses_a_used_code_and_revokes_its_tokens() {
    let bench = bench().await;
    let code = bench.code(&[]).await;
    let tokens = bench.exchange(&code, &[]).await.json();
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 200);
    let again = bench.exchange(&code, &[]).await;
    assert_eq!((again.status, again.json()["error"].as_str()), (400, Some("invalid_grant")));
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 401);
    assert_eq!(bench.refresh(tokens["refresh_token"].as_str().unwrap()).await.status, 400);
}

#[actix_web::test]
async fn refuses_a_verifier_or_uri_that_does_not_fit_the_code() {
    let bench = bench().await;
    for (change, error) in [
        (("code_verifier", "AAAAftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "invalid_grant"),
        (("code_verifier", ""), "invalid_request"),
        (("redirect_uri", "http://app.test/other"), "invalid_grant"),
        (("redirect_uri", ""), "invalid_request"),
        (("code", "unknown"), "invalid_grant"),
        (("code", ""), "invalid_request"),
        (("grant_type", "password"), "unsupported_grant_type"),
        (("grant_type", ""), "invalid_request"),
    ] {
        let code = bench.code(&[]).await;
        let answer = bench.exchange(&code, &[change]).await;
        assert_eq!((answer.status, answer.json()["error"].as_str()), (400, Some(error)), "{change:?}");
    }
}

#[actix_web::test]
async fn refuses_a_verifier_that_is_the_challenge() {
    let bench = bench().await;
    let plain = [("code_challenge", VERIFIER)];
    let code = bench.code(&plain).await;
    assert_eq!(bench.exchange(&code, &[]).await.json()["error"], "invalid_grant");
}

#[actix_web::test]
async fn refuses_an_expired_code() {
    let bench = bench().await;
    let (early, late) = (bench.code(&[]).await, bench.code(&[]).await);
    bench.clock.advance(SignedDuration::from_secs(59));
    assert_eq!(bench.exchange(&early, &[]).await.status, 200);
    bench.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(bench.exchange(&late, &[]).await.json()["error"], "invalid_grant");
}

#[actix_web::test]
async fn refuses_a_code_of_another_client() {
    let bench = bench().await;
    let code = bench.code(&[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let request =
        token_request(&form).insert_header((header::AUTHORIZATION, basic("other-app", "other-secret")));
    assert_eq!(bench.send(request).await.json()["error"], "invalid_grant");
    assert_eq!(
        bench.exchange(&code, &[]).await.status,
        200,
        "the attempt of another client does not use up the code"
    );
}

#[actix_web::test]
async fn refuses_failed_client_authentication() {
    let bench = bench().await;
    let raw = format!("Basic {}", STANDARD.encode(format!("{CLIENT_ID}:{SECRET}")));
    for authorization in [
        basic(CLIENT_ID, "wrong"),
        basic(CLIENT_ID, ""),
        basic("stranger", SECRET),
        basic("other-app", SECRET),
        raw,
        "Basic ???".to_owned(),
        "Bearer abc".to_owned(),
    ] {
        let form = [("grant_type", "authorization_code"), ("code", "x")];
        let request = token_request(&form).insert_header((header::AUTHORIZATION, authorization.as_str()));
        let answer = bench.send(request).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (401, Some("invalid_client")),
            "{authorization}"
        );
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
    let answer = bench.send(token_request(&[("grant_type", "authorization_code"), ("code", "x")])).await;
    assert_eq!(answer.status, 401);
}

#[actix_web::test]
async fn accepts_the_secret_in_the_body_but_not_also_in_the_header() {
    let bench = bench().await;
    let code = bench.code(&[]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
    ];
    let twice = token_request(&form).insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)));
    assert_eq!(bench.send(twice).await.json()["error"], "invalid_request");
    assert_eq!(bench.send(token_request(&form)).await.status, 200);
}

#[actix_web::test]
async fn refuses_json_and_repeated_parameters() {
    let bench = bench().await;
    let json = TestRequest::post()
        .uri("/auth/token")
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))
        .set_payload(r#"{"grant_type":"authorization_code"}"#);
    assert_eq!(bench.send(json).await.json()["error"], "invalid_request");
    let code = bench.code(&[]).await;
    let answer = bench.exchange(&code, &[("code", &code), ("code", "other")]).await;
    assert_eq!(answer.json()["error"], "invalid_request");
}

#[actix_web::test]
async fn sends_context_only_for_requested_scopes() {
    let bench = bench().await;
    let tokens = bench.tokens("openid fhirUser patient/*.read").await;
    assert!(tokens.get("patient").is_none() && tokens.get("encounter").is_none());
    let tokens = bench.tokens("launch patient/*.read").await;
    assert_eq!(tokens["patient"], "eleonore");
    assert!(tokens.get("id_token").is_none(), "openid was not requested");
    assert!(tokens.get("refresh_token").is_none(), "neither online_access nor offline_access was requested");
}

#[actix_web::test]
async fn rotates_refresh_tokens_and_revokes_the_family_on_reuse() {
    let bench = bench().await;
    let first = bench.tokens(SCOPE).await;
    let first_refresh = first["refresh_token"].as_str().unwrap();
    let second = bench.refresh(first_refresh).await;
    assert_eq!(second.status, 200);
    let second = second.json();
    assert_eq!(second["patient"], "eleonore");
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&second)).await.status, 200);
    assert_eq!(bench.refresh(first_refresh).await.json()["error"], "invalid_grant");
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&second)).await.status, 401);
    assert_eq!(bench.refresh(second["refresh_token"].as_str().unwrap()).await.status, 400);
}

#[actix_web::test]
async fn revokes_all_tokens_when_the_ehr_session_ends() {
    let bench = bench().await;
    let tokens = bench.tokens(SCOPE).await;
    bench.ehr.revoke_all_tokens();
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 401);
    assert_eq!(
        bench.refresh(tokens["refresh_token"].as_str().unwrap()).await.json()["error"],
        "invalid_grant"
    );
}

#[actix_web::test]
async fn introspects_and_revokes_only_for_the_client_of_the_token() {
    let bench = bench().await;
    let tokens = bench.tokens(SCOPE).await;
    let ask = async |path: &str, id: &str, secret: &str, token: &str| {
        let request = TestRequest::post()
            .uri(path)
            .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .insert_header((header::AUTHORIZATION, basic(id, secret)))
            .set_payload(encoded(&[("token", token)]));
        bench.send(request).await
    };
    let token = access_token(&tokens);
    let about = ask("/auth/introspect", CLIENT_ID, SECRET, token).await.json();
    assert_eq!((&about["active"], &about["patient"]), (&json!(true), &json!("eleonore")));
    assert_eq!(
        ask("/auth/introspect", "other-app", "other-secret", token).await.json(),
        json!({"active": false})
    );
    assert_eq!(ask("/auth/introspect", CLIENT_ID, "wrong", token).await.status, 401);

    assert_eq!(ask("/auth/revoke", "other-app", "other-secret", token).await.status, 200);
    assert_eq!(
        bench.fhir("Patient/eleonore", token).await.status,
        200,
        "a client cannot revoke a token of another client"
    );
    let refresh_token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(ask("/auth/revoke", CLIENT_ID, SECRET, refresh_token).await.status, 200);
    assert_eq!(bench.fhir("Patient/eleonore", token).await.status, 401);
    assert_eq!(ask("/auth/introspect", CLIENT_ID, SECRET, token).await.json(), json!({"active": false}));
}

#[actix_web::test]
async fn sends_a_patient_to_a_standalone_launch_only_on_request() {
    let bench = bench().await;
    let answer =
        bench.authorize(&[("launch", ""), ("scope", "openid fhirUser launch/patient patient/*.rs")]).await;
    let tokens = bench.exchange(&answer.returned("code").unwrap(), &[]).await.json();
    assert_eq!(tokens["patient"], "eleonore");
    let answer = bench.authorize(&[("launch", ""), ("scope", "openid fhirUser user/*.rs")]).await;
    let tokens = bench.exchange(&answer.returned("code").unwrap(), &[]).await.json();
    assert!(tokens.get("patient").is_none());
}

#[actix_web::test]
async fn ignores_pkce_for_its_fault() {
    let bench = bench().await;
    bench.ehr.set_fault(Some(Fault::TokenIgnoresPkce));
    let code = bench.code(&[]).await;
    assert_eq!(bench.exchange(&code, &[("code_verifier", "")]).await.status, 200);
}

#[actix_web::test]
async fn lists_issued_secrets_in_order() {
    let bench = bench().await;
    let launch = bench.ehr.new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let code = bench.authorize_launch(&launch, &[]).await.returned("code").unwrap();
    let mut expected = vec![launch, code.clone()];
    let mut answer = bench.exchange(&code, &[]).await.json();
    for names in [&["access_token", "refresh_token", "id_token"][..], &["access_token", "refresh_token"]] {
        expected.extend(names.iter().map(|name| answer[name].as_str().unwrap().to_owned()));
        answer = bench.refresh(answer["refresh_token"].as_str().unwrap()).await.json();
    }
    assert_eq!(bench.ehr.issued_secrets()[..7], expected);
    bench.ehr.set_fault(Some(Fault::TokenAccessTokenWithCrlf));
    bench.tokens(SCOPE).await;
    assert!(bench.ehr.issued_secrets().iter().any(|token| token.starts_with("abc\r\n")));
}
