//! Faults of the FHIR server.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fhir::access::{Access, INVALID_TOKEN};
use crate::demo_ehr::fhir::answer::{Refused, fhir, outcome, outcome_resource};
use crate::demo_ehr::fhir::bundle::{OFFSET, entry};
use crate::demo_ehr::fhir::patient_faults::spoiled_patient;
use crate::demo_ehr::fixtures::{self, other_patient};
use crate::demo_ehr::http::misbehave::{HUGE, redirect};
use crate::demo_ehr::state::DemoEhr;

/// Response of the active fault to a read, or `None` if the read is answered correctly.
pub(super) async fn play_read(
    ehr: &DemoEhr,
    access: &Access,
    resource_type: &str,
    id: &str,
) -> Option<HttpResponse> {
    let fault = ehr.fault()?;
    let early = matches!(resource_type, "Patient" | "Practitioner" | "PractitionerRole");
    if let Some(answer) = play_any(fault, access, early) {
        return Some(answer);
    }
    match resource_type {
        "Patient" => play_patient(ehr, fault, id).await,
        "Practitioner" => play_practitioner(fault, id),
        "Encounter" if fault == Fault::EncounterOfOtherPatient => {
            let other = other_patient(access.patient().unwrap_or_default()).1;
            let mut encounter = fixtures::find("Encounter", other)?.clone();
            encounter["id"] = id.into();
            Some(fhir(&encounter))
        }
        _ => None,
    }
}

/// Response of the active fault to a search, or `None` if the search is answered correctly. `later` is set for the
/// pages after the first.
pub(super) async fn play_search(
    ehr: &DemoEhr,
    access: &Access,
    resource_type: &str,
    later: bool,
) -> Option<HttpResponse> {
    let fault = ehr.fault()?;
    if let Some(answer) = play_any(fault, access, resource_type == "PractitionerRole") {
        return Some(answer);
    }
    let failing = match fault {
        Fault::PractitionerRoleSearchFails => "PractitionerRole",
        Fault::SearchFailsObservation => "Observation",
        Fault::SearchFailsCondition => "Condition",
        Fault::SearchNextPageFails if later => resource_type,
        Fault::SearchFailsMedicationRequest => "MedicationRequest",
        Fault::SearchFailsAllergyIntolerance => "AllergyIntolerance",
        Fault::SearchForbidden => {
            return Some(outcome(StatusCode::FORBIDDEN, "forbidden", "searching is not permitted"));
        }
        Fault::SearchNotABundle => {
            return Some(fhir(&outcome_resource("information", "informational", "no matches")));
        }
        Fault::SearchSlow => {
            ehr.outlast(fault).await;
            return None;
        }
        _ => return None,
    };
    (failing == resource_type).then(|| {
        outcome(StatusCode::SERVICE_UNAVAILABLE, "transient", "this part of the record is unavailable")
    })
}

/// Response of the active fault to an update, or `None` if the update is answered correctly.
pub(super) fn play_update(ehr: &DemoEhr, access: &Access) -> Option<HttpResponse> {
    play_any(ehr.fault()?, access, false)
}

/// Faults of every FHIR request. `early` is set for the requests of the launch itself, which `FhirTokenExpiredMidSession`
/// leaves alone.
fn play_any(fault: Fault, access: &Access, early: bool) -> Option<HttpResponse> {
    match fault {
        Fault::FhirDown => {
            Some(outcome(StatusCode::SERVICE_UNAVAILABLE, "transient", "the FHIR server is unavailable"))
        }
        Fault::FhirTooManyRequests => {
            let mut answer = outcome(StatusCode::TOO_MANY_REQUESTS, "throttled", "too many requests");
            let seconds = actix_web::http::header::HeaderValue::from_static("7");
            answer.headers_mut().insert(actix_web::http::header::RETRY_AFTER, seconds);
            Some(answer)
        }
        Fault::FhirTokenExpiredMidSession if !early && !access.is_refreshed() => {
            Some(Refused::unauthorized(INVALID_TOKEN).answer())
        }
        _ => None,
    }
}

