//! Error answers of the token, introspection and revocation endpoints (RFC 6749 section 5.2).

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

/// A refusal, in the words of the RFC.
pub(super) struct OAuthError {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl OAuthError {
    /// 400.
    pub(super) fn new(error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description }
    }

    pub(super) fn invalid_request(description: &'static str) -> Self {
        Self::new("invalid_request", description)
    }

    pub(super) fn invalid_grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// 401.
    pub(super) fn invalid_client(description: &'static str) -> Self {
        Self { status: StatusCode::UNAUTHORIZED, error: "invalid_client", description }
    }

    /// 500.
    pub(super) fn server_error(description: &'static str) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, error: "server_error", description }
    }

    /// The JSON answer; 401 comes with the challenge the RFC asks for.
    pub(super) fn answer(&self) -> HttpResponse {
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
