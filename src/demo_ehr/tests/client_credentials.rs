//! Tests of backend services: a client gets a token for itself and reads the charts of all patients.

use jiff::SignedDuration;
use serde_json::json;

use super::keyed_client::{KEYED_ID, assertion, es384, post_asserted};
use super::support::{Answer, Bench, CLIENT_ID, SECRET, access_token, bench};

async fn ask(bench: &Bench, scope: &str) -> Answer {
    let form = [("grant_type", "client_credentials"), ("scope", scope)];
    post_asserted(bench, "/auth/token", &assertion(bench, &[], &[]), &form).await
}

#[actix_web::test]
async fn issues_a_short_lived_access_token_only_to_a_backend_service() {
    let bench = bench().await;
    let form = [("grant_type", "client_credentials"), ("scope", "system/Patient.rs system/Task.cruds")];
    let answer = post_asserted(&bench, "/auth/token", &es384(&bench, &[]), &form).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let tokens = answer.json();
    let names: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "token_type", "expires_in", "scope"]);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(300)));
    let token = access_token(&tokens);
    bench.clock.advance(SignedDuration::from_secs(299));
    assert_eq!(bench.fhir("Patient/eleonore", token).await.status, 200);
    bench.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(bench.fhir("Patient/eleonore", token).await.status, 401);
}

#[actix_web::test]
async fn system_scopes_permit_all_charts_for_the_named_types() {
    let bench = bench().await;
    for scope in ["system/Patient.rs system/Condition.rs", "system/*.read", "system/*.rs"] {
        let tokens = ask(&bench, scope).await.json();
        assert_eq!(tokens["scope"], scope);
        let token = access_token(&tokens);
        for patient in ["eleonore", "marc-andre"] {
            assert_eq!(bench.fhir(&format!("Patient/{patient}"), token).await.status, 200, "{scope}");
            let found = bench.fhir(&format!("Condition?patient={patient}"), token).await.json();
            assert!(found["total"].as_u64() > Some(0), "{scope}");
        }
        assert!(bench.fhir("Patient", token).await.json()["total"].as_u64() > Some(10), "{scope}");
    }
    let tokens = ask(&bench, "system/Patient.r").await.json();
    assert_eq!(bench.fhir("Patient", access_token(&tokens)).await.status, 403, "reading is not searching");
    assert_eq!(bench.fhir("Condition/eleonore-diabetes", access_token(&tokens)).await.status, 403);
}

#[actix_web::test]
async fn refuses_scopes_that_need_a_signed_in_user() {
    let bench = bench().await;
    for scope in [
        "",
        "patient/Patient.rs",
        "system/Patient.rs user/Patient.rs",
        "system/Patient.rs openid",
        "system/Patient.rs launch",
        "system/Spaceship.rs",
        "system/Patient.sr",
    ] {
        let answer = ask(&bench, scope).await;
        assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("invalid_scope")), "{scope}");
    }
    let some = ask(&bench, "system/Spaceship.rs system/Patient.rs system/Patient.rs").await.json();
    assert_eq!(some["scope"], "system/Patient.rs", "unknown scopes are dropped, as for a clinician");
}

#[actix_web::test]
async fn refuses_client_credentials_without_a_key() {
    let bench = bench().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "system/Patient.rs"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
    ];
    let answer = bench.post("/auth/token", &form).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("unauthorized_client")));
    let form =
        [("grant_type", "client_credentials"), ("scope", "system/Patient.rs"), ("client_id", KEYED_ID)];
    assert_eq!(bench.post("/auth/token", &form).await.status, 401);
}

#[actix_web::test]
async fn advertises_client_credentials() {
    let document = bench().await.get("/fhir/.well-known/smart-configuration").await.json();
    assert_eq!(
        document["grant_types_supported"],
        json!(["authorization_code", "refresh_token", "client_credentials"])
    );
    for method in ["private_key_jwt", "client_secret_basic"] {
        assert!(
            document["token_endpoint_auth_methods_supported"].as_array().unwrap().contains(&json!(method)),
            "{method}"
        );
    }
    assert!(document["capabilities"].as_array().unwrap().contains(&json!("client-confidential-asymmetric")));
}
