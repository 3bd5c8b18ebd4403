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

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How we prove at the token endpoint that we are the client. Fixed at registration; nothing the EHR publishes
/// changes it.
#[derive(Clone, Debug)]
pub enum ClientAuth {
    /// HTTP Basic, as SMART says.
    Basic(SecretString, BasicEncoding),
    /// In the body, for servers that cannot do Basic.
    Post(SecretString),
    /// An assertion signed with a key pair that we have at this EHR only (RFC 7523, SMART asymmetric).
    PrivateKeyJwt(Assertions),
}

/// What our assertions are signed with and say.
#[derive(Clone, Debug)]
pub struct Assertions {
    /// Our keys at this EHR.
    pub keyring: Arc<Keyring>,
    /// The algorithm, where agreed on; else the best that the EHR lists.
    pub alg: Option<SigningAlg>,
    /// Whom they are for, where it is not the URL they are sent to.
    pub audience: Option<String>,
}

/// How id and secret are written in HTTP Basic. It matters only for other characters than letters, digits and `*-._`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BasicEncoding {
    /// Each form-urlencoded first (RFC 6749 2.3.1).
    #[default]
    Form,
    /// As they are, for servers that compare what stands there.
    Raw,
}

/// What one request carries to prove who sends it.
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

    /// The name of this way in metadata.
    #[must_use]
    pub fn method(&self) -> &'static str {
        match self {
            Self::Basic(..) => "client_secret_basic",
            Self::Post(_) => "client_secret_post",
            Self::PrivateKeyJwt(_) => "private_key_jwt",
        }
    }

    /// How an assertion for these endpoints is signed; none where there is none, or no algorithm that both sides know.
    #[must_use]
    pub fn alg(&self, endpoints: &Endpoints) -> Option<SigningAlg> {
        match self {
            Self::PrivateKeyJwt(assertions) => client_assertion::alg(assertions, endpoints).ok(),
            Self::Basic(..) | Self::Post(_) => None,
        }
    }

    /// What a request to `url` carries. An assertion is new every time.
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

    /// Whether what the EHR publishes leaves room for this way. It says nothing more often than it says no.
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

fn basic(client_id: &ClientId, secret: &SecretString, encoding: BasicEncoding) -> Result<HeaderValue, Error> {
    let encode = |text: &str| match encoding {
        BasicEncoding::Form => byte_serialize(text.as_bytes()).collect(),
        BasicEncoding::Raw => text.to_owned(),
    };
    let pair = format!("{}:{}", encode(client_id.as_str()), encode(secret.expose_secret()));
    HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| ClientAuthError::HeaderUnusable.into())
}
