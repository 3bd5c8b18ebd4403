//! Issuer, client id and launch handle.

use std::fmt;

use serde::{Deserialize, Serialize};

/// OpenID issuer, compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Issuer(String);

impl Issuer {
    /// Wraps an issuer, unchanged.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the issuer, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether another text differs in trailing slashes only.
    #[must_use]
    pub fn differs_by_slash(&self, other: &str) -> bool {
        self.0 != other && self.0.trim_end_matches('/') == other.trim_end_matches('/')
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Client id that one EHR issued to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Wraps a client id, unchanged.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns the client id, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Opaque `launch` value of an EHR. Sent back byte by byte, and redacted in `Debug`.
#[derive(Clone)]
pub struct LaunchHandle(String);

impl LaunchHandle {
    /// Maximum length, in bytes.
    pub const MAX_BYTES: usize = 8 * 1024;

    /// Wraps a handle, or returns `None` if it is empty, blank or too long.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.trim().is_empty() && text.len() <= Self::MAX_BYTES).then(|| Self(text.to_owned()))
    }

    /// Returns the handle, to send back to the EHR.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LaunchHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LaunchHandle(not shown)")
    }
}