async fn play_patient(ehr: &DemoEhr, fault: Fault, id: &str) -> Option<HttpResponse> {
    Some(match fault {
        Fault::PatientIdMismatch => fhir(fixtures::find("Patient", other_patient(id).0)?),
        Fault::PatientNotFound => outcome(StatusCode::NOT_FOUND, "not-found", "no such patient"),
        Fault::PatientForbidden => outcome(StatusCode::FORBIDDEN, "forbidden", "this record is locked"),
        Fault::PatientServerError => {
            outcome(StatusCode::INTERNAL_SERVER_ERROR, "exception", "played on demand")
        }
        Fault::PatientRedirectToCanary => {
            redirect(StatusCode::FOUND, &format!("{}/fhir/Patient/{id}", ehr.canary()))
        }
        Fault::PatientXml => HttpResponse::Ok()
            .content_type("application/fhir+xml; charset=utf-8")
            .body(format!(r#"<Patient xmlns="http://hl7.org/fhir"><id value="{id}"/></Patient>"#)),
        Fault::PatientOperationOutcome => fhir(&outcome_resource("warning", "incomplete", "try again later")),
        Fault::PatientSlow => {
            ehr.outlast(fault).await;
            return None;
        }
        fault => return spoiled_patient(fault, fixtures::find("Patient", id)?),
    })
}

fn play_practitioner(fault: Fault, id: &str) -> Option<HttpResponse> {
    match fault {
        Fault::PractitionerForbidden => {
            Some(outcome(StatusCode::FORBIDDEN, "forbidden", "staff records are private"))
        }
        Fault::PractitionerNotFound => {
            Some(outcome(StatusCode::NOT_FOUND, "not-found", "no such practitioner"))
        }
        Fault::PractitionerIdMismatch => {
            fixtures::of_type("Practitioner").find(|other| other["id"] != id).map(fhir)
        }
        _ => None,
    }
}

/// Applies the active fault to a search Bundle.
pub(super) fn spoil_bundle(ehr: &DemoEhr, access: &Access, resource_type: &str, bundle: &mut Value) {
    let own = access.patient().unwrap_or_default();
    let add = |bundle: &mut Value, entry: Value| match bundle["entry"].as_array_mut() {
        Some(entries) => entries.push(entry),
        None => bundle["entry"] = json!([entry]),
    };
    match ehr.fault() {
        Some(Fault::SearchEntriesModified) => {
            for entry in bundle["entry"].as_array_mut().into_iter().flatten() {
                let modifier = json!({ "url": "https://ehr.invalid/not-really", "valueBoolean": true });
                entry["resource"]["modifierExtension"] = json!([modifier]);
            }
        }
        Some(Fault::SearchContainsOtherPatient) => {
            let other = other_patient(own).0;
            let stray = fixtures::of_type(resource_type).find(|it| fixtures::patient_of(it) == Some(other));
            if let Some(stray) = stray {
                add(bundle, entry(ehr, stray, "match"));
            }
        }
        Some(Fault::SearchNextLinkForeign) => {
            let url = format!("{}/fhir/{resource_type}?page=2", ehr.canary());
            add_link(bundle, &url);
        }
        Some(Fault::SearchNextPageFails) => {
            let url = format!("{}/{resource_type}?{OFFSET}=1", ehr.fhir_base_url());
            add_link(bundle, &url);
        }
        Some(Fault::SearchNextLinkLoops) => {
            let url = bundle["link"][0]["url"].as_str().unwrap_or_default().to_owned();
            add_link(bundle, &url);
        }
        Some(Fault::SearchRedacted) => {
            let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
            bundle["meta"] = json!({"security": [{"system": system, "code": "REDACTED"}]});
            bundle["total"] = json!(0);
            if let Some(members) = bundle.as_object_mut() {
                members.remove("entry");
            }
        }
        Some(Fault::SearchHugeBundle) => {
            bundle["meta"] = json!({"tag": [{"system": "urn:example:padding", "display": "x".repeat(HUGE)}]});
        }
        Some(Fault::SearchOperationOutcomeEntry) => {
            let resource = outcome_resource("warning", "incomplete", "some results were left out");
            add(bundle, json!({"resource": resource, "search": {"mode": "outcome"}}));
        }
        _ => {}
    }
}

/// Applies faults that need text: numbers beyond the range of a JSON value here.
pub(super) fn spoil_text(ehr: &DemoEhr, text: String) -> String {
    if ehr.fault() == Some(Fault::SearchOddNumbers) {
        return text.replacen("\"value\":", "\"value\":1e400,\"was\":", 1);
    }
    text
}

fn add_link(bundle: &mut Value, url: &str) {
    if let Some(links) = bundle["link"].as_array_mut() {
        links.retain(|link| link["relation"] != "next");
        links.push(json!({"relation": "next", "url": url}));
    }
}
