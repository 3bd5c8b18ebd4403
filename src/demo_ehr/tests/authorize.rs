//! Tests of the authorization endpoint: accepted and refused requests, and the recipient of each refusal.

use actix_web::http::header;
use actix_web::test::TestRequest;
use jiff::SignedDuration;

use super::support::{CLIENT_ID, REDIRECT_URI, SCOPE, VERIFIER, bench, challenge, encoded};
use crate::demo_ehr::Fault;

#[actix_web::test]
async fn returns_code_and_state_to_the_registered_redirect_uri() {
    let bench = bench().await;
    let answer = bench.authorize(&[]).await;
    assert_eq!(answer.status, 302);
    assert!(answer.header("location").starts_with(&format!("{REDIRECT_URI}?code=")));
    assert_eq!(answer.returned("state").unwrap(), "state-1");
    assert_eq!(answer.returned("code").unwrap().len(), 43);
    assert_eq!(answer.returned("iss"), None, "RFC 9207 is not advertised");
}

#[actix_web::test]
async fn accepts_an_authorization_request_as_a_form() {
    let bench = bench().await;
    let launch = bench.ehr.new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let (challenge, aud) = (challenge(VERIFIER), bench.ehr.fhir_base_url());
    let form = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", REDIRECT_URI),
        ("launch", launch.as_str()),
        ("scope", SCOPE),
        ("state", "posted"),
        ("aud", aud.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    let answer = bench.post("/auth/authorize", &form).await;
    assert_eq!(answer.returned("state").unwrap(), "posted");
    assert!(answer.returned("code").is_some());
    let json = TestRequest::post().uri("/auth/authorize").set_payload(encoded(&form));
    let refused = bench.send(json.insert_header((header::CONTENT_TYPE, "application/json"))).await;
    assert_eq!(refused.status, 400);
}

#[actix_web::test]
async fn shows_a_page_without_redirect_for_an_unknown_client_or_uri() {
    let bench = bench().await;
    for change in [
        ("client_id", "stranger"),
        ("client_id", ""),
        ("redirect_uri", "http://evil.test/callback"),
        ("redirect_uri", "http://app.test/callback/demo/"),
        ("redirect_uri", "http://app.test/callback/demo?x=1"),
        ("redirect_uri", "HTTP://app.test/callback/demo"),
        ("redirect_uri", ""),
    ] {
        let answer = bench.authorize(&[change]).await;
        assert_eq!(answer.status, 400, "{change:?}");
        assert_eq!(answer.header("location"), "", "{change:?}");
    }
}

#[actix_web::test]
async fn redirects_invalid_requests_with_an_error() {
    let bench = bench().await;
    for (change, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("state", ""), "invalid_request"),
        (("aud", ""), "invalid_request"),
        (("aud", "http://ehr.test/fhirs"), "invalid_request"),
        (("aud", "http://ehr.test/auth"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("launch", "never-minted"), "invalid_request"),
        (("launch", ""), "invalid_request"),
        (("scope", ""), "invalid_request"),
        (("scope", "system/*.rs patient/Spaceship.rs"), "invalid_scope"),
    ] {
        let answer = bench.authorize(&[change]).await;
        assert_eq!(answer.returned("error").as_deref(), Some(error), "{change:?}");
        assert_eq!(answer.returned("code"), None, "{change:?}");
        let state = if change.0 == "state" { None } else { Some("state-1".to_owned()) };
        assert_eq!(answer.returned("state"), state, "{change:?}");
    }
}

#[actix_web::test]
async fn accepts_aud_with_a_trailing_slash() {
    let bench = bench().await;
    assert!(bench.authorize(&[("aud", "http://ehr.test/fhir/")]).await.returned("code").is_some());
}

#[actix_web::test]
async fn refuses_a_repeated_parameter() {
    let bench = bench().await;
    let launch = bench.ehr.new_launch("ngozi-okafor", None, None, None);
    let answer = bench.authorize_launch(&launch, &[("state", "one"), ("state", "two")]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("invalid_request"));
    let answer = bench.authorize_launch(&launch, &[("client_id", CLIENT_ID), ("client_id", CLIENT_ID)]).await;
    assert_eq!((answer.status, answer.header("location")), (400, ""));
}

#[actix_web::test]
async fn refuses_a_launch_after_five_minutes() {
    let bench = bench().await;
    let launch = bench.ehr.new_launch("ngozi-okafor", Some("eleonore"), None, None);
    bench.clock.advance(SignedDuration::from_secs(299));
    assert!(bench.authorize_launch(&launch, &[]).await.returned("code").is_some());
    bench.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(
        bench.authorize_launch(&launch, &[]).await.returned("error").as_deref(),
        Some("invalid_request")
    );
}

#[actix_web::test]
async fn refuses_a_launch_by_an_unknown_user() {
    let bench = bench().await;
    let launch = bench.ehr.new_launch("doctor-who", Some("eleonore"), None, None);
    assert_eq!(
        bench.authorize_launch(&launch, &[]).await.returned("error").as_deref(),
        Some("access_denied")
    );
}

#[actix_web::test]
async fn applies_every_fault_of_the_callback() {
    let bench = bench().await;
    let pairs = |fault: Fault| {
        let bench = &bench;
        async move {
            bench.ehr.set_fault(Some(fault));
            let pairs: Vec<(String, String)> =
                bench.authorize(&[]).await.location().query_pairs().into_owned().collect();
            pairs
        }
    };
    let value = |pairs: &[(String, String)], name: &str| {
        pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    for (fault, error) in [
        (Fault::AuthorizeAccessDenied, "access_denied"),
        (Fault::AuthorizeInvalidScope, "invalid_scope"),
        (Fault::AuthorizeUnknownError, "invalid_user"),
        (Fault::AuthorizeErrorDescriptionHtml, "server_error"),
        (Fault::AuthorizeErrorWithoutState, "invalid_request"),
    ] {
        let pairs = pairs(fault).await;
        assert_eq!(value(&pairs, "error"), [error], "{fault:?}");
        assert!(value(&pairs, "code").is_empty(), "{fault:?}");
        assert_eq!(
            value(&pairs, "state").is_empty(),
            fault == Fault::AuthorizeErrorWithoutState,
            "{fault:?}"
        );
    }
    assert!(
        value(&pairs(Fault::AuthorizeErrorDescriptionHtml).await, "error_description")[0]
            .contains("<script>")
    );
    assert!(value(&pairs(Fault::AuthorizeMissingState).await, "state").is_empty());
    assert_eq!(value(&pairs(Fault::AuthorizeWrongState).await, "state"), ["state-A"]);
    assert_eq!(value(&pairs(Fault::AuthorizeDuplicateState).await, "state"), ["state-1", "state-A"]);
    assert_eq!(value(&pairs(Fault::AuthorizeDuplicateCode).await, "code").len(), 2);
    let both = pairs(Fault::AuthorizeCodeAndError).await;
    assert_eq!((value(&both, "code").len(), value(&both, "error").len()), (1, 1));
    assert_eq!(pairs(Fault::AuthorizeNeitherCodeNorError).await.len(), 1);
    assert_eq!(value(&pairs(Fault::AuthorizeWrongIss).await, "iss"), ["http://ehr.test/auth/another"]);
    assert_eq!(value(&pairs(Fault::AuthorizeCorrectIss).await, "iss"), ["http://ehr.test/auth"]);
    assert_eq!(value(&pairs(Fault::AuthorizeExtraParameters).await, "session_state").len(), 1);
}

#[actix_web::test]
async fn exchanges_a_long_code_with_special_characters() {
    let bench = bench().await;
    bench.ehr.set_fault(Some(Fault::AuthorizeLongCode));
    let code = bench.code(&[]).await;
    assert!(code.len() > 4096 && code.contains('+') && code.contains('é'));
    assert_eq!(bench.exchange(&code, &[]).await.status, 200);
}
