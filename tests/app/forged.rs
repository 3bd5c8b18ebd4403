//! Forged id_tokens: a relay puts them into the response, with any header and claims, signed with a key of the test.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use passerelle::testing::Message;
use serde_json::{Value, json};

pub fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// Adds a key under a name to those that an EHR publishes.
pub fn publish(key: &EcdsaKeyPair, kid: &str, answer: &mut Message) {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    let [x, y] = [x, y].map(|half| URL_SAFE_NO_PAD.encode(half));
    answer.change_json(|body| {
        let jwk =
            json!({"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": kid, "x": x, "y": y});
        body["keys"].as_array_mut().unwrap().push(jwk);
    });
}

/// Claims of an id_token.
pub fn claims(id_token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

/// Builds an id_token signed with this key, or without a signature.
pub fn id_token(header: &Value, claims: &Value, key: Option<&EcdsaKeyPair>) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let sign = |key: &EcdsaKeyPair| key.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    let signature = key.map(|key| URL_SAFE_NO_PAD.encode(sign(key))).unwrap_or_default();
    format!("{message}.{signature}")
}
