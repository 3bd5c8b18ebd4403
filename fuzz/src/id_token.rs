//! id_tokens: signing with a test key, and invariants of every accepted one.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use passerelle::smart::{
    ClientRegistration, Error, Expected, Identity, Issuer, Members, process_jwks, verify_id_token,
};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::ehr::{ACCESS_TOKEN, CLIENT, ISSUER, NONCE, NOW};

const SKEW: f64 = 60.0;
const DAY: f64 = 24.0 * 3600.0;

/// Verifies a token with a key set, as at sign-in or as at a refresh.
pub fn verify(
    token: &str,
    keys: &Members,
    registration: &ClientRegistration,
    refreshed: bool,
) -> Result<Identity, Error> {
    let secret = |text: &str| SecretString::from(text);
    let expected = Expected {
        issuer: &Issuer::new(ISSUER),
        registration,
        nonce: &secret(NONCE),
        refreshed,
        access_token: &secret(ACCESS_TOKEN),
        now: NOW,
    };
    Ok(verify_id_token(&secret(token), process_jwks(keys)?, &expected)?)
}

static KEY: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key can be made"));

/// Key set of the key that [`sign`] uses.
pub fn own_keys() -> Members {
    let (x, y) = KEY.public_key().as_ref()[1..].split_at(32);
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": "k1", "x": encode(x), "y": encode(y)});
    Members::from_iter([("keys".to_owned(), json!([key]))])
}

/// Builds a token with this header and these claims, signed with ES256 regardless of both.
pub fn sign(header: &str, claims: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = KEY.sign(&SystemRandom::new(), message.as_bytes()).expect("our key signs");
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Asserts the required content of an accepted token, parsed independently of the library that accepted it.
pub fn assert_identity(identity: &Identity, header: &Value, claims: &Value, nonce_needed: bool) {
    assert_eq!(header["alg"], "ES256", "the algorithm that signed it");
    assert_eq!((identity.issuer.as_str(), claims["iss"].as_str()), (ISSUER, Some(ISSUER)));
    let aud = &claims["aud"];
    assert!(*aud == CLIENT || *aud == json!([CLIENT]), "it is for us alone: {aud}");
    assert_eq!(claims["sub"].as_str(), Some(&*identity.subject));
    assert!((1..=255).contains(&identity.subject.len()) && identity.subject.is_ascii());
    match claims.get("nonce") {
        None | Some(Value::Null) => assert!(!nonce_needed, "the nonce is missing"),
        Some(nonce) => assert_eq!(nonce, NONCE),
    }
    #[expect(clippy::cast_precision_loss, reason = "the moment is far below 2^52")]
    let now = NOW.as_second() as f64;
    let moment = |name: &str| claims[name].as_f64();
    assert!(moment("exp").is_some_and(|exp| exp + SKEW + 1.0 >= now), "it has expired");
    let fresh = (now - DAY - 1.0)..=(now + SKEW + 1.0);
    assert!(moment("iat").is_some_and(|iat| fresh.contains(&iat)), "it is of another time");
    if let Some(user) = &identity.fhir_user {
        let named = ["fhirUser", "profile", "fhiruser"]
            .map(|name| claims[name].as_str().or(claims[name][0].as_str()));
        assert!(named.contains(&Some(user)), "{user}");
    }
}
