//! FHIR answers: resources and `OperationOutcome`s.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

use super::charts::version_of;

const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";

/// 200 and a resource or Bundle.
pub(super) fn fhir(resource: &Value) -> HttpResponse {
    fhir_text(StatusCode::OK, resource.to_string())
}

/// A resource and its version, as `If-Match` wants it back.
pub(super) fn versioned(status: StatusCode, resource: &Value) -> HttpResponse {
    let mut answer = fhir_text(status, resource.to_string());
    if let Ok(etag) = header::HeaderValue::from_str(&format!("W/\"{}\"", version_of(resource))) {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}

/// FHIR JSON text, whatever it is.
pub(super) fn fhir_text(status: StatusCode, text: impl Into<Vec<u8>>) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(FHIR_JSON)
        .body(text.into())
}

/// A refusal: an HTTP status, one of FHIR's issue types, and why; with the challenge of RFC 6750 where one is due.
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    diagnostics: &'static str,
    challenge: Option<&'static str>,
}

impl Refused {
    pub(super) fn new(status: StatusCode, code: &'static str, diagnostics: &'static str) -> Self {
        Self { status, code, diagnostics, challenge: None }
    }

    /// 401.
    pub(super) fn unauthorized(challenge: &'static str) -> Self {
        let refused = Self::new(StatusCode::UNAUTHORIZED, "login", "a valid access token is needed");
        Self { challenge: Some(challenge), ..refused }
    }

    pub(super) fn answer(&self) -> HttpResponse {
        let mut answer = outcome(self.status, self.code, self.diagnostics);
        if let Some(challenge) = self.challenge {
            answer
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static(challenge));
        }
        answer
    }
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
