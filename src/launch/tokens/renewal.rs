//! Use of a refresh token, and the checks of the response.

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use super::{About, Tokens};
use crate::{
    egress::Limits,
    ehrs::{Ehr, origins::endpoints},
    ground::Ground,
    launch::error::Change,
    smart::{
        self, Endpoints, Expected, Refreshed, build_refresh_request, process_refresh_response,
        verify_with_published_keys,
    },
};

/// Result of using a refresh token.
pub(super) enum Renewal {
    /// New tokens.
    Renewed(Box<Tokens>),
    /// The EHR refused; the tokens are void.
    Refused(String),
    /// The EHR was not reached or is temporarily unavailable: the refresh token was not used.
    Later(String),
    /// No answer to a request that may have arrived: the refresh token must not be used again.
    Unknown(String),
    /// The response names another patient, encounter or user.
    Changed(Change),
}

/// Uses a refresh token, once. It is sent only to the token endpoint that issued it.
pub(super) async fn renew(
    ground: &Ground,
    ehr: &Ehr,
    about: &About,
    tokens: &Tokens,
    refresh_token: &SecretString,
) -> Renewal {
    let now = ground.clock.now();
    let endpoints = match endpoints(ground, ehr).await {
        Ok(endpoints) if endpoints.token == tokens.token_endpoint => endpoints,
        Ok(_) => return Renewal::Refused("the token endpoint has moved".to_owned()),
        Err(error) => return Renewal::Later(error.to_string()),
    };
    let request = match build_refresh_request(&endpoints, &ehr.client, refresh_token, now) {
        Ok(request) => request,
        Err(error) => return Renewal::Later(error.to_string()),
    };
    let reply = match ehr.outbound.send(request, Limits::TOKEN).await {
        Ok(reply) => reply,
        Err(source) => {
            let arrived = source.may_have_arrived();
            let why = source.to_string();
            return if arrived { Renewal::Unknown(why) } else { Renewal::Later(why) };
        }
    };
    ehr.clock_skew.note(&ehr.id, &reply, ground.clock.now());
    match process_refresh_response(&reply, &ehr.client, now) {
        Ok(refreshed) => judge(ehr, &endpoints, about, tokens, &refreshed, now).await,
        // The server failed before it used the refresh token.
        Err(error @ smart::Error::TokenRefused { .. }) if error.is_ehr_trouble() => {
            Renewal::Later(error.to_string())
        }
        Err(error @ smart::Error::TokenRefused { .. }) => Renewal::Refused(error.to_string()),
        Err(error) => Renewal::Unknown(error.to_string()),
    }
}

/// Checks that user, patient and encounter are the same (OpenID Connect Core 12.2). Scopes beyond those of the launch are
/// not used (RFC 6749 6).
async fn judge(
    ehr: &Ehr,
    endpoints: &Arc<Endpoints>,
    about: &About,
    tokens: &Tokens,
    refreshed: &Refreshed,
    now: Timestamp,
) -> Renewal {
    let context = &refreshed.launch_context;
    let other = |new: &Option<String>, old: &Option<String>| new.is_some() && new != old;
    if other(&context.patient, &about.patient) {
        return Renewal::Changed(Change::Patient);
    }
    if other(&context.encounter, &about.encounter) {
        return Renewal::Changed(Change::Encounter);
    }
    if let Some(id_token) = &refreshed.id_token {
        match subject(ehr, endpoints, tokens, id_token, refreshed, now).await {
            Ok(Some(subject)) if subject != tokens.subject => return Renewal::Changed(Change::User),
            Ok(_) => {}
            // What does not verify proves nothing about the user: access ends when the current token expires.
            Err(error) => return Renewal::Unknown(format!("the id_token of a refresh: {error}")),
        }
    }
    Renewal::Renewed(Box::new(tokens.renewed(refreshed, now)))
}

/// Verifies an id_token by the checks of sign-in and returns its subject. If the keys cannot be fetched, it is ignored like
/// a missing one, which a refresh permits.
async fn subject(
    ehr: &Ehr,
    endpoints: &Endpoints,
    tokens: &Tokens,
    id_token: &SecretString,
    refreshed: &Refreshed,
    now: Timestamp,
) -> Result<Option<String>, smart::Error> {
    let nonce = tokens.nonce();
    let expected = Expected {
        issuer: &tokens.issuer,
        registration: &ehr.client,
        nonce: &nonce,
        refreshed: true,
        access_token: &refreshed.access_token,
        now,
    };
    let verified = verify_with_published_keys(id_token, &ehr.keys, &ehr.outbound, endpoints, &expected);
    match verified.await {
        Ok(identity) => Ok(Some(identity.subject)),
        Err(error) if error.is_absence() => {
            tracing::warn!(cause = %error, "ignored the id_token of a refresh: its keys could not be fetched");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
