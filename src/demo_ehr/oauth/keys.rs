//! Signing keys of the EHR: RS256 and ES256, generated on demand, rotated, withdrawn.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RsaEncoding,
    RsaKeyPair,
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::demo_ehr::random::unguessable;

/// Signature algorithm of `id_token`s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SigningAlg {
    /// RSASSA-PKCS1-v1_5 with SHA-256, a 2048 bit key. Every SMART EHR must offer it.
    #[default]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl SigningAlg {
    pub(in crate::demo_ehr) fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

/// One RSA and one EC key, generated together.
pub(in crate::demo_ehr) struct KeySet {
    rsa_kid: String,
    rsa: RsaKeyPair,
    ec_kid: String,
    ec: EcdsaKeyPair,
}

impl KeySet {
    pub(in crate::demo_ehr) fn generate() -> Result<Self, Unspecified> {
        Ok(Self {
            rsa_kid: format!("rsa-{}", &unguessable()[..8]),
            rsa: RsaKeyPair::generate(KeySize::Rsa2048)?,
            ec_kid: format!("ec-{}", &unguessable()[..8]),
            ec: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
        })
    }

    pub(in crate::demo_ehr) fn kid(&self, alg: SigningAlg) -> &str {
        match alg {
            SigningAlg::Rs256 => &self.rsa_kid,
            SigningAlg::Es256 => &self.ec_kid,
        }
    }

    pub(in crate::demo_ehr) fn sign(&self, alg: SigningAlg, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        match alg {
            SigningAlg::Rs256 => self.sign_rsa(&RSA_PKCS1_SHA256, message),
            SigningAlg::Es256 => Ok(self.ec.sign(&SystemRandom::new(), message)?.as_ref().to_vec()),
        }
    }

    /// Signs with the RSA key under RS384, for which it is not published.
    pub(super) fn sign_rs384(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        self.sign_rsa(&RSA_PKCS1_SHA384, message)
    }

    fn sign_rsa(&self, padding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let mut signature = vec![0; self.rsa.public_modulus_len()];
        self.rsa.sign(padding, &SystemRandom::new(), message, &mut signature)?;
        Ok(signature)
    }

    /// RSA public key as PEM, which a careless client uses as an HMAC secret.
    pub(in crate::demo_ehr) fn rsa_public_pem(&self) -> Result<String, Unspecified> {
        let der: PublicKeyX509Der<'_> = self.rsa.public_key().as_der()?;
        let encoded = STANDARD.encode(der.as_ref());
        let lines: Vec<&str> =
            (0..encoded.len()).step_by(64).map(|at| &encoded[at..encoded.len().min(at + 64)]).collect();
        Ok(format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n")))
    }

    pub(super) fn rsa_jwk(&self) -> Value {
        let (modulus, exponent) = rsa_numbers(self.rsa.public_key().as_ref());
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.rsa_kid,
               "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent)})
    }

    pub(super) fn ec_jwk(&self) -> Value {
        // An uncompressed point: 04, then 32 bytes each of x and y.
        let (x, y) = self.ec.public_key().as_ref()[1..].split_at(32);
        json!({"kty": "EC", "use": "sig", "alg": "ES256", "kid": self.ec_kid, "crv": "P-256",
               "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y)})
    }
}

/// Reads modulus and exponent from `RSAPublicKey ::= SEQUENCE { INTEGER, INTEGER }` (RFC 8017 A.1.1) of a 2048 bit
/// key: nine bytes of headers and sign, 256 of modulus, then two of header and the exponent.
fn rsa_numbers(der: &[u8]) -> (&[u8], &[u8]) {
    (&der[9..265], &der[267..])
}

/// Key sets of dropped EHRs, for reuse: generating an RSA key takes a tenth of a second. Two EHRs that exist at the
/// same time never share a key.
static FREE: Mutex<Vec<Arc<KeySet>>> = Mutex::new(Vec::new());

/// Current keys, older keys that are still published, and withdrawn keys, which only a fault signs with.
pub(in crate::demo_ehr) struct Keyring {
    pub(in crate::demo_ehr) current: Arc<KeySet>,
    old: Vec<Arc<KeySet>>,
    withdrawn: Vec<Arc<KeySet>>,
}

impl Keyring {
    pub(in crate::demo_ehr) fn new() -> Result<Self, Unspecified> {
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let current = free.map_or_else(|| KeySet::generate().map(Arc::new), Ok)?;
        Ok(Self { current, old: Vec::new(), withdrawn: Vec::new() })
    }

    /// Makes `next` the signing key. It must be newly generated, never one that was withdrawn.
    pub(in crate::demo_ehr) fn rotate(&mut self, next: KeySet) {
        self.old.push(std::mem::replace(&mut self.current, Arc::new(next)));
    }

    /// Stops publishing the older keys.
    pub(in crate::demo_ehr) fn withdraw_old(&mut self) {
        self.withdrawn.append(&mut self.old);
    }

    /// Keys that were withdrawn last, or `None` if none were.
    pub(super) fn withdrawn(&self) -> Option<&Arc<KeySet>> {
        self.withdrawn.last()
    }

    /// Published public keys, current keys first.
    pub(in crate::demo_ehr) fn jwks(&self) -> Vec<Value> {
        std::iter::once(&self.current)
            .chain(&self.old)
            .flat_map(|set| [set.rsa_jwk(), set.ec_jwk()])
            .collect()
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.push(self.current.clone());
        free.append(&mut self.old);
        free.append(&mut self.withdrawn);
    }
}
