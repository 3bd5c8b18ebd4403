use std::fmt;

use serde::{Deserialize, Serialize};

/// An OpenID issuer, compared byte by byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Issuer(String);

impl Issuer {
    /// Wraps an issuer as it is written.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Our name at one EHR, as that EHR issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Wraps a client id.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As issued.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The opaque `launch` value of an EHR. It is repeated byte by byte and never printed.
#[derive(Clone)]
pub struct LaunchHandle(String);

impl LaunchHandle {
    /// The longest handle we take, in bytes.
    pub const LONGEST: usize = 8 * 1024;

    /// Takes a handle; none when it is empty, blank or too long.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.trim().is_empty() && text.len() <= Self::LONGEST).then(|| Self(text.to_owned()))
    }

    /// The handle, to send back to the EHR.
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
