//! OAuth 2.0 client credentials at a server that is not an EHR, such as a destination of messages.
//!
//! Source: RFC 6749 4.4, RFC 7523, SMART client-confidential-asymmetric.

use std::{fmt, sync::Arc};

use http::{HeaderValue, header};
use jiff::Timestamp;
use secrecy::SecretString;
use url::{Url, form_urlencoded};

use super::{
    client_assertion::sign_for,
    client_auth::{ASSERTION_TYPE, BasicEncoding, basic},
    client_keys::{ClientKey, KeyError, SigningAlg},
    error::{Error, TokenResponseError},
    token,
    types::ClientId,
};
use crate::egress::{Reply, Request};

/// Proof of this client at a token endpoint.
#[derive(Clone, Debug)]
pub enum CredentialsProof {
    /// Client secret in HTTP Basic.
    Secret(SecretString),
    /// Assertion signed with a private key (`private_key_jwt`).
    Key(AssertionKey),
}

/// Private key of client assertions, RSA (RS384) or EC P-384 (ES384).
#[derive(Clone)]
pub struct AssertionKey {
    key: Arc<ClientKey>,
    alg: SigningAlg,
}

impl AssertionKey {
    /// Parses a private key in PEM. Its key id is the thumbprint of its public half (RFC 7638).
    ///
    /// # Errors
    /// [`KeyError`] if it is neither an RSA nor an EC P-384 private key.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        [SigningAlg::Es384, SigningAlg::Rs384]
            .into_iter()
            .find_map(|alg| Some(Self { key: Arc::new(ClientKey::from_pem(pem, alg).ok()?), alg }))
            .ok_or(KeyError::UNREADABLE)
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssertionKey({})", self.key.kid)
    }
}

/// This client at one token endpoint.
#[derive(Clone, Debug)]
pub struct CredentialsClient {
    /// Token endpoint.
    pub token_endpoint: Url,
    /// Client id that the server issued to us.
    pub client_id: ClientId,
    /// Requested scope; may be empty.
    pub scope: String,
    /// Secret or key.
    pub proof: CredentialsProof,
}

/// Access token from client credentials.
#[derive(Clone, Debug)]
pub struct CredentialsToken {
    /// Access token.
    pub access_token: SecretString,
    /// Expiry of the access token.
    pub expires_at: Timestamp,
}

/// Builds the token request.
///
/// # Errors
/// [`Error::ClientAuth`] if the secret does not fit into a header or the key does not sign.
pub fn build_credentials_request(client: &CredentialsClient, now: Timestamp) -> Result<Request, Error> {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("grant_type", "client_credentials");
    if !client.scope.is_empty() {
        body.append_pair("scope", &client.scope);
    }
    let mut authorization = None;
    match &client.proof {
        CredentialsProof::Secret(secret) => {
            authorization = Some(basic(&client.client_id, secret, BasicEncoding::Form)?);
        }
        CredentialsProof::Key(AssertionKey { key, alg }) => {
            let audience = client.token_endpoint.as_str();
            let assertion = sign_for(key, *alg, &client.client_id, audience, now)?;
            body.append_pair("client_assertion_type", ASSERTION_TYPE);
            body.append_pair("client_assertion", &assertion);
        }
    }
    let form = "application/x-www-form-urlencoded";
    let request = Request::post(client.token_endpoint.clone(), form, body.finish().into_bytes())
        .header(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(match authorization {
        Some(value) => request.header(header::AUTHORIZATION, value),
        None => request,
    })
}

/// Parses the token response.
///
/// # Errors
/// [`Error::TokenRefused`] for an OAuth error, or the rule that is broken.
pub fn process_credentials_response(reply: &Reply, now: Timestamp) -> Result<CredentialsToken, Error> {
    let members = token::read(reply)?;
    let access_token = token::token(&members, "access_token")?;
    Ok(CredentialsToken {
        access_token: access_token.ok_or(TokenResponseError::NoAccessToken)?,
        expires_at: now + token::lifetime(members.get("expires_in")),
    })
}
