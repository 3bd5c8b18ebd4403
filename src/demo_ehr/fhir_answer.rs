//! FHIR answers: resources and `OperationOutcome`s.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// 200 and a resource or Bundle.
pub(super) fn fhir(resource: &Value) -> HttpResponse {
    fhir_text(StatusCode::OK, resource.to_string())
}

/// FHIR JSON text, whatever it is.
pub(super) fn fhir_text(status: StatusCode, text: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(FHIR_JSON)
        .body(text.into())
}

/// An error with its `OperationOutcome`; `code` is one of FHIR's issue types.
pub(super) fn outcome(status: StatusCode, code: &str, diagnostics: &str) -> HttpResponse {
    fhir_text(status, outcome_resource("error", code, diagnostics).to_string())
}

/// The resource that says what went wrong.
pub(super) fn outcome_resource(severity: &str, code: &str, diagnostics: &str) -> Value {
    json!({"resourceType": "OperationOutcome",
           "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}]})
}
