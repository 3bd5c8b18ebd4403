//! Key pairs with which we sign client assertions.

use std::fmt;

use aws_lc_rs::{
    encoding::AsDer as _,
    rsa::KeySize,
    signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair},
};
use jiff::Timestamp;
use jsonwebtoken::{
    Algorithm, EncodingKey,
    jwk::{Jwk, PublicKeyUse, ThumbprintHash},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Signature algorithm of client assertions: the two that SMART requires every client to support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// ECDSA on P-384 with SHA-384.
    Es384,
}

impl SigningAlg {
    /// Returns the JOSE name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs384 => "RS384",
            Self::Es384 => "ES384",
        }
    }

    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Rs384 => Algorithm::RS384,
            Self::Es384 => Algorithm::ES384,
        }
    }
}

/// Failure to generate, read or use a key. Contains no key material.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a client key cannot be {0}")]
pub struct KeyError(&'static str);

impl KeyError {
    pub(super) const UNREADABLE: Self = Self("read");
}

/// RSA and EC key pair, generated together for one EHR.
pub struct ClientKeys {
    rs384: ClientKey,
    es384: ClientKey,
}

/// Private key, with the thumbprint of its public half as key id (RFC 7638).
pub(super) struct ClientKey {
    pub(super) kid: String,
    pub(super) private: EncodingKey,
    public: Jwk,
}

/// Both private keys as PEM, to be sealed and stored.
#[derive(Serialize, Deserialize)]
pub struct PrivateKeys {
    rs384: Zeroizing<String>,
    es384: Zeroizing<String>,
}

impl PrivateKeys {
    /// Generates an RSA key of 3072 bits and a P-384 key. Takes about a second: call it on a blocking thread.
    ///
    /// # Errors
    /// [`KeyError`] if the operating system returns no random bytes.
    pub fn generate() -> Result<Self, KeyError> {
        let made = |_| KeyError("made");
        let rsa = RsaKeyPair::generate(KeySize::Rsa3072).map_err(made)?.as_der().map_err(made)?;
        let ec = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).map_err(made)?;
        let ec = ec.to_pkcs8v1().map_err(made)?;
        let pem = |der: &[u8]| Zeroizing::new(pem::encode(&pem::Pem::new("PRIVATE KEY", der)));
        Ok(Self { rs384: pem(rsa.as_ref()), es384: pem(ec.as_ref()) })
    }

    /// Parses the keys for signing.
    ///
    /// # Errors
    /// [`KeyError`] if they are not the output of [`PrivateKeys::generate`].
    pub fn open(&self) -> Result<ClientKeys, KeyError> {
        let read = |_| KeyError("read");
        let rsa = EncodingKey::from_rsa_pem(self.rs384.as_bytes()).map_err(read)?;
        let ec = EncodingKey::from_ec_pem(self.es384.as_bytes()).map_err(read)?;
        Ok(ClientKeys {
            rs384: ClientKey::new(rsa, Algorithm::RS384)?,
            es384: ClientKey::new(ec, Algorithm::ES384)?,
        })
    }
}

impl ClientKey {
    /// Parses a private key in PEM for one algorithm.
    pub(super) fn from_pem(pem: &str, alg: SigningAlg) -> Result<Self, KeyError> {
        let private = match alg {
            SigningAlg::Rs384 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            SigningAlg::Es384 => EncodingKey::from_ec_pem(pem.as_bytes()),
        };
        Self::new(private.map_err(|_| KeyError::UNREADABLE)?, alg.algorithm())
    }

    fn new(private: EncodingKey, algorithm: Algorithm) -> Result<Self, KeyError> {
        let mut public = Jwk::from_encoding_key(&private, algorithm).map_err(|_| KeyError("published"))?;
        let kid = public.thumbprint(ThumbprintHash::SHA256).map_err(|_| KeyError("named"))?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { kid, private, public })
    }
}

impl ClientKeys {
    pub(super) fn key(&self, alg: SigningAlg) -> &ClientKey {
        match alg {
            SigningAlg::Rs384 => &self.rs384,
            SigningAlg::Es384 => &self.es384,
        }
    }
}

impl fmt::Debug for ClientKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientKeys({}, {})", self.rs384.kid, self.es384.kid)
    }
}

/// Keys and their validity: published at once, signing from a given time, withdrawn at the end.
#[derive(Debug)]
pub struct KeyGeneration {
    /// The keys.
    pub keys: ClientKeys,
    /// Time from which they sign.
    pub signs_from: Timestamp,
    /// Time from which they are no longer published.
    pub withdrawn_at: Option<Timestamp>,
}

/// All our keys at one EHR.
#[derive(Debug, Default)]
pub struct Keyring(Vec<KeyGeneration>);

impl Keyring {
    /// Builds a keyring of these generations.
    #[must_use]
    pub fn new(mut generations: Vec<KeyGeneration>) -> Self {
        generations.sort_by_key(|generation| generation.signs_from);
        Self(generations)
    }

    /// Returns the keys that sign at `now`: the newest whose signing time has come.
    pub(super) fn signing(&self, now: Timestamp) -> Option<&ClientKeys> {
        let begun =
            |generation: &&KeyGeneration| generation.signs_from <= now && generation.is_published(now);
        self.0.iter().rev().find(begun).map(|generation| &generation.keys)
    }

    /// Returns the JWK Set to publish: public members only, including keys that do not sign yet, excluding withdrawn ones.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Value {
        let published = self.0.iter().rev().filter(|generation| generation.is_published(now));
        let keys =
            published.flat_map(|generation| [&generation.keys.es384.public, &generation.keys.rs384.public]);
        json!({ "keys": keys.collect::<Vec<_>>() })
    }
}

impl KeyGeneration {
    fn is_published(&self, now: Timestamp) -> bool {
        self.withdrawn_at.is_none_or(|end| now < end)
    }
}
