//! Token revocation (RFC 7009).

use http::StatusCode;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::endpoints::Endpoints;
use super::{client_request::build_client_request, error::Error, registration::ClientRegistration};
use crate::egress::{Reply, Request};

/// Kind of the token to revoke, sent as `token_type_hint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Access token.
    Access,
    /// Refresh token.
    Refresh,
}

/// Builds the revocation request for a token (RFC 7009 2.1).
///
/// # Errors
/// [`Error::ClientAuth`] if client authentication as registered is impossible.
pub fn build_revocation_request(
    revocation: &Url,
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    kind: TokenKind,
    token: &SecretString,
    now: Timestamp,
) -> Result<Request, Error> {
    let hint = match kind {
        TokenKind::Access => "access_token",
        TokenKind::Refresh => "refresh_token",
    };
    let members = [("token", token.expose_secret()), ("token_type_hint", hint)];
    build_client_request(revocation, endpoints, registration, &members, now)
}

/// Whether the reply is final: the token is revoked, or the EHR refuses to revoke it (RFC 7009 2.2). After a 429 or a
/// server error the request should be retried.
#[must_use]
pub fn process_revocation_response(reply: &Reply) -> bool {
    !reply.status.is_server_error() && reply.status != StatusCode::TOO_MANY_REQUESTS
}
