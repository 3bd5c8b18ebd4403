//! Tests of updates: scopes, versions, concurrent changes.

use actix_web::http::header;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use super::keyed_client::{assertion, post_asserted};
use super::support::{Bench, access_token, bench};
use crate::demo_ehr::Fault;

const WRITING: &str = "launch patient/ServiceRequest.rus patient/Task.cruds";

async fn token(bench: &Bench, scope: &str) -> String {
    access_token(&bench.tokens(scope).await).to_owned()
}

fn request_of(patient: &str, id: &str, status: &str) -> Value {
    json!({"resourceType": "ServiceRequest", "id": id, "status": status, "intent": "order",
        "subject": {"reference": format!("Patient/{patient}")}})
}

fn task() -> Value {
    json!({"resourceType": "Task", "id": "referral-1", "status": "requested", "intent": "order",
        "for": {"reference": "http://ehr.test/fhir/Patient/eleonore"},
        "focus": {"reference": "ServiceRequest/eleonore-request"}})
}

#[actix_web::test]
async fn updates_an_order_and_reads_the_new_version() {
    let bench = bench().await;
    let token = token(&bench, WRITING).await;
    let before = bench.fhir("ServiceRequest/eleonore-request", &token).await;
    assert_eq!((before.status, before.header("etag")), (200, "W/\"1\""));
    let mut order = before.json();
    order["status"] = json!("completed");
    let answer = bench.put("ServiceRequest/eleonore-request", &token, "W/\"1\"", &order).await;
    assert_eq!((answer.status, answer.header("etag")), (200, "W/\"2\""));
    assert_eq!(answer.json()["meta"], json!({"versionId": "2", "lastUpdated": "2026-09-14T13:30:00Z"}));
    let after = bench.fhir("ServiceRequest/eleonore-request", &token).await;
    assert_eq!((after.json(), after.header("etag")), (answer.json(), "W/\"2\""));
    for (status, total) in [("completed", 1), ("active", 0)] {
        let query = format!("ServiceRequest?patient=eleonore&status={status}");
        assert_eq!(bench.fhir(&query, &token).await.json()["total"], total, "{status}");
    }
}

#[actix_web::test]
async fn creates_a_task_and_finds_it_by_its_focus() {
    let bench = bench().await;
    let token = token(&bench, WRITING).await;
    assert_eq!(bench.fhir("Task?patient=eleonore", &token).await.json()["total"], 0);
    let answer = bench.put("Task/referral-1", &token, "", &task()).await;
    assert_eq!((answer.status, answer.header("etag")), (201, "W/\"1\""));
    assert_eq!(answer.header("location"), "http://ehr.test/fhir/Task/referral-1/_history/1");
    assert_eq!(
        answer.json()["for"]["reference"],
        "Patient/eleonore",
        "references to this server are relative"
    );
    for query in [
        "Task?patient=eleonore",
        "Task?patient=eleonore&status=requested",
        "Task?focus=ServiceRequest/eleonore-request",
        "Task?_id=referral-1",
    ] {
        let found = bench.fhir(query, &token).await.json();
        assert_eq!(found["entry"][0]["resource"], answer.json(), "{query}");
    }
    assert_eq!(bench.fhir("Task?status=completed", &token).await.json()["total"], 0);
    assert_eq!(bench.put("Task/referral-1", &token, "", &task()).await.header("etag"), "W/\"2\"");
}

#[actix_web::test]
async fn refuses_an_update_of_an_outdated_version() {
    let bench = bench().await;
    let token = token(&bench, WRITING).await;
    let order = request_of("eleonore", "eleonore-request", "on-hold");
    let put = async |if_match: &str| {
        bench.put("ServiceRequest/eleonore-request", &token, if_match, &order).await.status
    };
    assert_eq!(put("W/\"2\"").await, 412);
    assert_eq!(put("W/\"1\"").await, 200);
    assert_eq!(put("W/\"1\"").await, 412);
    assert_eq!(put("\"2\"").await, 200, "a strong ETag is accepted");
    assert_eq!(put("W/\"1\", W/\"3\"").await, 200);
    assert_eq!(put("*").await, 200);
    assert_eq!(
        bench.put("Task/referral-1", &token, "*", &task()).await.status,
        412,
        "there is no version to match"
    );
    assert_eq!(bench.put("Task/referral-1", &token, "W/\"1\"", &task()).await.status, 412);
}

