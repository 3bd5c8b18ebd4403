//! Advice for an administrator about a refused launch.

use http::StatusCode;

use super::error::{Error, RequestError};
use crate::{
    ehrs::Ehr,
    error_codes::codes,
    fhir,
    smart::{self, CallbackError, ClientAuth, IdTokenError},
};

codes! {
    /// Advice for an administrator about a refused launch, in particular where checking the EHR's metadata cannot show the
    /// cause. Its words are the messages `admin-advice-{code}`.
    pub enum Advice {
        NotBack = "not-back";
        LaunchIncomplete = "launch-incomplete";
        IssUnknown = "iss-unknown";
        NonceMissing = "nonce-missing";
        AnotherAudience = "another-audience";
        AnotherIssuer = "another-issuer";
        AnotherKey = "another-key";
        AnotherAlgorithm = "another-algorithm";
        NoIdToken = "no-id-token";
        SecretRefused = "secret-refused";
        AssertionRefused = "assertion-refused";
        ClientNotAllowed = "client-not-allowed";
        CodeRefused = "code-refused";
        ScopesRefused = "scopes-refused";
        RequestRefused = "request-refused";
        CallbackMalformed = "callback-malformed";
        EhrFailing = "ehr-failing";
        TokenEndpoint = "token-endpoint";
        NoPatient = "no-patient";
        ContextInvalid = "context-invalid";
        PatientNotGranted = "patient-not-granted";
        PatientRefused = "patient-refused";
        PatientNotFound = "patient-not-found";
        PatientUnreadable = "patient-unreadable";
        Clocks = "clocks";
        Check = "check";
    }
}

impl Advice {
    /// Finds the advice with this code.
    #[must_use]
    pub fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|advice| advice.code() == code)
    }

    /// Returns the advice for `error`, at an EHR if it is registered.
    pub(super) fn against(error: &Error, ehr: Option<&Ehr>) -> Option<Self> {
        match error {
            Error::UnknownIss => Some(Self::IssUnknown),
            Error::Request(RequestError::NotSealed) => None,
            Error::Request(_) => Some(Self::LaunchIncomplete),
            Error::MalformedCallback(error) => Some(of_callback(*error)),
            Error::Smart(error) => of_smart(error, &ehr?.client.client_auth),
            Error::Declined(code) => of_code(code),
            Error::Clock { .. } => Some(Self::Clocks),
            Error::NoPatient => Some(Self::NoPatient),
            Error::NotGranted => Some(Self::PatientNotGranted),
            Error::Patient(error) => of_patient(error),
            _ => None,
        }
    }

    /// Returns the commands that carry it out for an EHR, to copy. A value that only the administrator knows is `…`.
    #[must_use]
    pub fn commands(self, ehr_id: &str) -> Vec<String> {
        let settings: &[&str] = match self {
            Self::NonceMissing => &["nonce_echoed=false"],
            Self::AnotherAudience => &["client_id=…"],
            Self::AnotherIssuer => &["issuer=…"],
            Self::SecretRefused => {
                &["--client-secret-file FILE", "client_auth=client_secret_post", "basic_encoding=raw"]
            }
            Self::AssertionRefused => &["assertion_audience=…"],
            Self::ScopesRefused | Self::PatientNotGranted => &["scope_syntax=v1"],
            Self::IssUnknown => &["aliases+=…"],
            Self::AnotherKey | Self::Check => return vec![format!("passerelle ehr check {ehr_id}")],
            _ => &[],
        };
        settings.iter().map(|setting| format!("passerelle ehr set {ehr_id} {setting}")).collect()
    }
}

fn of_callback(error: CallbackError) -> Advice {
    match error {
        CallbackError::NoState
        | CallbackError::Duplicate
        | CallbackError::Neither
        | CallbackError::Length => Advice::CallbackMalformed,
        CallbackError::Token => Advice::ClientNotAllowed,
    }
}

fn of_smart(error: &smart::Error, client_auth: &ClientAuth) -> Option<Advice> {
    match error {
        smart::Error::IdToken(error) => of_id_token(*error),
        smart::Error::TokenRefused { code: Some("invalid_grant"), .. } => Some(Advice::CodeRefused),
        smart::Error::TokenRefused { code, status }
            if *code == Some("invalid_client") || (code.is_none() && *status == StatusCode::UNAUTHORIZED) =>
        {
            Some(match client_auth {
                ClientAuth::PrivateKeyJwt(_) => Advice::AssertionRefused,
                ClientAuth::Basic(..) | ClientAuth::Post(_) => Advice::SecretRefused,
            })
        }
        smart::Error::TokenRefused { code: Some(code), .. } => of_code(code),
        // The check sends no token request, so it cannot show the cause.
        smart::Error::TokenRefused { code: None, .. }
        | smart::Error::TokenResponse(_)
        | smart::Error::Egress { document: "token response", .. } => Some(Advice::TokenEndpoint),
        smart::Error::LaunchContext(_) => Some(Advice::ContextInvalid),
        _ => Some(Advice::Check),
    }
}

fn of_id_token(error: IdTokenError) -> Option<Advice> {
    match error {
        IdTokenError::Missing => Some(Advice::NoIdToken),
        IdTokenError::KeyUnknown => Some(Advice::AnotherKey),
        IdTokenError::NonceMissing => Some(Advice::NonceMissing),
        IdTokenError::AlgorithmNotAllowed => Some(Advice::AnotherAlgorithm),
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
        "unauthorized_client" | "unsupported_response_type" | "unsupported_grant_type" => {
            Some(Advice::ClientNotAllowed)
        }
        "invalid_request" | "invalid_client" | "invalid_target" => Some(Advice::RequestRefused),
        "server_error" | "temporarily_unavailable" => Some(Advice::EhrFailing),
        _ => None,
    }
}

fn of_patient(error: &fhir::Error) -> Option<Advice> {
    match error {
        fhir::Error::Unauthorized | fhir::Error::Forbidden => Some(Advice::PatientRefused),
        fhir::Error::NotFound => Some(Advice::PatientNotFound),
        fhir::Error::Version => Some(Advice::Check),
        // Another patient is an incident, for which no setting is to be changed.
        fhir::Error::Mismatch => None,
        _ => Some(Advice::PatientUnreadable),
    }
}
