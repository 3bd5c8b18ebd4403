//! Tests of the discovery documents, with and without faults.

use actix_web::http::header;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::support::{Bench, bench};
use crate::demo_ehr::Fault;

const SMART: &str = "/fhir/.well-known/smart-configuration";

async fn played(bench: &Bench, fault: Fault) -> Value {
    bench.ehr.set_fault(Some(fault));
    bench.get(SMART).await.json()
}

#[actix_web::test]
async fn advertises_endpoints_that_respond() {
    let bench = bench().await;
    let answer = bench.get(SMART).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let document = answer.json();
    assert_eq!(document["issuer"], bench.ehr.issuer());
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    for (name, expected) in [
        ("authorization_endpoint", "/auth/authorize"),
        ("token_endpoint", "/auth/token"),
        ("jwks_uri", "/auth/jwks.json"),
        ("introspection_endpoint", "/auth/introspect"),
        ("revocation_endpoint", "/auth/revoke"),
    ] {
        assert_eq!(document[name], format!("http://ehr.test{expected}"));
        let (got, posted) = (bench.get(expected).await.status, bench.post(expected, &[]).await.status);
        assert!(got != 404 || posted != 404, "{name}");
    }
    let openid = bench.get("/auth/.well-known/openid-configuration").await.json();
    assert_eq!((&openid["issuer"], &openid["jwks_uri"]), (&document["issuer"], &document["jwks_uri"]));
}

#[actix_web::test]
async fn advertises_the_same_endpoints_in_the_capability_statement() {
    let bench = bench().await;
    let statement = bench.get("/fhir/metadata").await.json();
    assert_eq!(statement["fhirVersion"], "4.0.1");
    let uris = &statement["rest"][0]["security"]["extension"][0]["extension"];
    assert_eq!(uris[0], json!({"url": "authorize", "valueUri": "http://ehr.test/auth/authorize"}));
    assert_eq!(uris[1], json!({"url": "token", "valueUri": "http://ehr.test/auth/token"}));
}

#[actix_web::test]
async fn applies_each_fault_of_smart_configuration_alone() {
    let bench = bench().await;
    bench.ehr.set_canary("https://canary.test/");
    for (fault, name, expected) in [
        (Fault::DiscoveryIssuerDiffers, "issuer", json!("http://ehr.test/auth/another")),
        (Fault::DiscoveryTokenEndpointOnForeignHost, "token_endpoint", json!("https://canary.test/token")),
        (Fault::DiscoveryTokenEndpointWithFragment, "token_endpoint", json!("http://ehr.test/auth/token#x")),
        (
            Fault::DiscoveryAuthorizeEndpointOnForeignHost,
            "authorization_endpoint",
            json!("https://canary.test/authorize"),
        ),
        (
            Fault::DiscoveryAuthorizeEndpointJavascript,
            "authorization_endpoint",
            json!("javascript:alert('demo-ehr')"),
        ),
        (Fault::DiscoveryJwksUriOnForeignHost, "jwks_uri", json!("https://canary.test/jwks.json")),
        (Fault::DiscoveryPlainPkceOnly, "code_challenge_methods_supported", json!(["plain"])),
        (Fault::DiscoveryRelativeEndpoints, "token_endpoint", json!("/auth/token")),
        (Fault::DiscoveryWrongTypes, "token_endpoint", json!(5)),
        (Fault::DiscoveryIssPromised, "authorization_response_iss_parameter_supported", json!(true)),
    ] {
        assert_eq!(played(&bench, fault).await[name], expected, "{fault:?}");
    }
    assert_eq!(played(&bench, Fault::DiscoveryMinimal).await.as_object().unwrap().len(), 2);
    assert!(played(&bench, Fault::DiscoveryTokenEndpointMissing).await.get("token_endpoint").is_none());
    assert!(played(&bench, Fault::DiscoveryNotAnObject).await.is_array());
    bench.ehr.set_fault(None);
    assert_eq!(bench.get(SMART).await.json()["token_endpoint"], "http://ehr.test/auth/token");
}

#[actix_web::test]
async fn applies_faults_that_replace_the_document() {
    let bench = bench().await;
    let answer = async |fault| {
        bench.ehr.set_fault(Some(fault));
        bench.get(SMART).await
    };
    assert_eq!(answer(Fault::DiscoveryNotFound).await.status, 404);
    assert_eq!(answer(Fault::DiscoveryServerError).await.status, 500);
    assert!(answer(Fault::DiscoveryHtml).await.header("content-type").starts_with("text/html"));
    let redirect = answer(Fault::DiscoveryRedirectToCanary).await;
    assert_eq!((redirect.status, redirect.location().host_str()), (302, Some("canary.invalid")));
    assert!(serde_json::from_slice::<Value>(&answer(Fault::DiscoveryTruncated).await.body).is_err());
    assert!(answer(Fault::DiscoveryHugeBody).await.body.len() > 2 * 1024 * 1024);
    assert!(answer(Fault::DiscoveryDeepNesting).await.text().contains(&"[".repeat(100_000)));
    assert_eq!(answer(Fault::DiscoveryDuplicateIssuer).await.text().matches("\"issuer\"").count(), 2);
    assert_eq!(answer(Fault::DiscoveryAsFhirJson).await.header("content-type"), "application/fhir+json");
}

#[actix_web::test]
async fn answers_304_for_a_current_copy() {
    let bench = bench().await;
    let ask = async |path: &str, tag: &str| {
        bench.send(TestRequest::get().uri(path).insert_header((header::IF_NONE_MATCH, tag))).await
    };
    let openid = "/auth/.well-known/openid-configuration";
    for path in [SMART, openid, "/auth/jwks.json", "/assets/smart-style.json"] {
        let first = bench.get(path).await;
        let tag = first.header("etag");
        assert_eq!((first.status, first.header("cache-control")), (200, "max-age=300"), "{path}");
        assert!(tag.len() > 10 && tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        for known in [tag.to_owned(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = ask(path, &known).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {known}");
            assert_eq!((again.header("etag"), again.header("cache-control")), (tag, "max-age=300"), "{path}");
        }
        assert_eq!(ask(path, "\"other\"").await.body, first.body, "{path}");
    }
}

#[actix_web::test]
async fn changes_the_etag_of_a_changed_document() {
    let bench = bench().await;
    let tag = async |path: &str| bench.get(path).await.header("etag").to_owned();
    let (document, keys) = (tag(SMART).await, tag("/auth/jwks.json").await);
    bench.ehr.rotate_keys().unwrap();
    assert_eq!(tag(SMART).await, document);
    assert_ne!(tag("/auth/jwks.json").await, keys);
    bench.ehr.set_fault(Some(Fault::DiscoveryMinimal));
    assert_ne!(tag(SMART).await, document);
}

#[actix_web::test]
async fn sends_a_small_valid_gzip_bomb() {
    let bench = bench().await;
    bench.ehr.set_fault(Some(Fault::DiscoveryGzipBomb));
    let answer = bench.get(SMART).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(
        answer.body.starts_with(&[0x1f, 0x8b, 8]) && answer.body.len() < 72 * 1024,
        "{}",
        answer.body.len()
    );
    let length = u32::from_le_bytes(*answer.body.last_chunk().unwrap());
    assert!(length > 10 * 1024 * 1024, "{length}");
}
