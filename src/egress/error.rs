use super::ConnectError;

/// Why a request brought nothing back.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one this peer may have; nothing was sent.
    #[error("the address is not allowed for this peer")]
    Blocked,
    /// The URL is not one we connect to; nothing was sent.
    #[error("the URL is not usable: {0}")]
    Url(&'static str),
    /// This machine cannot speak TLS, most often because it has no CA certificates; nothing was sent.
    #[error("this machine cannot speak TLS: install CA certificates")]
    Setup(#[source] reqwest::Error),
    /// Too many requests to this peer are under way; nothing was sent.
    #[error("too many requests to it are under way")]
    AtCapacity,
    /// Nobody answered, or TLS failed; nothing was sent.
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    /// The deadline passed. What was sent may have arrived.
    #[error("no answer in time")]
    Timeout,
    /// The connection broke. What was sent may have arrived.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
    /// The answer is larger than we read.
    #[error("the answer is too large")]
    TooLarge,
}

impl Error {
    /// Whether the peer may have received the request although no answer came.
    #[must_use]
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::Timeout | Self::Broken(_) | Self::TooLarge)
    }

    /// Whether trying again will end the same way.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Blocked | Self::Url(_))
    }

    /// Why there was no connection; none where there was one, or none was tried.
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
        // The URL of the error may hold a code or an id.
        let error = error.without_url();
        if error.is_connect() {
            Self::Connect(error)
        } else if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Broken(error)
        }
    }
}

/// Says, through the layers of the HTTP library, that every resolved address was refused.
#[derive(Debug, thiserror::Error)]
#[error("no allowed address")]
pub(super) struct Blocked;
