//! Published keys of an EHR, with which id_tokens are verified.

use std::sync::Arc;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyId, JsonWebKeySet, SignatureVerificationError,
    core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJsonWebKeyUse, CoreJwsSigningAlgorithm as Alg},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::endpoints::Endpoints;
use super::{
    cached::{Cached, Wanted},
    documents::{Documents, JSON, Members},
    error::{DocumentError, Error},
};
use crate::egress::Outbound;

const JWKS: &str = "jwks";
/// Interval between two early fetches of the key set.
const REFETCH_INTERVAL: SignedDuration = SignedDuration::from_mins(1);
/// Number of keys read from a key set; the rest is ignored.
const MAX_KEYS: usize = 100;

/// Published key. `openidconnect` selects it; aws-lc verifies the signature. This is ten times faster than the `rsa`
/// crate, and avoids its vulnerability RUSTSEC-2023-0071.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerificationKey {
    #[serde(flatten)]
    core: CoreJsonWebKey,
    #[serde(skip)]
    material: Option<Material>,
    /// Signed text to verify instead of the one that the library passes.
    #[serde(skip)]
    message: Option<Arc<[u8]>>,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
}

impl VerificationKey {
    /// Parses one member of a key set, or returns `None` if it is not a public key of a supported type.
    fn read(key: &Value) -> Option<Self> {
        let private = ["d", "p", "q", "k"].iter().any(|name| key.get(name).is_some());
        let key = &normalised(key);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok();
        let point = |length| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == length && y.len() == length).then(|| [&[4][..], &x, &y].concat())
        };
        let material = match (key["kty"].as_str()?, key["crv"].as_str()) {
            ("RSA", _) => Material::Rsa { n: bytes("n")?, e: bytes("e")? },
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            _ => return None,
        };
        let core = serde_json::from_value(key.clone()).ok()?;
        (!private).then_some(Self { core, material: Some(material), message: None })
    }

    /// Returns this key for the verification of one signed text, whatever text the library passes: the text as received,
    /// of an id_token whose claims were parsed without some that are not used.
    pub(super) fn over(&self, message: &Arc<[u8]>) -> Self {
        Self { message: Some(Arc::clone(message)), ..self.clone() }
    }

    /// Returns the JOSE names of the signature algorithms that this key verifies.
    #[must_use]
    pub fn algs(&self) -> Vec<&'static str> {
        let fits: &[(&str, Alg)] = match self.material {
            Some(Material::Rsa { .. }) => {
                &[("RS256", Alg::RsaSsaPkcs1V15Sha256), ("RS384", Alg::RsaSsaPkcs1V15Sha384)]
            }
            Some(Material::P256(_)) => &[("ES256", Alg::EcdsaP256Sha256)],
            Some(Material::P384(_)) => &[("ES384", Alg::EcdsaP384Sha384)],
            None => &[],
        };
        let own = self.signing_alg();
        let may = |alg: &Alg| match &own {
            JsonWebKeyAlgorithm::Unspecified => true,
            JsonWebKeyAlgorithm::Algorithm(own) => *own == alg,
            JsonWebKeyAlgorithm::Unsupported => false,
        };
        let signs = self.key_use().is_none_or(|used| *used == CoreJsonWebKeyUse::Signature);
        fits.iter().filter(|(_, alg)| signs && may(alg)).map(|(name, _)| *name).collect()
    }

    fn is_valid(&self, alg: &Alg, message: &[u8], signature: &[u8]) -> bool {
        match (&self.material, alg) {
            (Some(Material::Rsa { n, e }), Alg::RsaSsaPkcs1V15Sha256) => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            (Some(Material::Rsa { n, e }), Alg::RsaSsaPkcs1V15Sha384) => RsaPublicKeyComponents { n, e }
                .verify(&RSA_PKCS1_2048_8192_SHA384, message, signature)
                .is_ok(),
            (Some(Material::P256(point)), Alg::EcdsaP256Sha256) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature).is_ok()
            }
            (Some(Material::P384(point)), Alg::EcdsaP384Sha384) => {
                UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature).is_ok()
            }
            _ => false,
        }
    }
}

impl JsonWebKey for VerificationKey {
    type KeyUse = CoreJsonWebKeyUse;
    type SigningAlgorithm = Alg;

    fn key_id(&self) -> Option<&JsonWebKeyId> {
        self.core.key_id()
    }

    fn key_type(&self) -> &CoreJsonWebKeyType {
        self.core.key_type()
    }

