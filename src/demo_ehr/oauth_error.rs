//! Error answers of the token, introspection and revocation endpoints (RFC 6749 section 5.2).

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

/// An error body; 401 comes with the challenge the RFC asks for.
pub(super) fn oauth_error(status: u16, error: &str, description: &str) -> HttpResponse {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = uncached_json(status, &json!({"error": error, "error_description": description}));
    if status == StatusCode::UNAUTHORIZED {
        let challenge = header::HeaderValue::from_static("Basic realm=\"Simulated EHR\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// JSON that nobody may keep.
pub(super) fn uncached_json(status: StatusCode, body: &Value) -> HttpResponse {
    uncached(status, body.to_string())
}

/// JSON text that nobody may keep.
pub(super) fn uncached(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .content_type("application/json")
        .body(body)
}
