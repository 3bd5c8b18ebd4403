use jiff::Timestamp;
use secrecy::SecretString;

use super::endpoints::Endpoints;
use super::scope::ScopeSyntax;
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

/// What a server gets that acts for itself (SMART "backend services").
pub struct BackendToken {
    /// For requests that nobody sits in front of.
    pub access_token: SecretString,
    /// When it should no longer be used.
    pub expires_at: Timestamp,
    /// What it is good for.
    pub grant: Grant,
}

/// Builds the request for it: `client_credentials` with a signed assertion; a secret is not enough.
///
/// # Errors
/// [`Error::ClientAuth`] when we do not prove ourselves with keys there.
pub fn build_backend_request(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<Request, Error> {
    if !matches!(registration.client_auth, ClientAuth::PrivateKeyJwt(_)) {
        return Err(ClientAuthError::KeysRequired.into());
    }
    let syntax = match registration.scope_syntax {
        ScopeSyntax::Auto => endpoints.scope_syntax,
        chosen => chosen,
    };
    let scope = scope::request(scopes, syntax).join(" ");
    let members = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
    build_client_request(&endpoints.token, endpoints, registration, &members, now)
}

/// Reads the answer.
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
