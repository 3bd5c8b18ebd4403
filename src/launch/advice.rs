use http::StatusCode;

use super::error::Error;
use crate::{
    ehrs::Ehr,
    smart::{self, ClientAuth, IdTokenError},
};

/// What an administrator can do about a launch that was refused, where asking the EHR what it publishes does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The EHR does not repeat the nonce.
    NonceMissing,
    /// The id_token is for another client.
    AnotherAudience,
    /// The id_token is of another issuer.
    AnotherIssuer,
    /// No published key fits.
    AnotherKey,
    /// There was no id_token.
    NoIdToken,
    /// The EHR does not take the client secret.
    SecretRefused,
    /// The EHR does not take what we sign.
    AssertionRefused,
    /// The EHR does not let this client do that.
    ClientNotAllowed,
    /// The EHR does not take the code.
    CodeRefused,
    /// The EHR does not take the scopes.
    ScopesRefused,
    /// The EHR does not take the request.
    RequestRefused,
    /// The EHR named no patient.
    NoPatient,
    /// Reading the patient was not granted.
    PatientNotGranted,
    /// The clocks are apart.
    Clocks,
    /// Asking the EHR tells more.
    Check,
}

impl Advice {
    /// Every one.
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

    /// As it stands in traces, and in the keys of its words.
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

    /// What may help against `error` at an EHR that is known.
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
        IdTokenError::AudienceMismatch => Some(Advice::AnotherAudience),
        IdTokenError::IssuerMismatch => Some(Advice::AnotherIssuer),
        _ => None,
    }
}

/// By an error code of OAuth (RFC 6749 4.1.2.1 and 5.2).
fn of_code(code: &str) -> Option<Advice> {
    match code {
        "invalid_scope" => Some(Advice::ScopesRefused),
        "unauthorized_client" => Some(Advice::ClientNotAllowed),
        "invalid_request" => Some(Advice::RequestRefused),
        _ => None,
    }
}
