//! Failure of a terminology server.

/// The server did not answer, or its answer cannot be used. It was logged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the terminology server did not answer")]
pub struct Unavailable;
