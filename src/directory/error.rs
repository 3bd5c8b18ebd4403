//! Errors of a directory file.

/// Error of a directory file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("the directory file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// The file is not JSON.
    #[error("the directory file is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Services that cannot be used, all of them.
    #[error("no referral could be sent to these services of the directory: {}", .0.join("; "))]
    Services(Vec<String>),
}
