//! Token introspection (RFC 7662).

use http::StatusCode;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::endpoints::Endpoints;
use super::{
    client_request::build_client_request,
    documents::read_object,
    error::{DocumentError, Error, NotServedReason},
    registration::ClientRegistration,
};
use crate::egress::{Reply, Request};

const DOCUMENT: &str = "introspection response";

/// Builds the introspection request for an access token (RFC 7662 2.1).
///
/// # Errors
/// [`Error::ClientAuth`] if client authentication as registered is impossible.
pub fn build_introspection_request(
    introspection: &Url,
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    access_token: &SecretString,
    now: Timestamp,
) -> Result<Request, Error> {
    let members = [("token", access_token.expose_secret()), ("token_type_hint", "access_token")];
    build_client_request(introspection, endpoints, registration, &members, now)
}

/// Returns whether the token is active (RFC 7662 2.2). Members other than `active` are ignored.
///
/// Some servers report an inactive token with status 404, and some send `active` as a string.
///
/// # Errors
/// [`Error::NotServed`] if the reply is not an introspection response, [`Error::Document`] if `active` is missing or neither
/// true nor false, or true with status 404.
pub fn process_introspection_response(reply: &Reply) -> Result<bool, Error> {
    if !matches!(reply.status, StatusCode::OK | StatusCode::NOT_FOUND) {
        return Err(Error::NotServed { document: DOCUMENT, reason: NotServedReason::IntrospectionStatus });
    }
    match (reply.status, is_active(&read_object(DOCUMENT, reply)?)) {
        (_, Some(false)) => Ok(false),
        (StatusCode::OK, Some(true)) => Ok(true),
        (_, Some(true)) => Err(Error::Document { document: DOCUMENT, error: DocumentError::ActiveWith404 }),
        (_, None) => Err(Error::Document { document: DOCUMENT, error: DocumentError::ActiveMissing }),
    }
}

fn is_active(members: &super::Members) -> Option<bool> {
    match members.get("active")? {
        Value::Bool(active) => Some(*active),
        Value::String(text) => text.to_ascii_lowercase().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn read(status: u16, body: &str) -> Option<bool> {
        let status = StatusCode::from_u16(status).unwrap();
        let reply = Reply { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() };
        process_introspection_response(&reply).ok()
    }

    /// REV-04: status 404, empty or unexpected members, booleans as strings.
    #[test]
    fn parses_active_as_real_servers_send_it() {
        for (status, body) in [
            (200, r#"{"active":false}"#),
            (404, r#"{"active":false,"scope":"","client_id":"","token_type":"","exp":"","iat":"","iss":""}"#),
            (200, r#"{"active":false,"scope":"launch openid","patient":"1","exp":1,"x":{"y":[]}}"#),
            (200, r#"{"active":"false"}"#),
            (404, r#"{"active":"False"}"#),
        ] {
            assert_eq!(read(status, body), Some(false), "{status} {body}");
        }
        for body in [r#"{"active":true}"#, r#"{"active":"true","exp":""}"#] {
            assert_eq!(read(200, body), Some(true), "{body}");
        }
    }

    /// REV-04: a response without a clear `active` counts neither as active nor as inactive.
    #[test]
    fn refuses_a_response_without_a_clear_active() {
        for (status, body) in [
            (404, ""),
            (404, "<title>Not found</title>"),
            (404, "{}"),
            (404, r#"{"active":true}"#),
            (200, r#"{"active":false,"active":true}"#),
            (200, r#"{"active":null}"#),
            (200, r#"{"active":0}"#),
            (200, r#"{"active":"no"}"#),
            (200, r#"[{"active":false}]"#),
            (200, r#"{"error":"invalid_request","token":{"active":false}}"#),
            (307, r#"{"active":false}"#),
            (400, r#"{"active":false}"#),
            (401, r#"{"active":false}"#),
            (503, r#"{"active":false}"#),
        ] {
            assert_eq!(read(status, body), None, "{status} {body}");
        }
    }
}
