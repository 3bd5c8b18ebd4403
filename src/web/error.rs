use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde::Serialize;

use super::Page;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What the person reads. Each kind has a title, what happened and what to do next, in both languages:
/// messages `error-{kind}-title`, `error-{kind}-what`, `error-{kind}-next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// A launch that did not come from a known EHR, or is incomplete.
    BadLaunch,
    /// The sign-in could not be completed.
    SigninFailed,
    /// The sign-in took too long, or its page was opened a second time or in another browser.
    SigninExpired,
    /// The person said no at the EHR, or the EHR did.
    SigninDeclined,
    /// The EHR's administrator has to correct something.
    EhrSetup,
    /// The EHR is down or does not answer properly.
    EhrTrouble,
    /// The EHR has too much to do, and asks us to wait.
    EhrBusy,
    /// The EHR did not answer a moment ago, and is left alone for another.
    EhrResting,
    /// The EHR gave no patient.
    NoPatient,
    /// The EHR gave another patient than the one of the launch.
    WrongPatient,
    /// The EHR did not grant what a referral needs.
    NotGranted,
    /// This EHR may not be used at present.
    Suspended,
    /// The EHR has ended the session there; nothing was sent.
    EndedByEhr,
    /// The account is switched off.
    AccountDisabled,
    /// This kind of user has nothing to do here.
    NotForRole,
    /// Signed out, or the session ended.
    SignedOut,
    /// There is no such page, or not for this person.
    NotFound,
    /// This person may not do this.
    NotAllowed,
    /// The form did not come from our page, or is too old.
    Forged,
    /// Somebody else changed it meanwhile.
    Conflict,
    /// What was sent cannot be read.
    BadRequest,
    /// Too much was sent.
    TooLarge,
    /// The method is not for this page.
    Method,
    /// The host is not ours.
    Host,
    /// The database or something else we need is busy or gone.
    Busy,
    /// A fault of ours.
    Unexpected,
}

impl ErrorKind {
    /// Every kind, for the test that looks for their words.
    pub const ALL: [Self; 26] = [
        Self::BadLaunch,
        Self::SigninFailed,
        Self::SigninExpired,
        Self::SigninDeclined,
        Self::EhrSetup,
        Self::EhrTrouble,
        Self::EhrBusy,
        Self::EhrResting,
        Self::NoPatient,
        Self::WrongPatient,
        Self::NotGranted,
        Self::Suspended,
        Self::EndedByEhr,
        Self::AccountDisabled,
        Self::NotForRole,
        Self::SignedOut,
        Self::NotFound,
        Self::NotAllowed,
        Self::Forged,
        Self::Conflict,
        Self::BadRequest,
        Self::TooLarge,
        Self::Method,
        Self::Host,
        Self::Busy,
        Self::Unexpected,
    ];

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::BadLaunch | Self::SigninFailed | Self::SigninExpired | Self::BadRequest => {
                StatusCode::BAD_REQUEST
            }
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::EhrSetup | Self::EhrTrouble | Self::WrongPatient => StatusCode::BAD_GATEWAY,
            Self::Busy | Self::EhrBusy | Self::EhrResting => StatusCode::SERVICE_UNAVAILABLE,
            Self::Unexpected => StatusCode::INTERNAL_SERVER_ERROR,
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

    /// The kind for an error some layer below reports by its status only.
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

/// The only error that becomes a page: plain words, one next step, a correlation id, nothing of the request.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    why: String,
    source: Option<Source>,
}

impl Error {
    /// An error with its cause in our words, for the log.
    #[must_use]
    pub fn new(kind: ErrorKind, why: &str) -> Self {
        Self { kind, why: why.to_owned(), source: None }
    }

    /// An error with the error that caused it.
    pub fn caused(kind: ErrorKind, source: impl Into<Source>) -> Self {
        let source = source.into();
        Self { kind, why: source.to_string(), source: Some(source) }
    }

    /// A fault of ours.
    pub fn unexpected(source: impl Into<Source>) -> Self {
        Self::caused(ErrorKind::Unexpected, source)
    }

    /// What the person reads.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The cause and its causes, for the log.
    pub(super) fn chain(&self) -> String {
        let mut text = self.why.clone();
        let mut cause = self.source.as_deref().and_then(std::error::Error::source);
        while let Some(error) = cause {
            text = format!("{text}: {error}");
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

    /// Empty: the guard writes the page, which needs the request's language.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).finish()
    }
}

/// The error page.
#[derive(Debug, Serialize)]
pub struct ErrorPage {
    /// What the person reads.
    pub kind: ErrorKind,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn samples() -> Vec<Self> {
        ErrorKind::ALL.into_iter().map(|kind| Self { kind }).collect()
    }
}
