use http::StatusCode;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::endpoints::Endpoints;
use super::{client_request::build_client_request, error::Error, registration::ClientRegistration};
use crate::egress::{Reply, Request};

/// Which token is given back; a hint for the server only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
}

/// Builds the request that gives a token back (RFC 7009 2.1).
///
/// # Errors
/// [`Error::ClientAuth`] when we cannot prove who we are as agreed on.
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

/// Whether nothing more can be done about the token: it is revoked, or the server says it will not be (RFC 7009 2.2). A
/// server that is down or busy is asked again.
#[must_use]
pub fn process_revocation_response(reply: &Reply) -> bool {
    !reply.status.is_server_error() && reply.status != StatusCode::TOO_MANY_REQUESTS
}
