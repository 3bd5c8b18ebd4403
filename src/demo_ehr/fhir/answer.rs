//! FHIR responses: resources and `OperationOutcome`s.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::demo_ehr::fhir::charts::version_of;

const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// Responds with 200 and a resource or Bundle.
pub(in crate::demo_ehr) fn fhir(resource: &Value) -> HttpResponse {
    fhir_text(StatusCode::OK, resource.to_string())
}

/// Responds with a resource and its version as the `ETag`, for `If-Match`.
pub(super) fn versioned(status: StatusCode, resource: &Value) -> HttpResponse {
    let mut answer = fhir_text(status, resource.to_string());
    if let Ok(etag) = header::HeaderValue::from_str(&format!("W/\"{}\"", version_of(resource))) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}

/// Responds with any text as FHIR JSON.
pub(super) fn fhir_text(status: StatusCode, text: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(FHIR_JSON)
        .body(text.into())
}

/// A refusal: HTTP status, FHIR issue type, diagnostics, and for 401 the challenge of RFC 6750.
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    diagnostics: &'static str,
    challenge: Option<&'static str>,
}

impl Refused {
    pub(in crate::demo_ehr) fn new(
        status: StatusCode,
        code: &'static str,
        diagnostics: &'static str,
    ) -> Self {
        Self { status, code, diagnostics, challenge: None }
    }

    /// Refuses with 401 and a challenge.
    pub(super) fn unauthorized(challenge: &'static str) -> Self {
        let refused = Self::new(StatusCode::UNAUTHORIZED, "login", "a valid access token is required");
        Self { challenge: Some(challenge), ..refused }
    }

    /// Builds the response.
    pub(in crate::demo_ehr) fn answer(&self) -> HttpResponse {
        let mut answer = outcome(self.status, self.code, self.diagnostics);
        if let Some(challenge) = self.challenge {
            answer
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
        }
        answer
    }
}

/// Responds with an error and an `OperationOutcome`; `code` is a FHIR issue type.
pub(super) fn outcome(status: StatusCode, code: &str, diagnostics: &str) -> HttpResponse {
    fhir_text(status, outcome_resource("error", code, diagnostics).to_string())
}

/// Builds an `OperationOutcome`.
pub(super) fn outcome_resource(severity: &str, code: &str, diagnostics: &str) -> Value {
    json!({"resourceType": "OperationOutcome",
           "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}]})
}

/// Answers with the content of a Binary.
pub(super) fn bytes(binary: &Value) -> HttpResponse {
    let data = STANDARD.decode(binary["data"].as_str().unwrap_or_default()).unwrap_or_default();
    let content_type = binary["contentType"].as_str().unwrap_or("application/octet-stream").to_owned();
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(content_type)
        .body(data)
}