#[actix_web::test]
async fn refuses_an_update_without_a_write_scope() {
    let bench = bench().await;
    let order = request_of("eleonore", "eleonore-request", "completed");
    for (scope, status) in [
        ("launch patient/ServiceRequest.u", 200),
        ("launch patient/ServiceRequest.write", 200),
        ("launch patient/*.*", 200),
        ("launch user/ServiceRequest.cruds", 200),
        ("launch patient/ServiceRequest.rs", 403),
        ("launch patient/ServiceRequest.read", 403),
        ("launch patient/ServiceRequest.cd", 403),
        ("launch patient/Task.cruds", 403),
    ] {
        let token = token(&bench, scope).await;
        let answer = bench.put("ServiceRequest/eleonore-request", &token, "", &order).await;
        assert_eq!(answer.status, status, "{scope}: {}", answer.text());
    }
    assert_eq!(bench.put("ServiceRequest/eleonore-request", "nonsense", "", &order).await.status, 401);
}

#[actix_web::test]
async fn refuses_an_update_outside_the_patient_in_context() {
    let bench = bench().await;
    let order = |patient| request_of(patient, "marc-andre-request", "revoked");
    let put = async |token: &str, body: &Value| {
        bench.put("ServiceRequest/marc-andre-request", token, "", body).await.status
    };
    let own = token(&bench, WRITING).await;
    assert_eq!(put(&own, &order("marc-andre")).await, 403, "another chart");
    assert_eq!(put(&own, &order("eleonore")).await, 403, "moved from another chart");
    let nobodys = json!({"resourceType": "Task", "id": "t", "status": "draft"});
    assert_eq!(bench.put("Task/t", &own, "", &nobodys).await.status, 403, "in no chart at all");
    let all = token(&bench, "launch user/ServiceRequest.write").await;
    assert_eq!(put(&all, &order("marc-andre")).await, 200);
    let form = [("grant_type", "client_credentials"), ("scope", "system/ServiceRequest.u")];
    let server = post_asserted(&bench, "/auth/token", &assertion(&bench, &[], &[]), &form).await.json();
    assert_eq!(put(access_token(&server), &order("marc-andre")).await, 200);
}

#[actix_web::test]
async fn refuses_a_body_of_another_type_or_id() {
    let bench = bench().await;
    let token = token(&bench, "launch patient/*.cruds").await;
    for (path, body, status) in [
        ("ServiceRequest/a", request_of("eleonore", "b", "active"), 400),
        ("Task/a", request_of("eleonore", "a", "active"), 400),
        ("ServiceRequest/a_b", request_of("eleonore", "a_b", "active"), 400),
        ("ServiceRequest/a", json!(["a"]), 400),
        ("Condition/eleonore-diabetes", json!({"resourceType": "Condition"}), 405),
        ("Spaceship/1", json!({"resourceType": "Spaceship"}), 405),
    ] {
        let answer = bench.put(path, &token, "", &body).await;
        assert_eq!(
            (answer.status, &answer.json()["resourceType"]),
            (status, &json!("OperationOutcome")),
            "{path}"
        );
    }
    for (kind, body, status) in [
        ("application/fhir+json", "{", 400),
        ("text/plain", "{}", 415),
        ("application/fhir+xml", "<a/>", 415),
    ] {
        let request = TestRequest::put()
            .uri("/fhir/Task/a")
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
            .insert_header((header::CONTENT_TYPE, kind))
            .set_payload(body);
        assert_eq!(bench.send(request).await.status, status, "{kind}");
    }
}

#[actix_web::test]
async fn keeps_written_resources_per_ehr_and_none_while_unavailable() {
    let (one, other) = (bench().await, bench().await);
    let (mine, theirs) = (token(&one, WRITING).await, token(&other, WRITING).await);
    one.ehr.set_fault(Some(Fault::FhirDown));
    assert_eq!(one.put("Task/referral-1", &mine, "", &task()).await.status, 503);
    one.ehr.set_fault(None);
    assert_eq!(one.fhir("Task/referral-1", &mine).await.status, 404);
    assert_eq!(one.put("Task/referral-1", &mine, "", &task()).await.status, 201);
    assert_eq!(other.fhir("Task/referral-1", &theirs).await.status, 404);
}

#[actix_web::test]
async fn advertises_writable_types_in_the_capability_statement() {
    let statement = bench().await.get("/fhir/metadata").await.json();
    let writable = statement["rest"][0]["resource"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["interaction"].as_array().unwrap().contains(&json!({"code": "update"})));
    assert_eq!(
        writable.map(|it| it["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["ServiceRequest", "Task"]
    );
}
