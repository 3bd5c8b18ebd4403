//! Verification of client signatures, and replay protection for assertions.

use std::collections::{HashSet, VecDeque};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA384, RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Verifies a signature with the key named by `kid`, or returns the broken rule.
pub(in crate::demo_ehr) fn verify(
    keys: &[Value],
    alg: &str,
    kid: &str,
    message: &[u8],
    signature: &[u8],
) -> Result<(), &'static str> {
    if keys.iter().any(|key| ["d", "p", "q", "k"].iter().any(|secret| key.get(secret).is_some())) {
        return Err("the key set contains a private key");
    }
    let kty = if alg == "RS384" { "RSA" } else { "EC" };
    let mut named = keys.iter().filter(|key| key["kid"] == kid).peekable();
    named.peek().ok_or("kid is not in the key set")?;
    let key = named.find(|key| key["kty"] == kty).ok_or("kty of the key does not fit alg")?;
    if key.get("alg").is_some_and(|published| published != alg) {
        return Err("the key is published for another alg");
    }
    let verifies = |uses: &Value| uses.as_array().is_some_and(|uses| uses.contains(&"verify".into()));
    if key.get("use").is_some_and(|it| it != "sig") || key.get("key_ops").is_some_and(|it| !verifies(it)) {
        return Err("the key is not published for verifying");
    }
    let verified =
        if kty == "RSA" { verify_rsa(key, message, signature) } else { verify_ec(key, message, signature) };
    verified.ok_or("the signature is invalid")
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

/// Assertions remembered. The oldest of so many expired long ago.
const MAX_USED_ASSERTIONS: usize = 100_000;

/// Used `jti` values of all clients, stored as hashes, so that a long `jti` needs no more memory than a short one.
#[derive(Default)]
pub(in crate::demo_ehr) struct UsedAssertions {
    known: HashSet<[u8; 32]>,
    oldest_first: VecDeque<[u8; 32]>,
}

impl UsedAssertions {
    /// Records a use of `jti` and returns whether it is the first.
    pub(in crate::demo_ehr) fn insert(&mut self, client_id: &str, jti: &str) -> bool {
        let hash = digest(&SHA256, format!("{client_id}\0{jti}").as_bytes());
        let Ok(hash) = <[u8; 32]>::try_from(hash.as_ref()) else {
            return false;
        };
        if !self.known.insert(hash) {
            return false;
        }
        self.oldest_first.push_back(hash);
        if self.oldest_first.len() > MAX_USED_ASSERTIONS
            && let Some(oldest) = self.oldest_first.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}
