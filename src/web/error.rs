//! The error of a handler, by the text its page shows.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::Serialize;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Kind of an error page. Each kind has a title, a cause and a next step in both languages: messages
/// `error-{kind}-title`, `error-{kind}-what`, `error-{kind}-next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The launch is incomplete, or its EHR is not registered.
    BadLaunch,
    /// The sign-in could not be completed.
    SigninFailed,
    /// The sign-in took too long, or its page was opened twice or in another browser.
    SigninExpired,
    /// The user or the EHR denied the authorization.
    SigninDeclined,
    /// The EHR is misconfigured, and its administrator has to correct it.
    EhrSetup,
    /// The EHR is down, or its responses are not valid.
    EhrTrouble,
    /// The EHR is overloaded and asked us to wait.
    EhrBusy,
    /// The circuit breaker of the EHR is open, because it did not answer a moment ago.
    EhrResting,
    /// The launch has no patient.
    NoPatient,
    /// The EHR has no record of the patient that it named.
    PatientNotFound,
    /// The EHR returned another patient than the one of the launch.
    WrongPatient,
    /// The EHR continued its session for another user or another visit.
    SessionChanged,
    /// The EHR did not grant the scopes that a referral needs.
    NotGranted,
    /// The EHR is suspended.
    Suspended,
    /// The EHR has ended its session. Nothing was sent.
    EndedByEhr,
    /// The account is disabled.
    AccountDisabled,
    /// The role of the user has no access to this app.
    NotForRole,
    /// The user is signed out, or the session has ended.
    SignedOut,
    /// The page does not exist, or not for this user.
    NotFound,
    /// The referral was written after the backup that the database was restored from.
    Lost,
    /// The user may not do this.
    NotAllowed,
    /// The form was not sent by our page, or is too old.
    Forged,
    /// Another request changed it in the meantime.
    Conflict,
    /// The request cannot be parsed.
    BadRequest,
    /// The request body is too large.
    TooLarge,
    /// The page does not accept this HTTP method.
    Method,
    /// The host header does not name this installation.
    Host,
    /// The letter could not be drawn as a PDF.
    NotDrawn,
    /// The database or another dependency is busy or unavailable.
    Busy,
    /// An internal error.
    Unexpected,
}

impl ErrorKind {
    /// Every kind, for the test of their messages.
    pub const ALL: [Self; 30] = [
        Self::BadLaunch,
        Self::SigninFailed,
        Self::SigninExpired,
        Self::SigninDeclined,
        Self::EhrSetup,
        Self::EhrTrouble,
        Self::EhrBusy,
        Self::EhrResting,
        Self::NoPatient,
        Self::PatientNotFound,
        Self::WrongPatient,
        Self::SessionChanged,
        Self::NotGranted,
        Self::Suspended,
        Self::EndedByEhr,
        Self::AccountDisabled,
        Self::NotForRole,
        Self::SignedOut,
        Self::NotFound,
        Self::Lost,
        Self::NotAllowed,
        Self::Forged,
        Self::Conflict,
        Self::BadRequest,
        Self::TooLarge,
        Self::Method,
        Self::Host,
        Self::NotDrawn,
        Self::Busy,
        Self::Unexpected,
    ];

    /// Returns the HTTP status of the page.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::BadLaunch | Self::SigninFailed | Self::SigninExpired | Self::BadRequest => {
                StatusCode::BAD_REQUEST
            }
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound | Self::Lost => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::EhrSetup
            | Self::EhrTrouble
            | Self::PatientNotFound
            | Self::WrongPatient
            | Self::SessionChanged => StatusCode::BAD_GATEWAY,
            Self::Busy | Self::EhrBusy | Self::EhrResting => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotDrawn | Self::Unexpected => StatusCode::INTERNAL_SERVER_ERROR,
            Self::SigninDeclined
            | Self::NoPatient
            | Self::NotGranted
            | Self::Suspended
            | Self::EndedByEhr
            | Self::AccountDisabled
            | Self::NotForRole
            | Self::NotAllowed
            | Self::Forged => StatusCode::FORBIDDEN,
        }
    }

    /// Returns the kind for an error that a lower layer reports by its status only.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::MISDIRECTED_REQUEST => Self::Host,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => {
                Self::Busy
            }
            status if status.is_client_error() => Self::BadRequest,
            _ => Self::Unexpected,
        }
    }
}

/// Error that becomes a page with plain words, one next step and a correlation id. Nothing of the request is echoed.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    why: String,
    code: Option<&'static str>,
    source: Option<Source>,
}

impl Error {
    /// Returns an error with its cause as a text for the log.
    #[must_use]
    pub fn new(kind: ErrorKind, why: &str) -> Self {
        Self { kind, why: why.to_owned(), code: None, source: None }
    }

    /// Returns an error with the error that caused it.
    pub fn caused(kind: ErrorKind, source: impl Into<Source>) -> Self {
        let source = source.into();
        Self { kind, why: source.to_string(), code: None, source: Some(source) }
    }

    /// Returns an internal error with its cause.
    pub fn unexpected(source: impl Into<Source>) -> Self {
        Self::caused(ErrorKind::Unexpected, source)
    }

    /// Returns the same error with the stable code of the check that failed, for the log.
    #[must_use]
    pub fn with_code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    /// Returns the stable code of the check that failed, if it has one.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        self.code
    }

    /// Returns the kind of page.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the chain of causes, for the log, without those that the text before them already names.
    pub(super) fn chain(&self) -> String {
        let mut text = self.why.clone();
        let mut cause = self.source.as_deref().and_then(std::error::Error::source);
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.ends_with(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// Returns an empty response. The guard renders the page, because it knows the language of the request.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Error whose text repeats that of its cause.
    #[derive(Debug, thiserror::Error)]
    #[error("Patient: {0}")]
    struct Repeating(#[source] std::io::Error);

    #[test]
    fn logs_each_cause_once() {
        let cause = std::io::Error::other("the EHR did not answer");
        let error = Error::caused(ErrorKind::EhrTrouble, Repeating(cause));
        assert_eq!(error.chain(), "Patient: the EHR did not answer");
    }
}
