//! Access tokens of a backend service (SMART Backend Services).

use jiff::Timestamp;
use secrecy::SecretString;

use super::endpoints::Endpoints;
use super::{
    client_auth::ClientAuth,
    client_request::build_client_request,
    error::{ClientAuthError, Error, TokenResponseError},
    grant::Grant,
    registration::ClientRegistration,
    scope::{self, Scope},
    token,
};
use crate::egress::{Reply, Request};

/// Access token of a backend service (SMART Backend Services).
pub struct BackendToken {
    /// Access token for requests without a user.
    pub access_token: SecretString,
    /// Expiry of the access token.
    pub expires_at: Timestamp,
    /// Granted scopes.
    pub grant: Grant,
}

/// Builds the token request: `client_credentials` with a signed assertion. A client secret is not permitted.
///
/// # Errors
/// [`Error::ClientAuth`] if the client is not registered with `private_key_jwt`, or cannot sign.
pub fn build_backend_request(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<Request, Error> {
    if !matches!(registration.client_auth, ClientAuth::PrivateKeyJwt(_)) {
        return Err(ClientAuthError::KeysRequired.into());
    }
    let syntax = registration.scope_syntax.or_published(endpoints.scope_syntax);
    let scope = scope::request(scopes, syntax).join(" ");
    let members = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
    build_client_request(&endpoints.token, endpoints, registration, &members, now)
}

/// Parses the token response.
///
/// # Errors
/// [`Error::TokenRefused`] for an OAuth error, or the rule that is broken.
pub fn process_backend_response(
    reply: &Reply,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<BackendToken, Error> {
    let members = token::read(reply)?;
    let access_token = token::token(&members, "access_token")?;
    Ok(BackendToken {
        access_token: access_token.ok_or(TokenResponseError::NoAccessToken)?,
        expires_at: now + token::lifetime(members.get("expires_in")),
        grant: token::scope(&members)?.unwrap_or_else(|| Grant::as_requested(scopes)),
    })
}
