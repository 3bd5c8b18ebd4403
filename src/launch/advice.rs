//! Advice for an administrator about a refused launch.

use http::StatusCode;

use super::error::Error;
use crate::{
    ehrs::Ehr,
    smart::{self, ClientAuth, IdTokenError},
};

/// Advice for an administrator about a refused launch, in particular where checking the EHR's metadata cannot show the
/// cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The id_token has no nonce.
    NonceMissing,
    /// The audience of the id_token is another client.
    AnotherAudience,
    /// The id_token was issued by another issuer.
    AnotherIssuer,
    /// No published key verifies the id_token.
    AnotherKey,
    /// The token response has no id_token.
    NoIdToken,
    /// The EHR refused the client secret.
    SecretRefused,
    /// The EHR refused the client assertion.
    AssertionRefused,
    /// The EHR does not permit this client to use this flow.
    ClientNotAllowed,
    /// The EHR refused the authorization code.
    CodeRefused,
    /// The EHR refused the scopes.
    ScopesRefused,
    /// The EHR refused the authorization request as invalid.
    RequestRefused,
    /// The launch context names no patient.
    NoPatient,
    /// Reading the patient was not granted.
    PatientNotGranted,
    /// The clock skew exceeds a minute.
    Clocks,
    /// The connection check of the EHR shows the cause.
    Check,
}

impl Advice {
    /// All advice.
    pub const ALL: [Self; 15] = [
        Self::NonceMissing,
        Self::AnotherAudience,
        Self::AnotherIssuer,
        Self::AnotherKey,
        Self::NoIdToken,
        Self::SecretRefused,
        Self::AssertionRefused,
        Self::ClientNotAllowed,
        Self::CodeRefused,
        Self::ScopesRefused,
        Self::RequestRefused,
        Self::NoPatient,
        Self::PatientNotGranted,
        Self::Clocks,
        Self::Check,
    ];

    /// Returns the stable name, used in traces and in locale keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NonceMissing => "nonce-missing",
            Self::AnotherAudience => "another-audience",
            Self::AnotherIssuer => "another-issuer",
            Self::AnotherKey => "another-key",
            Self::NoIdToken => "no-id-token",
            Self::SecretRefused => "secret-refused",
            Self::AssertionRefused => "assertion-refused",
            Self::ClientNotAllowed => "client-not-allowed",
            Self::CodeRefused => "code-refused",
            Self::ScopesRefused => "scopes-refused",
            Self::RequestRefused => "request-refused",
            Self::NoPatient => "no-patient",
            Self::PatientNotGranted => "patient-not-granted",
            Self::Clocks => "clocks",
            Self::Check => "check",
        }
    }

    /// Returns the advice for `error` at a registered EHR.
    pub(super) fn against(error: &Error, ehr: &Ehr) -> Option<Self> {
        match error {
            Error::Smart(error) => of_smart(error, &ehr.client.client_auth),
            Error::Declined(code) => of_code(code),
            Error::Clock { .. } => Some(Self::Clocks),
            Error::NoPatient => Some(Self::NoPatient),
            Error::NotGranted => Some(Self::PatientNotGranted),
            _ => None,
        }
    }
}

fn of_smart(error: &smart::Error, client_auth: &ClientAuth) -> Option<Advice> {
    match error {
        smart::Error::IdToken(error) => of_id_token(*error),
        smart::Error::TokenRefused { code, status } => match (*code, client_auth) {
            (Some("invalid_client"), ClientAuth::PrivateKeyJwt(_)) => Some(Advice::AssertionRefused),
            (Some("invalid_client"), _) => Some(Advice::SecretRefused),
            (Some("invalid_grant"), _) => Some(Advice::CodeRefused),
            (Some(code), _) => of_code(code),
            (None, ClientAuth::PrivateKeyJwt(_)) if *status == StatusCode::UNAUTHORIZED => {
                Some(Advice::AssertionRefused)
            }
            (None, _) if *status == StatusCode::UNAUTHORIZED => Some(Advice::SecretRefused),
            (None, _) => None,
        },
        smart::Error::LaunchContext(_) | smart::Error::TokenResponse(_) => None,
        _ => Some(Advice::Check),
    }
}

fn of_id_token(error: IdTokenError) -> Option<Advice> {
    match error {
        IdTokenError::Missing => Some(Advice::NoIdToken),
        IdTokenError::KeyUnknown => Some(Advice::AnotherKey),
        IdTokenError::NonceMissing => Some(Advice::NonceMissing),
        IdTokenError::AudienceMismatch | IdTokenError::AuthorizedPartyMismatch => {
            Some(Advice::AnotherAudience)
        }
        IdTokenError::IssuerMismatch => Some(Advice::AnotherIssuer),
        _ => None,
    }
}

/// Returns the advice for an OAuth error code (RFC 6749 4.1.2.1 and 5.2).
fn of_code(code: &str) -> Option<Advice> {
    match code {
        "invalid_scope" => Some(Advice::ScopesRefused),
        "unauthorized_client" => Some(Advice::ClientNotAllowed),
        "invalid_request" => Some(Advice::RequestRefused),
        _ => None,
    }
}