    fn key_use(&self) -> Option<&CoreJsonWebKeyUse> {
        self.core.key_use()
    }

    fn signing_alg(&self) -> JsonWebKeyAlgorithm<&Alg> {
        self.core.signing_alg()
    }

    fn new_symmetric(key: Vec<u8>) -> Self {
        Self { core: CoreJsonWebKey::new_symmetric(key), material: None, message: None }
    }

    fn verify_signature(
        &self,
        alg: &Alg,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureVerificationError> {
        let message = self.message.as_deref().unwrap_or(message);
        let fits = match self.signing_alg() {
            JsonWebKeyAlgorithm::Unspecified => true,
            JsonWebKeyAlgorithm::Algorithm(own) => own == alg,
            JsonWebKeyAlgorithm::Unsupported => false,
        };
        if fits && self.is_valid(alg, message, signature) {
            Ok(())
        } else {
            Err(SignatureVerificationError::CryptoError("the key does not verify the signature".to_owned()))
        }
    }

    fn hash_bytes(&self, bytes: &[u8], alg: &Alg) -> Result<Vec<u8>, String> {
        self.core.hash_bytes(bytes, alg)
    }
}

/// Copies a key with its numbers in the form of JOSE: base64url without padding, no leading zero byte. Some servers pad,
/// use the standard alphabet, or write the zero byte that DER needs.
fn normalised(key: &Value) -> Value {
    let mut copy = key.clone();
    for name in ["n", "e", "x", "y"] {
        let Some(Value::String(text)) = copy.get_mut(name) else { continue };
        *text = text.trim_end_matches('=').replace('+', "-").replace('/', "_");
        let is_rsa = matches!(name, "n" | "e");
        if let Some(bytes) =
            URL_SAFE_NO_PAD.decode(&*text).ok().filter(|bytes| is_rsa && bytes.starts_with(&[0]))
        {
            let first = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
            *text = URL_SAFE_NO_PAD.encode(&bytes[first..]);
        }
    }
    copy
}

/// Cache of the published keys of one EHR, fresh for as long as the EHR specifies, at most an hour.
#[derive(Default)]
pub struct KeyCache {
    keys: Cached<JsonWebKeySet<VerificationKey>>,
    documents: Documents,
}

impl KeyCache {
    /// Returns the keys, from the cache if fresh. While the EHR does not answer, keys of the last day are used.
    ///
    /// # Errors
    /// [`Error`] if the key set is invalid, or cannot be fetched and no copy of the last day is cached.
    pub async fn keys(
        &self,
        outbound: &Outbound,
        endpoints: &Endpoints,
        now: Timestamp,
    ) -> Result<JsonWebKeySet<VerificationKey>, Error> {
        tracing::trace!(target: "walk", "published keys, cached if fresh");
        self.wanted(Wanted::Fresh, outbound, endpoints, now).await
    }

    /// Fetches the keys again, at most once a minute, because no cached key verifies an id_token.
    ///
    /// # Errors
    /// [`Error`] if the key set is invalid or cannot be fetched.
    pub async fn refetch_keys(
        &self,
        outbound: &Outbound,
        endpoints: &Endpoints,
        now: Timestamp,
    ) -> Result<JsonWebKeySet<VerificationKey>, Error> {
        self.wanted(Wanted::Early(REFETCH_INTERVAL), outbound, endpoints, now).await
    }

    async fn wanted(
        &self,
        wanted: Wanted,
        outbound: &Outbound,
        endpoints: &Endpoints,
        now: Timestamp,
    ) -> Result<JsonWebKeySet<VerificationKey>, Error> {
        let ask = async {
            let document = self.documents.fetch(outbound, JWKS, JSON, endpoints.jwks.as_str()).await?;
            Ok((process_jwks(&document.members)?, document.fresh))
        };
        Ok(JsonWebKeySet::clone(&*self.keys.get(now, wanted, JWKS, ask).await?))
    }
}

/// Parses the usable keys of a key set. A malformed entry is ignored.
///
/// # Errors
/// [`Error::Document`] if it has no list `keys`.
pub fn process_jwks(document: &Members) -> Result<JsonWebKeySet<VerificationKey>, Error> {
    let keys = document.get("keys").and_then(Value::as_array);
    let keys = keys.ok_or(Error::Document { document: JWKS, error: DocumentError::KeysMissing })?;
    Ok(JsonWebKeySet::new(keys.iter().take(MAX_KEYS).filter_map(VerificationKey::read).collect()))
}

#[cfg(test)]
mod tests;
