//! A client with keys: it signs valid and invalid assertions, and publishes the key set that a test chooses.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA384, RsaKeyPair,
    RsaPublicKeyComponents,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::support::{Answer, Bench};
use crate::demo_ehr::PublishedKeys;
use crate::demo_ehr::random::unguessable;

pub(super) const KEYED_ID: &str = "keyed-app";
pub(super) const TOKEN_URL: &str = "http://ehr.test/auth/token";
pub(super) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct Signer {
    rsa: RsaKeyPair,
    ec: EcdsaKeyPair,
}

/// Keys of the client. Generated once, since generating an RSA key is slow.
fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer {
        rsa: RsaKeyPair::generate(KeySize::Rsa2048).unwrap(),
        ec: EcdsaKeyPair::generate(&ECDSA_P384_SHA384_FIXED_SIGNING).unwrap(),
    })
}

/// Public keys, `rsa-1` and `ec-1`.
pub(super) fn jwks() -> Value {
    let Signer { rsa, ec } = signer();
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let numbers = RsaPublicKeyComponents::<Vec<u8>>::from(rsa.public_key());
    let (x, y) = ec.public_key().as_ref()[1..].split_at(48);
    json!({"keys": [
        {"kty": "RSA", "kid": "rsa-1", "alg": "RS384", "use": "sig", "key_ops": ["verify"],
            "n": encode(&numbers.n), "e": encode(&numbers.e)},
        {"kty": "EC", "kid": "ec-1", "alg": "ES384", "crv": "P-384", "x": encode(x), "y": encode(y)}
    ]})
}

/// Key set that the client publishes, and the number of fetches.
pub(super) struct Shelf {
    published: Mutex<Result<PublishedKeys, String>>,
    asked: AtomicUsize,
}

impl Shelf {
    pub(super) fn new() -> Self {
        let published = PublishedKeys { body: jwks().to_string(), max_age: None };
        Self { published: Mutex::new(Ok(published)), asked: AtomicUsize::new(0) }
    }

    pub(super) fn put(&self, published: Result<PublishedKeys, String>) {
        *self.published.lock().unwrap() = published;
    }

    pub(super) fn put_keys(&self, keys: &Value, max_age: Option<u64>) {
        self.put(Ok(PublishedKeys { body: keys.to_string(), max_age }));
    }

    pub(super) fn take(&self) -> Result<PublishedKeys, String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.published.lock().unwrap().clone()
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// Members to add or replace; `null` removes a member.
pub(super) type Changes<'a> = &'a [(&'a str, Value)];

fn changed(mut honest: Value, changes: Changes) -> Value {
    for (name, value) in changes {
        honest[*name] = value.clone();
    }
    honest.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    honest
}

/// Signs an assertion for the token endpoint, with RS384 unless the header has ES384.
pub(super) fn assertion(bench: &Bench, header: Changes, claims: Changes) -> String {
    let now = bench.ehr.now().as_second();
    let header = changed(json!({"alg": "RS384", "kid": "rsa-1", "typ": "JWT"}), header);
    let honest =
        json!({"iss": KEYED_ID, "sub": KEYED_ID, "aud": TOKEN_URL, "exp": now + 240, "jti": unguessable()});
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(&header), encode(&changed(honest, claims)));
    let signature = sign(header["alg"] == "ES384", message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Signs an assertion with the EC key.
pub(super) fn es384(bench: &Bench, claims: Changes) -> String {
    assertion(bench, &[("alg", json!("ES384")), ("kid", json!("ec-1"))], claims)
}

fn sign(ec: bool, message: &[u8]) -> Vec<u8> {
    let (keys, random) = (signer(), SystemRandom::new());
    if ec {
        return keys.ec.sign(&random, message).unwrap().as_ref().to_vec();
    }
    let mut signature = vec![0; keys.rsa.public_modulus_len()];
    keys.rsa.sign(&RSA_PKCS1_SHA384, &random, message, &mut signature).unwrap();
    signature
}

/// Posts a form with an assertion.
pub(super) async fn post_asserted(
    bench: &Bench,
    uri: &str,
    assertion: &str,
    form: &[(&str, &str)],
) -> Answer {
    let own = [("client_assertion_type", JWT_BEARER), ("client_assertion", assertion)];
    bench.post(uri, &super::support::pairs(&own, form)).await
}
