//! Errors of the SMART client: one enum for each stage, collected in [`Error`].

mod document;
mod id_token;
mod token_response;

use http::StatusCode;

pub use document::{DocumentError, NotServedReason};
pub use id_token::IdTokenError;
pub use token_response::{ClientAuthError, LaunchContextError, TokenResponseError};

use crate::egress;

/// Failure of one step of a launch.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A document of the EHR breaks a rule.
    #[error("{document}: {error}")]
    Document {
        /// Name of the document.
        document: &'static str,
        /// The rule it breaks.
        error: DocumentError,
    },
    /// The EHR answers, but does not serve a document.
    #[error("{document}: {reason}")]
    NotServed {
        /// Name of the document.
        document: &'static str,
        /// The reason.
        reason: NotServedReason,
    },
    /// An endpoint is at an origin that is not approved for this EHR. Nothing was sent there.
    #[error("an endpoint is at {0}, which is not approved for this EHR")]
    Origin(String),
    /// The EHR answers 404 or 410 for a document.
    #[error("{document}: not published")]
    NotPublished {
        /// Name of the document.
        document: &'static str,
    },
    /// A request for a document or token failed before a complete answer.
    #[error("{document}: request failed")]
    Egress {
        /// Name of the document.
        document: &'static str,
        /// Cause of the failure.
        #[source]
        source: egress::Error,
    },
    /// The EHR publishes another issuer than the one registered.
    #[error("the EHR publishes another issuer than the one registered")]
    IssuerMismatch,
    /// The openid-configuration of the issuer names another issuer (OpenID Connect Discovery 4.3).
    #[error("the issuer's openid-configuration names another issuer")]
    IssuerUnconfirmed,
    /// Neither the registration nor the EHR names an issuer.
    #[error("no issuer is registered and the EHR publishes none")]
    NoIssuer,
    /// Client authentication as registered is impossible.
    #[error("client authentication: {0}")]
    ClientAuth(#[from] ClientAuthError),
    /// The token endpoint answered with an error.
    #[error("the token endpoint answered {status} with {}", .code.unwrap_or("no known error code"))]
    TokenRefused {
        /// HTTP status.
        status: StatusCode,
        /// OAuth error code, if it is one of RFC 6749 5.2.
        code: Option<&'static str>,
    },
    /// The token response breaks a rule.
    #[error("token response: {0}")]
    TokenResponse(#[from] TokenResponseError),
    /// The id_token is refused.
    #[error("id_token refused: {0}")]
    IdToken(#[from] IdTokenError),
    /// The launch context is not usable.
    #[error("launch context: {0}")]
    LaunchContext(#[from] LaunchContextError),
}

impl Error {
    /// Codes of the variants that have no enum of their own.
    pub const CODES: [&'static str; 7] = [
        "origin-not-approved",
        "document-not-published",
        "request-failed",
        "issuer-mismatch",
        "issuer-unconfirmed",
        "issuer-missing",
        "token-refused",
    ];

    /// Stable code of the check that failed.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Document { error, .. } => error.code(),
            Self::NotServed { reason, .. } => reason.code(),
            Self::Origin(_) => "origin-not-approved",
            Self::NotPublished { .. } => "document-not-published",
            Self::Egress { .. } => "request-failed",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::IssuerUnconfirmed => "issuer-unconfirmed",
            Self::NoIssuer => "issuer-missing",
            Self::ClientAuth(error) => error.code(),
            Self::TokenRefused { .. } => "token-refused",
            Self::TokenResponse(error) => error.code(),
            Self::IdToken(error) => error.code(),
            Self::LaunchContext(error) => error.code(),
        }
    }

    /// Whether the EHR merely failed to answer, so that a cached copy may be used.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        match self {
            Self::NotServed { .. } | Self::NotPublished { .. } => true,
            // A blocked address stays blocked: waiting changes nothing.
            Self::Egress { source, .. } => !source.is_final(),
            _ => false,
        }
    }

    /// Whether clock skew may be the cause: a refused client assertion, or an id_token expired or not yet valid.
    /// `signs_assertions`: whether the client authenticates with `private_key_jwt`.
    #[must_use]
    pub fn is_about_time(&self, signs_assertions: bool) -> bool {
        match self {
            Self::TokenRefused { code, .. } => *code == Some("invalid_client") && signs_assertions,
            Self::IdToken(error) => matches!(error, IdTokenError::Expired | IdTokenError::NotYetValid),
            _ => false,
        }
    }

    /// Whether the EHR is down or misconfigured, as opposed to refusing this launch.
    #[must_use]
    pub fn is_ehr_trouble(&self) -> bool {
        match self {
            Self::Document { .. }
            | Self::NotServed { .. }
            | Self::NotPublished { .. }
            | Self::Origin(_)
            | Self::Egress { .. }
            | Self::IssuerMismatch
            | Self::IssuerUnconfirmed
            | Self::NoIssuer
            | Self::ClientAuth(_)
            | Self::TokenResponse(_) => true,
            // A redirect, 404, 405, 410 or 429 does not concern the authorization code.
            Self::TokenRefused { status, code } => {
                let is_no_page = matches!(
                    *status,
                    StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED
                );
                !status.is_client_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || (code.is_none() && is_no_page)
            }
            Self::IdToken(_) | Self::LaunchContext(_) => false,
        }
    }
}
