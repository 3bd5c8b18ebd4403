use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

use super::ClientId;

/// How we prove at the token endpoint that we are the client. Fixed at registration; nothing the EHR publishes
/// changes it.
#[derive(Clone, Debug)]
pub enum ClientAuth {
    /// HTTP Basic, as SMART says.
    Basic(SecretString, BasicEncoding),
    /// In the body, for servers that cannot do Basic.
    Post(SecretString),
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

impl ClientAuth {
    /// The `Authorization` header, if this way has one.
    pub(super) fn header(&self, client_id: &ClientId) -> Option<HeaderValue> {
        let Self::Basic(secret, encoding) = self else { return None };
        let encode = |text: &str| match encoding {
            BasicEncoding::Form => byte_serialize(text.as_bytes()).collect(),
            BasicEncoding::Raw => text.to_owned(),
        };
        let pair = format!("{}:{}", encode(client_id.as_str()), encode(secret.expose_secret()));
        HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()
    }

    /// The members this way adds to the body.
    pub(super) fn body<'a>(&'a self, client_id: &'a ClientId) -> Vec<(&'static str, &'a str)> {
        match self {
            Self::Basic(..) => Vec::new(),
            Self::Post(secret) => {
                vec![("client_id", client_id.as_str()), ("client_secret", secret.expose_secret())]
            }
        }
    }
}
