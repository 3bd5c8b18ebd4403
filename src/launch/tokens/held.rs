//! Tokens of a launch, with the values that a refresh must not change.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    fhir::FhirBaseUrl,
    smart::{Grant, Identity, Issuer, Refreshed, TokenResponse},
};

/// Time before expiry at which an access token is refreshed; at most a quarter of its lifetime.
const RENEWAL_MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Tokens of a launch, and the values that a refresh must not change. Sealed with the context.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::launch) struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: Timestamp,
    renew_at: Timestamp,
    scope: String,
    nonce: String,
    pub(super) issuer: Issuer,
    pub(super) subject: String,
    /// Token endpoint that issued them, and the only one that refreshes them.
    pub(super) token_endpoint: Url,
    /// Canonical FHIR base URL they are valid for.
    pub(super) base: String,
}

impl Tokens {
    pub(in crate::launch) fn of(
        response: &TokenResponse,
        identity: &Identity,
        nonce: &SecretString,
        base: &FhirBaseUrl,
        token_endpoint: &Url,
        now: Timestamp,
    ) -> Self {
        Self {
            access_token: response.access_token.expose_secret().to_owned(),
            refresh_token: response.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            expires_at: response.expires_at,
            renew_at: renew_at(now, response.expires_at),
            scope: response.grant.to_string(),
            nonce: nonce.expose_secret().to_owned(),
            issuer: identity.issuer.clone(),
            subject: identity.subject.clone(),
            token_endpoint: token_endpoint.clone(),
            base: base.canonical().to_owned(),
        }
    }

    /// Estimates their memory in bytes.
    pub(in crate::launch) fn bytes(&self) -> usize {
        let refresh_token = self.refresh_token.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.access_token.len() + refresh_token + self.scope.len() + self.subject.len()
    }

    /// Returns these tokens with the values of a refresh.
    pub(super) fn renewed(&self, refreshed: &Refreshed, now: Timestamp) -> Self {
        let next = refreshed.refresh_token.as_ref().map(|token| token.expose_secret().to_owned());
        Self {
            access_token: refreshed.access_token.expose_secret().to_owned(),
            refresh_token: next.or_else(|| self.refresh_token.clone()),
            expires_at: refreshed.expires_at,
            renew_at: renew_at(now, refreshed.expires_at),
            ..self.clone()
        }
    }

    /// Returns these tokens without their refresh token, which must not be used again.
    pub(super) fn without_refresh(&self) -> Self {
        Self { refresh_token: None, ..self.clone() }
    }

    pub(in crate::launch) fn grant(&self) -> Grant {
        Grant::parse(&self.scope)
    }

    pub(super) fn access_token(&self) -> SecretString {
        SecretString::from(self.access_token.as_str())
    }

    pub(super) fn refresh_token(&self) -> Option<SecretString> {
        self.refresh_token.as_deref().map(SecretString::from)
    }

    pub(super) fn nonce(&self) -> SecretString {
        SecretString::from(self.nonce.as_str())
    }

    /// Whether the access token may be used at `now`.
    pub(super) fn is_good(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// Whether a refresh is due at `now` and there is a refresh token.
    pub(super) fn wants_renewal(&self, now: Timestamp) -> bool {
        self.renew_at <= now && self.refresh_token.is_some()
    }

    /// Whether they permit reading, now or after a refresh.
    pub(in crate::launch) fn is_usable(&self, now: Timestamp) -> bool {
        self.is_good(now) || self.refresh_token.is_some()
    }
}

fn renew_at(now: Timestamp, expires_at: Timestamp) -> Timestamp {
    expires_at - RENEWAL_MARGIN.min(expires_at.duration_since(now) / 4)
}
