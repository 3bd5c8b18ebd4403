//! Token request and token response (RFC 6749 4.1.3, 5.1; SMART App Launch 2.2).

use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::endpoints::Endpoints;
use super::{
    client_request::build_client_request,
    error::{Error, IdTokenError, TokenResponseError},
    grant::Grant,
    launch_context::LaunchContext,
    no_duplicates::NoDuplicates,
    registration::ClientRegistration,
};
use crate::egress::{Reply, Request};

/// Error codes of RFC 6749 5.2.
const ERROR_CODES: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
];
const MAX_TOKEN_BYTES: usize = 32 * 1024;
const DEFAULT_LIFETIME_SECONDS: i64 = 300;
const MAX_LIFETIME_SECONDS: i64 = 24 * 3600;

/// Response of the token endpoint.
pub struct TokenResponse {
    /// Access token for the FHIR server of this EHR, opaque.
    pub access_token: SecretString,
    /// Signed id_token, not yet verified.
    pub id_token: SecretString,
    /// Refresh token, if granted.
    pub refresh_token: Option<SecretString>,
    /// Expiry of the access token.
    pub expires_at: Timestamp,
    /// Granted scopes, possibly more than requested: see [`Grant::within`].
    pub grant: Grant,
    /// Patient, encounter and more.
    pub launch_context: LaunchContext,
}

/// Builds the token request for an authorization code (RFC 6749 4.1.3, RFC 7636 4.5).
///
/// # Errors
/// [`Error::ClientAuth`] if client authentication as registered is impossible.
pub fn build_token_request(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    authorization_code: &SecretString,
    code_verifier: &SecretString,
    now: Timestamp,
) -> Result<Request, Error> {
    let members = [
        ("grant_type", "authorization_code"),
        ("code", authorization_code.expose_secret()),
        ("redirect_uri", &registration.redirect_uri),
        ("code_verifier", code_verifier.expose_secret()),
    ];
    build_client_request(&endpoints.token, endpoints, registration, &members, now)
}

/// Parses a token response: strict where safety requires it, lenient where real servers differ.
///
/// # Errors
/// [`Error::TokenRefused`] for an OAuth error, [`IdTokenError::Missing`], or the rule that is broken.
pub fn process_token_response(
    reply: &Reply,
    registration: &ClientRegistration,
    now: Timestamp,
) -> Result<TokenResponse, Error> {
    tracing::trace!(target: "walk", "read the token response");
    let members = read(reply)?;
    let access_token = token(&members, "access_token")?.ok_or(TokenResponseError::NoAccessToken)?;
    let id_token = token(&members, "id_token")?.ok_or(IdTokenError::Missing)?;
    let grant = scope(&members)?.unwrap_or_else(|| Grant::as_requested(&registration.scopes));
    Ok(TokenResponse {
        access_token,
        id_token,
        refresh_token: token(&members, "refresh_token")?,
        expires_at: now + lifetime(members.get("expires_in")),
        grant,
        launch_context: LaunchContext::of(&members, &registration.base)?,
    })
}

/// Parses the members of a token response and checks the rules of OAuth.
pub(super) fn read(reply: &Reply) -> Result<Map<String, Value>, Error> {
    if !matches!(reply.status, StatusCode::OK | StatusCode::CREATED) {
        return Err(refusal(reply));
    }
    if !reply.may_be_json() {
        return Err(TokenResponseError::NotJsonMedia.into());
    }
    if serde_json::from_slice::<NoDuplicates>(reply.json()).is_err() {
        return Err(TokenResponseError::NotJson.into());
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(reply.json()) else {
        return Err(TokenResponseError::NotObject.into());
    };
    match members.get("token_type").and_then(Value::as_str) {
        // Some gateways name the type of their token instead of the scheme.
        Some(kind) if ["bearer", "bearertoken"].iter().any(|known| kind.eq_ignore_ascii_case(known)) => {}
        _ => return Err(TokenResponseError::TokenTypeNotBearer.into()),
    }
    Ok(members)
}

/// Returns the token in a member: one or more characters that a header can carry, a superset of RFC 6750 2.1.
pub(super) fn token(members: &Map<String, Value>, name: &str) -> Result<Option<SecretString>, Error> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        // Servers that always write the member leave it empty if there is no token.
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if is_token(text) => Ok(Some(SecretString::from(text.as_str()))),
        Some(_) => Err(TokenResponseError::TokenUnusable.into()),
    }
}

fn is_token(text: &str) -> bool {
    (1..=MAX_TOKEN_BYTES).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

/// Returns the granted scopes, or `None` if the response does not contain them.
pub(super) fn scope(members: &Map<String, Value>) -> Result<Option<Grant>, Error> {
    match members.get("scope") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(Grant::parse(text))),
        Some(Value::Array(scopes)) => {
            let scopes: Option<Vec<&str>> = scopes.iter().map(Value::as_str).collect();
            scopes
                .map(|scopes| Some(Grant::parse(&scopes.join(" "))))
                .ok_or(TokenResponseError::ScopeNotString.into())
        }
        Some(_) => Err(TokenResponseError::ScopeNotString.into()),
    }
}

/// Parses `expires_in`: seconds, as a number or string, possibly with a fraction. At most a day; five minutes if absent
/// or invalid.
pub(super) fn lifetime(expires_in: Option<&Value>) -> SignedDuration {
    let seconds = match expires_in {
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates and the result is clamped")]
    let seconds =
        seconds.filter(|seconds| *seconds >= 1.0).map_or(DEFAULT_LIFETIME_SECONDS, |seconds| seconds as i64);
    SignedDuration::from_secs(seconds.min(MAX_LIFETIME_SECONDS))
}

fn refusal(reply: &Reply) -> Error {
    let body: Value = serde_json::from_slice(reply.json()).unwrap_or_default();
    let code = ERROR_CODES.into_iter().find(|code| body["error"] == *code);
    Error::TokenRefused { status: reply.status, code }
}

#[cfg(test)]
mod tests;
