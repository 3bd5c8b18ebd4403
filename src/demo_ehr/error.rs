//! Errors of setting up the simulated EHR.

/// Error of creating or changing a simulated EHR.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The base URL is not http(s), or has a query or fragment.
    #[error("the base URL of the demo EHR must be an http(s) URL without query or fragment: {0}")]
    BaseUrl(url::Url),
    /// A signing key could not be generated.
    #[error("a signing key could not be generated")]
    Keys(#[from] aws_lc_rs::error::Unspecified),
}
