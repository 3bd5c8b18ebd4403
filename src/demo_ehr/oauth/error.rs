//! Error responses of the token, introspection and revocation endpoints (RFC 6749 section 5.2).

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

/// An OAuth error response.
pub(super) struct OAuthError {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl OAuthError {
    /// Error with status 400.
    pub(in crate::demo_ehr) fn new(error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description }
    }

    pub(in crate::demo_ehr) fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    pub(in crate::demo_ehr) fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// Error `invalid_client` with status 401.
    pub(in crate::demo_ehr) fn invalid_client(description: &'static str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description }
    }

    /// Error `server_error` with status 500.
    pub(in crate::demo_ehr) fn server_error(description: &'static str) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, error: "server_error", description }
    }

    /// Builds the JSON response; 401 includes the challenge that the RFC requires.
    pub(in crate::demo_ehr) fn answer(&self) -> HttpResponse {
        let body = json!({"error": self.error, "error_description": self.description});
        let mut response = uncached_json(self.status, &body);
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge =
                header::HeaderValue::from_static("Basic realm=\"Simulated EHR\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// Responds with JSON that must not be cached.
pub(super) fn uncached_json(status: StatusCode, body: &Value) -> HttpResponse {
    uncached(status, body.to_string())
}

/// Responds with JSON text that must not be cached.
pub(super) fn uncached(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::PRAGMA, "no-cache"))
        .content_type("application/json")
        .body(body)
}
