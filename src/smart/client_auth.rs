//! Client authentication at the endpoints of an EHR.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderValue;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded::byte_serialize};

use super::endpoints::Endpoints;
use super::{
    client_assertion,
    client_keys::{Keyring, SigningAlg},
    error::{ClientAuthError, Error},
    types::ClientId,
};

pub(super) const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Method of client authentication. Fixed at registration; metadata of the EHR never changes it.
#[derive(Clone, Debug)]
pub enum ClientAuth {
    /// Client secret in HTTP Basic, as SMART specifies.
    Basic(SecretString, BasicEncoding),
    /// Client secret in the body, for servers without HTTP Basic.
    Post(SecretString),
    /// Assertion signed with a key pair used at this EHR only (RFC 7523, SMART asymmetric).
    PrivateKeyJwt(Assertions),
}

/// Settings of client assertions.
#[derive(Clone, Debug)]
pub struct Assertions {
    /// Our keys at this EHR.
    pub keyring: Arc<Keyring>,
    /// Algorithm, if agreed on; otherwise the best that the EHR lists.
    pub alg: Option<SigningAlg>,
    /// Audience, if it differs from the URL of the request.
    pub audience: Option<String>,
}

/// Encoding of client id and secret in HTTP Basic. Matters only for characters other than letters, digits and `*-._`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BasicEncoding {
    /// Form-urlencoded (RFC 6749 2.3.1).
    #[default]
    Form,
    /// Unencoded, for servers that do not decode.
    Raw,
}

/// Header and body fields that authenticate one request.
pub(super) struct Proof {
    pub(super) header: Option<HeaderValue>,
    pub(super) body: Vec<(&'static str, String)>,
}

impl ClientAuth {
    /// Whether the client authenticates with a signed assertion (`private_key_jwt`).
    #[must_use]
    pub fn signs_assertions(&self) -> bool {
        matches!(self, Self::PrivateKeyJwt(_))
    }

    /// Returns the name of this method in metadata.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Basic(..) => "client_secret_basic",
            Self::Post(_) => "client_secret_post",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
        }
    }

    /// Returns the signature algorithm of assertions for these endpoints, or `None` for other methods or if no algorithm is
    /// supported by both sides.
    #[must_use]
    pub fn alg(&self, endpoints: &Endpoints) -> Option<SigningAlg> {
        match self {
            Self::PrivateKeyJwt(assertions) => client_assertion::alg(assertions, endpoints).ok(),
            Self::Basic(..) | Self::Post(_) => None,
        }
    }

    /// Returns the proof for a request to `url`. Each assertion is new.
    pub(super) fn prove(
        &self,
        client_id: &ClientId,
        endpoints: &Endpoints,
        url: &Url,
        now: Timestamp,
    ) -> Result<Proof, Error> {
        Ok(match self {
            Self::Basic(secret, encoding) => {
                Proof { header: Some(basic(client_id, secret, *encoding)?), body: Vec::new() }
            }
            Self::Post(secret) => Proof {
                header: None,
                body: vec![
                    ("client_id", client_id.as_str().to_owned()),
                    ("client_secret", secret.expose_secret().to_owned()),
                ],
            },
            Self::PrivateKeyJwt(assertions) => {
                let assertion = client_assertion::sign(assertions, client_id, endpoints, url, now)?;
                let kind = ("client_assertion_type", ASSERTION_TYPE.to_owned());
                Proof { header: None, body: vec![kind, ("client_assertion", assertion)] }
            }
        })
    }

    /// Checks that the EHR's metadata permits this method. Metadata that lists no methods permits all.
    pub(super) fn check_offered(&self, endpoints: &Endpoints) -> Result<(), Error> {
        let offered = &endpoints.client_auth_methods;
        if !offered.is_empty() && !offered.iter().any(|method| method == self.method()) {
            return Err(ClientAuthError::MethodNotOffered.into());
        }
        match self {
            Self::PrivateKeyJwt(assertions) => client_assertion::alg(assertions, endpoints).map(|_| ()),
            _ => Ok(()),
        }
    }
}

/// Returns the header of HTTP Basic.
pub(super) fn basic(
    client_id: &ClientId,
    secret: &SecretString,
    encoding: BasicEncoding,
) -> Result<HeaderValue, Error> {
    let encode = |text: &str| match encoding {
        BasicEncoding::Form => byte_serialize(text.as_bytes()).collect(),
        BasicEncoding::Raw => text.to_owned(),
    };
    let pair = format!("{}:{}", encode(client_id.as_str()), encode(secret.expose_secret()));
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| ClientAuthError::HeaderUnusable.into())
}
