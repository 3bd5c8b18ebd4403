//! Errors of a FHIR request.

use http::StatusCode;

use crate::egress;

/// Failure of a FHIR request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server does not accept the access token (401).
    #[error("the EHR no longer accepts the access token")]
    Unauthorized,
    /// The server denies this user or app access (403).
    #[error("the EHR refused access")]
    Forbidden,
    /// The resource does not exist (any more) (404, 410).
    #[error("the EHR does not have the resource")]
    NotFound,
    /// The resource was changed since it was read (409, 412).
    #[error("the resource was changed since it was read")]
    Conflict,
    /// The server does not return a version, so the resource cannot be updated safely.
    #[error("the EHR returned no version of the resource")]
    Unversioned,
    /// The server is overloaded (429, or 503 with `Retry-After`). With the seconds it asks us to wait, if any.
    #[error("the EHR is busy")]
    Busy(Option<u32>),
    /// Any other status, redirects included.
    #[error("the EHR answered with status {0}")]
    Status(StatusCode),
    /// The response is not FHIR JSON, or not the expected kind of resource.
    #[error("the EHR returned an unexpected response: {0}")]
    Content(&'static str),
    /// The content of a document is larger than is read.
    #[error("the content is too large")]
    TooLarge,
    /// The response is in another version of FHIR than R4.
    #[error("the EHR returned another version of FHIR than R4")]
    Version,
    /// The response is another resource than the requested one.
    #[error("the EHR returned another resource than the requested one")]
    Mismatch,
    /// The request got no response.
    #[error("the EHR did not answer")]
    Egress(#[from] egress::Error),
}

impl Error {
    /// Whether the request was not sent because of our own limit of concurrent requests.
    #[must_use]
    pub fn is_at_capacity(&self) -> bool {
        matches!(self, Self::Egress(egress::Error::AtCapacity))
    }

    /// Returns the error of a request that was not sent because of our own limit.
    #[cfg(test)]
    pub(crate) fn at_capacity() -> Self {
        Self::Egress(egress::Error::AtCapacity)
    }
}
