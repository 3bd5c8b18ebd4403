//! What can go wrong when the simulated EHR is set up.

/// Why a simulated EHR cannot be made or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The base URL cannot carry paths (`mailto:` and the like), or holds a query or fragment.
    #[error("the base URL of the demo EHR must be an http(s) URL without query or fragment: {0}")]
    BaseUrl(url::Url),
    /// A signing key could not be generated.
    #[error("a signing key could not be generated")]
    Keys(#[from] aws_lc_rs::error::Unspecified),
}
