//! Errors of an outgoing request.

use super::connect_error::ConnectError;

/// Failure of an outgoing request.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not allowed for this peer. Nothing was sent.
    #[error("the address is not allowed for this peer")]
    Blocked,
    /// The URL is not one we connect to. Nothing was sent.
    #[error("the URL is not usable: {0}")]
    Url(&'static str),
    /// TLS cannot be set up, usually because this machine has no CA certificates. Nothing was sent.
    #[error("TLS cannot be set up: install CA certificates on this machine")]
    Setup(#[source] reqwest::Error),
    /// The limit of concurrent requests to this peer is reached. Nothing was sent.
    #[error("too many concurrent requests to this peer")]
    AtCapacity,
    /// The connection or the TLS handshake failed, or the peer refused our client certificate. Nothing arrived.
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    /// The deadline passed. The request may have arrived.
    #[error("no response before the deadline")]
    Timeout,
    /// The connection broke. The request may have arrived.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
    /// The response is larger than its limit.
    #[error("the response is too large")]
    TooLarge,
}

impl Error {
    /// Whether the peer may have received the request although no response was read.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::Timeout | Self::Broken(_) | Self::TooLarge)
    }

    /// Whether a retry would fail in the same way.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Blocked | Self::Url(_))
    }

    /// Returns the cause if the connection failed, or `None` for any other error.
    #[must_use]
    pub fn connect_error(&self) -> Option<ConnectError> {
        match self {
            Self::Connect(error) => Some(ConnectError::of(error)),
            _ => None,
        }
    }

    pub(super) fn from_reqwest(error: reqwest::Error) -> Self {
        let mut source: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(cause) = source {
            if cause.is::<Blocked>() {
                return Self::Blocked;
            }
            source = cause.source();
        }
        // With TLS 1.3 the peer refuses a client certificate after the handshake, as we see it.
        let is_unidentified = ConnectError::of(&error).is_about_client_certificate();
        // The URL of the error may contain a code or an id.
        let error = error.without_url();
        if error.is_connect() || is_unidentified {
            Self::Connect(error)
        } else if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Broken(error)
        }
    }
}

/// Marker that the resolver returns through the HTTP library if no resolved address is allowed.
#[derive(Debug, thiserror::Error)]
#[error("no allowed address")]
pub(super) struct Blocked;
