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

/// What a refresh gave (RFC 6749 6, SMART "refresh tokens").
pub struct Refreshed {
    /// The next access token.
    pub access_token: SecretString,
    /// The next refresh token; none where the last one stays good.
    pub refresh_token: Option<SecretString>,
    /// Who is there, where the EHR says it again.
    pub id_token: Option<SecretString>,
    /// When the access token should no longer be used.
    pub expires_at: Timestamp,
    /// What it is good for, where the EHR says it again.
    pub grant: Option<Grant>,
    /// Whom it is about, where the EHR says it again.
    pub launch_context: LaunchContext,
}

/// Builds a refresh. No scope: what was granted stays.
///
/// # Errors
/// [`Error::ClientAuth`] when we cannot prove who we are as agreed on.
pub fn build_refresh_request(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    refresh_token: &SecretString,
    now: Timestamp,
) -> Result<Request, Error> {
    let members = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose_secret())];
    build_client_request(&endpoints.token, endpoints, registration, &members, now)
}

/// Reads the answer to a refresh.
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
