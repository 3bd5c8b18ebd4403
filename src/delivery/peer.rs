//! Destinations at which we authenticate: their own client, and what proves who we are.

use http::{HeaderName, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use url::Url;

use super::{
    advice::Advice,
    no_answer::unconnected,
    outcome::{Outcome, Reason},
    reason_kind::ReasonKind,
};
use crate::{
    egress::{self, Limits, Outbound, Request, Validity},
    smart::{
        self, CredentialsClient, CredentialsToken, build_credentials_request, process_credentials_response,
    },
};

/// Time before its expiry at which a token is replaced.
const RENEWAL_MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// Proof of who we are in each request.
pub enum Credentials {
    /// None, or only a client certificate, which belongs to the client of the peer.
    None,
    /// A key in a header.
    ApiKey(HeaderName, SecretString),
    /// Access tokens from OAuth 2.0 client credentials.
    OAuth(CredentialsClient),
}

/// Destination at which we authenticate.
pub struct Peer {
    base: Url,
    outbound: Outbound,
    credentials: Credentials,
    token: Mutex<Option<CredentialsToken>>,
}

impl Peer {
    /// Returns the peer at a base URL, reached through its own client.
    #[must_use]
    pub fn new(base: Url, outbound: Outbound, credentials: Credentials) -> Self {
        Self { base, outbound, credentials, token: Mutex::default() }
    }

    /// Returns the base URL.
    #[must_use]
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Returns the validity of our client certificate at `now`, or `None` if this peer has none.
    #[must_use]
    pub fn certificate_validity(&self, now: Timestamp) -> Option<Validity> {
        Some(self.outbound.certificate()?.validity(now))
    }

    /// Client by which the peer is reached.
    #[must_use]
    pub fn outbound(&self) -> &Outbound {
        &self.outbound
    }

    /// Whether a URL is at or below the base URL of this peer.
    pub(super) fn serves(&self, url: &Url) -> bool {
        let base = self.base.path().trim_end_matches('/');
        let below =
            url.path().strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        below && url.origin() == self.base.origin()
    }

    /// Length of the base URL, by which the closest peer is chosen.
    pub(super) fn closeness(&self) -> usize {
        self.base.path().trim_end_matches('/').len()
    }

    /// Adds the proof to a request.
    ///
    /// # Errors
    /// The outcome of the attempt if there is no proof. Nothing was sent then.
    pub async fn prove(&self, request: Request, now: Timestamp) -> Result<Request, Outcome> {
        self.check_certificate(now)?;
        match &self.credentials {
            Credentials::None => Ok(request),
            Credentials::ApiKey(name, key) => {
                Ok(request.secret_header(name.clone(), value(key.expose_secret())?))
            }
            Credentials::OAuth(client) => {
                let token = self.token(client, now).await?;
                let bearer = format!("Bearer {}", token.expose_secret());
                Ok(request.secret_header(header::AUTHORIZATION, value(&bearer)?))
            }
        }
    }

    /// Checks that our client certificate is valid now. Destinations refuse another one in ways that say less.
    fn check_certificate(&self, now: Timestamp) -> Result<(), Outcome> {
        let problem = match self.certificate_validity(now) {
            None | Some(Validity::Valid) => return Ok(()),
            Some(Validity::NotYet(from)) => format!("{} {from}", ReasonKind::CertificateNotYetValid),
            Some(Validity::Expired(at)) => format!("{} {at}", ReasonKind::CertificateExpired),
        };
        Err(Outcome::OurFault(Reason::from(problem).advising(Advice::ClientCertificateExpired)))
    }

    /// Forgets the access token: the destination did not accept it.
    pub async fn forget_token(&self) {
        *self.token.lock().await = None;
    }

    async fn token(&self, client: &CredentialsClient, now: Timestamp) -> Result<SecretString, Outcome> {
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| now + RENEWAL_MARGIN < token.expires_at) {
            return Ok(token.access_token.clone());
        }
        let request = build_credentials_request(client, now).map_err(|error| refused(&error))?;
        let reply = self.outbound.send(request, Limits::TOKEN).await.map_err(|error| unreached(&error))?;
        if reply.status.is_server_error() {
            let reason = format!("{} ({})", ReasonKind::TokenEndpointFails, reply.status.as_u16());
            return Err(Outcome::RetryLater(Reason::from(reason).advising(Advice::Token), None));
        }
        let token = process_credentials_response(&reply, now).map_err(|error| refused(&error))?;
        Ok(held.insert(token).access_token.clone())
    }
}

/// Returns the outcome of a token request without an answer. The message was not sent.
fn unreached(error: &egress::Error) -> Outcome {
    match error {
        egress::Error::Connect(_) => unconnected(ReasonKind::NoConnectionToTokenEndpoint, error),
        egress::Error::Blocked | egress::Error::Url(_) => {
            let reason = Reason::from(ReasonKind::TokenAddressNotAllowed);
            Outcome::Misdirected(reason.advising(Advice::Address), None)
        }
        _ => {
            let reason = Reason::from(ReasonKind::TokenEndpointSilent);
            Outcome::RetryLater(reason.advising(Advice::Token), None)
        }
    }
}

fn refused(error: &smart::Error) -> Outcome {
    tracing::warn!(cause = %error, "no access token for a destination");
    let said = match error {
        smart::Error::TokenRefused { code: Some(code), .. } => format!(" ({code})"),
        _ => String::new(),
    };
    let reason = Reason::from(format!("{}{said}", ReasonKind::NoToken));
    Outcome::Misdirected(reason.advising(Advice::Token), None)
}

fn value(text: &str) -> Result<HeaderValue, Outcome> {
    let unusable = |_| {
        let reason = Reason::from(ReasonKind::SecretUnusable);
        Outcome::OurFault(reason.advising(Advice::Secret))
    };
    HeaderValue::from_str(text).map_err(unusable)
}
