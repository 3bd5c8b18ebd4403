//! Tests of reading charts: token, scopes, compartment, search.

use actix_web::http::header;
use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::Value;

use super::support::{Bench, SCOPE, access_token, bench};

async fn token(bench: &Bench, scope: &str) -> String {
    access_token(&bench.tokens(scope).await).to_owned()
}

fn ids(bundle: &Value) -> Vec<&str> {
    bundle["entry"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| it["resource"]["id"].as_str().unwrap())
        .collect()
}

#[actix_web::test]
async fn requires_a_live_bearer_token() {
    let bench = bench().await;
    let access_token = token(&bench, SCOPE).await;
    let none = bench.get("/fhir/Patient/eleonore").await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, "Bearer realm=\"Simulated EHR\""));
    assert_eq!(none.json()["resourceType"], "OperationOutcome");
    for wrong in ["nonsense", &format!("{access_token}x")] {
        let answer = bench.fhir("Patient/eleonore", wrong).await;
        assert_eq!(answer.status, 401);
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
    let basic =
        TestRequest::get().uri("/fhir/Patient/eleonore").insert_header((header::AUTHORIZATION, "Basic eDp5"));
    assert_eq!(bench.send(basic).await.status, 401);
    bench.clock.advance(SignedDuration::from_secs(3599));
    assert_eq!(bench.fhir("Patient/eleonore", &access_token).await.status, 200);
    bench.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(bench.fhir("Patient/eleonore", &access_token).await.status, 401);
}

#[actix_web::test]
async fn reads_only_the_patient_in_context() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    let answer = bench.fhir("Patient/eleonore", &token).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/fhir+json; charset=utf-8"));
    assert_eq!(answer.json()["name"][0]["family"], "Tremblay-Singh");
    for outside in ["Patient/marc-andre", "Condition/marc-andre-asthma", "Binary/marc-andre-knee-xray"] {
        assert_eq!(bench.fhir(outside, &token).await.status, 403, "{outside}");
    }
    assert_eq!(bench.fhir("Patient/unknown", &token).await.status, 404);
    assert_eq!(bench.fhir("Spaceship/1", &token).await.status, 404);
    let all = bench.fhir("Condition", &token).await.json();
    assert!(ids(&all).iter().all(|id| id.starts_with("eleonore-")), "{:?}", ids(&all));
    let others = bench.fhir("Condition?patient=marc-andre", &token).await.json();
    assert_eq!((others["total"].as_u64(), others.get("entry")), (Some(0), None));
}

#[actix_web::test]
async fn user_scopes_permit_every_patient() {
    let bench = bench().await;
    let token = token(&bench, "launch user/Patient.read user/Condition.rs").await;
    assert_eq!(bench.fhir("Patient/marc-andre", &token).await.status, 200);
    assert!(bench.fhir("Patient", &token).await.json()["total"].as_u64().unwrap() >= 10);
}

#[actix_web::test]
async fn enforces_scopes_in_both_syntaxes() {
    let bench = bench().await;
    for (scope, read, search) in [
        ("launch patient/Condition.rs", 200, 200),
        ("launch patient/Condition.r", 200, 403),
        ("launch patient/Condition.s", 403, 200),
        ("launch patient/Condition.cruds", 200, 200),
        ("launch patient/Condition.cud", 403, 403),
        ("launch patient/Condition.read", 200, 200),
        ("launch patient/Condition.write", 403, 403),
        ("launch patient/Condition.*", 200, 200),
        ("launch patient/*.read", 200, 200),
        ("launch patient/Observation.rs", 403, 403),
        ("launch openid", 403, 403),
    ] {
        let token = token(&bench, scope).await;
        assert_eq!(bench.fhir("Condition/eleonore-diabetes", &token).await.status, read, "{scope}");
        assert_eq!(bench.fhir("Condition?patient=eleonore", &token).await.status, search, "{scope}");
    }
}

#[actix_web::test]
async fn grants_known_scopes_in_the_requested_syntax() {
    let bench = bench().await;
    let asked = "launch openid patient/Patient.read patient/Observation.rs patient/Observation.sr \
                 system/*.read patient/Spaceship.rs patient/Condition.rs?category=x profile launch user/*.cruds";
    let granted = "launch openid patient/Patient.read patient/Observation.rs user/*.cruds";
    assert_eq!(bench.tokens(asked).await["scope"], granted);
}

