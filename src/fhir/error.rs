use http::StatusCode;

use crate::egress;

/// Why FHIR data did not come.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The access token is not accepted (401).
    #[error("the EHR no longer accepts the access token")]
    Unauthorized,
    /// The EHR does not let this user or app see it (403).
    #[error("the EHR refused access")]
    Forbidden,
    /// It is not there, or no longer (404, 410).
    #[error("the EHR does not have it")]
    NotFound,
    /// It was changed since it was read (409, 412).
    #[error("it was changed since it was read")]
    Conflict,
    /// The server does not tell its version, so that it cannot be changed with care.
    #[error("the EHR tells no version of it")]
    Unversioned,
    /// The EHR has too much to do (429, or 503 with a time), and the seconds it asks us to wait, if it says so.
    #[error("the EHR is busy")]
    Busy(Option<u32>),
    /// Any other status, redirects included.
    #[error("the EHR answered with status {0}")]
    Status(StatusCode),
    /// The answer is not FHIR JSON, or not the resource asked for.
    #[error("the EHR answered with something else: {0}")]
    Content(&'static str),
    /// The answer is of another version of FHIR than R4.
    #[error("the EHR answered in another version of FHIR")]
    Version,
    /// The answer names another resource than the one asked for.
    #[error("the EHR gave another resource than the one asked for")]
    Mismatch,
    /// No answer.
    #[error("the EHR did not answer")]
    Egress(#[from] egress::Error),
}
