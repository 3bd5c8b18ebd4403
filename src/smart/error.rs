use http::StatusCode;

use super::{
    ClientAuth,
    id_token::{EXPIRED, NOT_YET_VALID},
};
use crate::egress;

/// Why a launch cannot go on, in the words of the standards.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A document of the EHR did not come or is not what it must be.
    #[error("{document}: {what}")]
    Document {
        /// Which document.
        document: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The EHR is there but does not serve a document: another status, or a web page.
    #[error("{document}: {what}")]
    NotServed {
        /// Which document.
        document: &'static str,
        /// What came instead.
        what: &'static str,
    },
    /// An endpoint lies at an origin that nobody approved for this EHR. Nothing was sent there.
    #[error("an endpoint has moved to {0}, which nobody approved")]
    Origin(String),
    /// The EHR answers that it has no such document: 404 or 410.
    #[error("{document} is not there")]
    NotPublished {
        /// Which document.
        document: &'static str,
    },
    /// A document or answer of the EHR did not come.
    #[error("{document} did not come")]
    Egress {
        /// What was asked for.
        document: &'static str,
        /// Why it did not come.
        #[source]
        source: egress::Error,
    },
    /// The EHR publishes another issuer than the one pinned.
    #[error("the EHR publishes another issuer than the one registered")]
    IssuerMismatch,
    /// Neither the registration nor the EHR names an issuer.
    #[error("no issuer is pinned and the EHR publishes none")]
    NoIssuer,
    /// We cannot prove who we are in the way that was agreed on.
    #[error("client authentication: {0}")]
    ClientAuth(&'static str),
    /// The token endpoint refused, with an OAuth error code.
    #[error("the token endpoint answered {status} with error {code:?}")]
    TokenRefused {
        /// HTTP status.
        status: StatusCode,
        /// The OAuth error code, if it is one of the standard's.
        code: Option<&'static str>,
    },
    /// The token response breaks a rule.
    #[error("token response: {0}")]
    TokenResponse(&'static str),
    /// There is no id_token, so nobody is signed in.
    #[error("token response: no id_token")]
    NoIdToken,
    /// The id_token is refused.
    #[error("id_token refused: {0}")]
    IdToken(String),
    /// The id_token names a key the EHR does not publish.
    #[error("id_token refused: no published key fits its signature")]
    UnknownKey,
    /// The launch context is not usable.
    #[error("launch context: {0}")]
    LaunchContext(&'static str),
}

impl Error {
    /// Whether the EHR only did not answer, so that what it said before may still hold.
    #[must_use]
    pub fn is_absence(&self) -> bool {
        match self {
            Self::NotServed { .. } | Self::NotPublished { .. } => true,
            // An address we do not go to is no matter of waiting.
            Self::Egress { source, .. } => !source.is_final(),
            _ => false,
        }
    }

    /// Whether a wrong clock may be the cause: a signed assertion that is refused, an id_token that is over or to come.
    #[must_use]
    pub fn is_about_time(&self, client_auth: &ClientAuth) -> bool {
        match self {
            Self::TokenRefused { code, .. } => {
                *code == Some("invalid_client") && matches!(client_auth, ClientAuth::PrivateKeyJwt(_))
            }
            Self::IdToken(why) => why == EXPIRED || why == NOT_YET_VALID,
            _ => false,
        }
    }

    /// Whether the EHR's side is down or broken, rather than refusing.
    #[must_use]
    pub fn is_ehr_trouble(&self) -> bool {
        match self {
            Self::Document { .. }
            | Self::NotServed { .. }
            | Self::NotPublished { .. }
            | Self::Origin(_)
            | Self::Egress { .. }
            | Self::IssuerMismatch
            | Self::NoIssuer
            | Self::ClientAuth(_)
            | Self::TokenResponse(_) => true,
            // A redirect, "too many requests" and "no such page" say nothing about the code.
            Self::TokenRefused { status, code } => {
                let is_no_page = matches!(
                    *status,
                    StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED
                );
                !status.is_client_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || (code.is_none() && is_no_page)
            }
            Self::NoIdToken | Self::IdToken(_) | Self::UnknownKey | Self::LaunchContext(_) => false,
        }
    }
}
