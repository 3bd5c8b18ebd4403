//! Whether a client's signature fits one of the keys it publishes, and which assertions were used already.

use std::collections::{HashSet, VecDeque};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Verifies with the key that `kid` names, or says which rule was broken.
pub(super) fn verify(
    keys: &[Value],
    alg: &str,
    kid: &str,
    message: &[u8],
    signature: &[u8],
) -> Result<(), &'static str> {
    if keys.iter().any(|key| ["d", "p", "q", "k"].iter().any(|secret| key.get(secret).is_some())) {
        return Err("the key set holds a private key");
    }
    let kty = if alg == "RS384" { "RSA" } else { "EC" };
    let mut named = keys.iter().filter(|key| key["kid"] == kid).peekable();
    named.peek().ok_or("kid is not in the key set")?;
    let key = named.find(|key| key["kty"] == kty).ok_or("the key is not of the kind alg needs")?;
    if key.get("alg").is_some_and(|published| published != alg) {
        return Err("the key is published for another alg");
    }
    let verifies = |uses: &Value| uses.as_array().is_some_and(|uses| uses.contains(&"verify".into()));
    if key.get("use").is_some_and(|it| it != "sig") || key.get("key_ops").is_some_and(|it| !verifies(it)) {
        return Err("the key is not published for verifying");
    }
    let verified =
        if kty == "RSA" { verify_rsa(key, message, signature) } else { verify_ec(key, message, signature) };
    verified.ok_or("the signature is wrong")
}

fn verify_rsa(key: &Value, message: &[u8], signature: &[u8]) -> Option<()> {
    let components = RsaPublicKeyComponents { n: number(key, "n")?, e: number(key, "e")? };
    components.verify(&RSA_PKCS1_2048_8192_SHA384, message, signature).ok()
}

/// The signature is r and s, 48 bytes each (RFC 7518 section 3.4), not DER.
fn verify_ec(key: &Value, message: &[u8], signature: &[u8]) -> Option<()> {
    let (x, y) = (number(key, "x")?, number(key, "y")?);
    if key["crv"] != "P-384" || x.len() != 48 || y.len() != 48 {
        return None;
    }
    let point = [&[4][..], &x, &y].concat();
    UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point).verify(message, signature).ok()
}

fn number(key: &Value, member: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(key[member].as_str()?).ok()
}

/// Assertions kept; by then the oldest have long expired.
const KEPT: usize = 100_000;

/// The `jti`s of each client that were used, as hashes: what a client sends costs no more than that.
#[derive(Default)]
pub(super) struct UsedAssertions {
    known: HashSet<[u8; 32]>,
    oldest_first: VecDeque<[u8; 32]>,
}

impl UsedAssertions {
    /// Whether this is its first use.
    pub(super) fn insert(&mut self, client_id: &str, jti: &str) -> bool {
        let hash = digest(&SHA256, format!("{client_id}\0{jti}").as_bytes());
        let Ok(hash) = <[u8; 32]>::try_from(hash.as_ref()) else {
            return false;
        };
        if !self.known.insert(hash) {
            return false;
        }
        self.oldest_first.push_back(hash);
        if self.oldest_first.len() > KEPT
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
