//! Refresh of an access token (RFC 6749 6).

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::endpoints::Endpoints;
use super::{
    client_request::build_client_request,
    error::{Error, TokenResponseError},
    grant::Grant,
    launch_context::LaunchContext,
    registration::ClientRegistration,
    token,
};
use crate::egress::{Reply, Request};

/// Response to a refresh (RFC 6749 6, SMART "refresh tokens").
pub struct Refreshed {
    /// New access token.
    pub access_token: SecretString,
    /// New refresh token, or `None` if the previous one stays valid.
    pub refresh_token: Option<SecretString>,
    /// New id_token, if the EHR sends one.
    pub id_token: Option<SecretString>,
    /// Expiry of the access token.
    pub expires_at: Timestamp,
    /// Granted scopes, if the EHR sends them.
    pub grant: Option<Grant>,
    /// Launch context. Empty unless the EHR sends it again.
    pub launch_context: LaunchContext,
}

/// Builds a refresh request. It carries no `scope`, which keeps the granted scopes.
///
/// # Errors
/// [`Error::ClientAuth`] if client authentication as registered is impossible.
pub fn build_refresh_request(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    refresh_token: &SecretString,
    now: Timestamp,
) -> Result<Request, Error> {
    let members = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
    build_client_request(&endpoints.token, endpoints, registration, &members, now)
}

/// Parses the response to a refresh.
///
/// # Errors
/// [`Error::TokenRefused`] for an OAuth error, or the rule that is broken.
pub fn process_refresh_response(
    reply: &Reply,
    registration: &ClientRegistration,
    now: Timestamp,
) -> Result<Refreshed, Error> {
    let members = token::read(reply)?;
    let access_token = token::token(&members, "access_token")?;
    Ok(Refreshed {
        access_token: access_token.ok_or(TokenResponseError::NoAccessToken)?,
        refresh_token: token::token(&members, "refresh_token")?,
        id_token: token::token(&members, "id_token")?,
        expires_at: now + token::lifetime(members.get("expires_in")),
        grant: token::scope(&members)?,
        launch_context: LaunchContext::of(&members, &registration.base)?,
    })
}