#[actix_web::test]
async fn answers_the_searches_of_a_referral_app() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    for (query, expected) in [
        (
            "Condition?patient=eleonore&clinical-status=resolved",
            vec!["eleonore-cholecystitis", "eleonore-pneumonia"],
        ),
        (
            "Condition?patient=Patient/eleonore&clinical-status=active&category=encounter-diagnosis",
            vec!["eleonore-exertional-dyspnea"],
        ),
        (
            "Condition?patient=http://ehr.test/fhir/Patient/eleonore&code=http://snomed.info/sct|44054006",
            vec!["eleonore-diabetes"],
        ),
        ("MedicationRequest?patient=eleonore&status=stopped,cancelled", vec!["eleonore-amlodipine"]),
        ("AllergyIntolerance?patient=eleonore", vec!["eleonore-penicillin", "eleonore-shellfish"]),
        ("Observation?patient=eleonore&code=8867-4&_sort=-date&_count=1", vec!["eleonore-heart-rate"]),
        (
            "Observation?patient=eleonore&code=http://loinc.org|29463-7&_sort=date",
            vec!["eleonore-weight-march", "eleonore-weight"],
        ),
        ("Observation?patient=eleonore&code=http://snomed.info/sct|29463-7", vec![]),
        (
            "Observation?patient=eleonore&category=laboratory&code=14682-9&date=ge2026",
            vec!["eleonore-creatinine"],
        ),
        ("DocumentReference?patient=eleonore&type=18745-0", vec!["eleonore-echo"]),
        ("DiagnosticReport?patient=eleonore&code=34534-8", vec!["eleonore-ecg-report"]),
        ("Encounter?patient=eleonore&status=in-progress", vec!["eleonore-visit"]),
        ("Patient?_id=eleonore", vec!["eleonore"]),
        (
            "Condition?patient=eleonore&clinical-status=resolved&no-such-parameter=1",
            vec!["eleonore-cholecystitis", "eleonore-pneumonia"],
        ),
    ] {
        let answer = bench.fhir(query, &token).await;
        let bundle = answer.json();
        assert_eq!(bundle["type"], "searchset", "{query}");
        assert_eq!(ids(&bundle), expected, "{query}");
    }
}

#[actix_web::test]
async fn includes_organization_and_location_of_a_role() {
    let bench = bench().await;
    let query = "PractitionerRole?practitioner=ngozi-okafor&_include=PractitionerRole:organization\
                 &_include=PractitionerRole:location";
    let all = token(&bench, "launch user/PractitionerRole.rs user/Organization.r user/Location.r").await;
    let bundle = bench.fhir(query, &all).await.json();
    assert_eq!(ids(&bundle), ["ngozi-okafor-rideau", "rideau-fht", "rideau-fht-bank-street"]);
    assert_eq!(bundle["total"], 1);
    assert_eq!(bundle["entry"][1]["search"]["mode"], "include");
    assert_eq!(bundle["entry"][1]["fullUrl"], "http://ehr.test/fhir/Organization/rideau-fht");
    let roles_only = token(&bench, "launch user/PractitionerRole.rs").await;
    assert_eq!(ids(&bench.fhir(query, &roles_only).await.json()), ["ngozi-okafor-rideau"]);
}

#[actix_web::test]
async fn pages_through_all_matches() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    let mut path = "Observation?patient=eleonore&_count=7&_sort=-date".to_owned();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let bundle = bench.fhir(&path, &token).await.json();
        seen.extend(ids(&bundle).into_iter().map(str::to_owned));
        pages += 1;
        assert!(ids(&bundle).len() <= 7 && pages < 20);
        let links = bundle["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            assert_eq!(bundle["total"].as_u64(), Some(seen.len() as u64));
            break;
        };
        path = next["url"].as_str().unwrap().strip_prefix("http://ehr.test/fhir/").unwrap().to_owned();
    }
    assert!(pages > 2);
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len(), "every entry appears once");
}

#[actix_web::test]
async fn searches_by_post() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    let request = TestRequest::post()
        .uri("/fhir/Encounter/_search")
        .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload("patient=eleonore&status=finished");
    assert_eq!(ids(&bench.send(request).await.json()), ["eleonore-visit-july"]);
}

#[actix_web::test]
async fn serves_documents_as_pdf_and_as_fhir() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    let fhir = bench.fhir("Binary/eleonore-ecg", &token).await.json();
    assert_eq!(fhir["contentType"], "application/pdf");
    let request = TestRequest::get()
        .uri("/fhir/Binary/eleonore-ecg")
        .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
        .insert_header((header::ACCEPT, "application/pdf"));
    let pdf = bench.send(request).await;
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(pdf.body.starts_with(b"%PDF-1.4"));
    let reference = bench.fhir("DocumentReference/eleonore-ecg", &token).await.json();
    assert_eq!(reference["content"][0]["attachment"]["size"].as_u64(), Some(pdf.body.len() as u64));
}

#[actix_web::test]
async fn refuses_create_and_delete() {
    let bench = bench().await;
    let token = token(&bench, "launch patient/*.cruds").await;
    for request in
        [TestRequest::post().uri("/fhir/Condition"), TestRequest::delete().uri("/fhir/Patient/eleonore")]
    {
        let answer =
            bench.send(request.insert_header((header::AUTHORIZATION, format!("Bearer {token}")))).await;
        assert_eq!((answer.status, &answer.json()["resourceType"]), (405, &"OperationOutcome".into()));
    }
    assert_eq!(bench.fhir("Patient/eleonore/history/1", &token).await.status, 404);
}

#[actix_web::test]
async fn refuses_xml() {
    let bench = bench().await;
    let token = token(&bench, SCOPE).await;
    let request = TestRequest::get()
        .uri("/fhir/Patient/eleonore")
        .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
        .insert_header((header::ACCEPT, "application/fhir+xml"));
    assert_eq!(bench.send(request).await.status, 406);
}
