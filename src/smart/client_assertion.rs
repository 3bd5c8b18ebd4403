//! Client assertions (RFC 7523, SMART client-confidential-asymmetric).

use jiff::Timestamp;
use jsonwebtoken::{Header, encode};
use serde::Serialize;
use url::Url;

use super::endpoints::Endpoints;
use super::{
    client_auth::Assertions,
    client_keys::{ClientKey, SigningAlg},
    error::{ClientAuthError, Error},
    types::ClientId,
};
use crate::random;

/// Lifetime of an assertion. The limit is five minutes, and this leaves room for two minutes of clock skew either way.
const LIFETIME_SECONDS: i64 = 150;

/// Claims of an assertion. Without `iat` and `nbf`, which an EHR whose clock is behind would refuse.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    jti: String,
}

/// Signs a new assertion for one request to `url`.
pub(super) fn sign(
    assertions: &Assertions,
    client_id: &ClientId,
    endpoints: &Endpoints,
    url: &Url,
    now: Timestamp,
) -> Result<String, Error> {
    let alg = alg(assertions, endpoints)?;
    let keys = assertions.keyring.signing(now).ok_or(ClientAuthError::NoSigningKey)?;
    let key = keys.key(alg);
    sign_for(key, alg, client_id, assertions.audience.as_deref().unwrap_or(url.as_str()), now)
}

/// Signs a new assertion for one audience.
pub(super) fn sign_for(
    key: &ClientKey,
    alg: SigningAlg,
    client_id: &ClientId,
    audience: &str,
    now: Timestamp,
) -> Result<String, Error> {
    let header = Header { kid: Some(key.kid.clone()), ..Header::new(alg.algorithm()) };
    let claims = Claims {
        iss: client_id.as_str(),
        sub: client_id.as_str(),
        aud: audience,
        exp: now.as_second() + LIFETIME_SECONDS,
        jti: random::id(),
    };
    encode(&header, &claims, &key.private).map_err(|_| ClientAuthError::SigningFailed.into())
}

/// Returns the registered algorithm, if the EHR lists it or lists none. Without a registered one, prefers ES384 to RS384
/// among those listed.
pub(super) fn alg(assertions: &Assertions, endpoints: &Endpoints) -> Result<SigningAlg, Error> {
    let listed = &endpoints.client_auth_algs;
    let lists = |alg: &SigningAlg| listed.iter().any(|name| name == alg.name());
    match assertions.alg {
        Some(alg) if listed.is_empty() || lists(&alg) => Ok(alg),
        None if listed.is_empty() => Ok(SigningAlg::Rs384),
        None => [SigningAlg::Es384, SigningAlg::Rs384]
            .into_iter()
            .find(lists)
            .ok_or_else(|| ClientAuthError::NoCommonAlgorithm.into()),
        Some(_) => Err(ClientAuthError::AlgorithmNotListed.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::Arc};

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use jsonwebtoken::{DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
    use serde_json::{Value, json};

    use super::*;
    use crate::smart::{Issuer, KeyGeneration, Keyring, PrivateKeys, ScopeSyntax};

    const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

    fn endpoints(algs: &[&str]) -> Endpoints {
        let url = |path: &str| Url::parse(&format!("https://ehr.example/{path}")).unwrap();
        Endpoints {
            authorization: url("authorize"),
            token: url("token"),
            jwks: url("jwks"),
            revocation: None,
            introspection: None,
            issuer: Issuer::new("https://ehr.example"),
            asked_issuer: false,
            callback_names_issuer: false,
            scope_syntax: ScopeSyntax::V2,
            supports_authorize_post: false,
            client_auth_methods: Vec::new(),
            client_auth_algs: algs.iter().map(ToString::to_string).collect(),
        }
    }

    fn assertions(alg: Option<SigningAlg>) -> Assertions {
        let keys = PrivateKeys::generate().unwrap().open().unwrap();
        let generation = KeyGeneration { keys, signs_from: NOW, withdrawn_at: None };
        Assertions { keyring: Arc::new(Keyring::new(vec![generation])), alg, audience: None }
    }

    /// Verifies an assertion with our published keys and returns its claims.
    fn verified(assertion: &str, keyring: &Keyring) -> (jsonwebtoken::Header, Value) {
        let published: JwkSet = serde_json::from_value(keyring.jwks(NOW)).unwrap();
        let header = decode_header(assertion).unwrap();
        let key = published.find(header.kid.as_deref().unwrap()).expect("the kid is published");
        let mut validation = Validation::new(header.alg);
        (validation.validate_exp, validation.validate_aud) = (false, false);
        validation.required_spec_claims.clear();
        let claims = decode::<Value>(assertion, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap();
        (header, claims.claims)
    }

    /// CAU-08..17, T18: claims of an assertion, and uniqueness of each one.
    #[test]
    fn signs_assertions_with_the_claims_of_smart_only() {
        let (assertions, client_id) = (assertions(None), ClientId::new("us"));
        let endpoints = endpoints(&["RS384", "ES384"]);
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            let text = sign(&assertions, &client_id, &endpoints, &endpoints.token, NOW).unwrap();
            let (header, claims) = verified(&text, &assertions.keyring);
            assert_eq!((header.typ.as_deref(), header.alg), (Some("JWT"), jsonwebtoken::Algorithm::ES384));
            assert!(header.jku.is_none() && header.jwk.is_none());
            let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
            assert_eq!(names, ["iss", "sub", "aud", "exp", "jti"]);
            assert_eq!((&claims["iss"], &claims["sub"]), (&json!("us"), &json!("us")));
            assert_eq!(claims["aud"], "https://ehr.example/token");
            let exp = claims["exp"].as_i64().unwrap();
            assert!(NOW.as_second() < exp && exp <= NOW.as_second() + 300);
            let signature = URL_SAFE_NO_PAD.decode(text.rsplit('.').next().unwrap()).unwrap();
            assert_eq!(signature.len(), 96, "r and s, not DER");
            assert!(seen.insert(claims["jti"].as_str().unwrap().to_owned()));
        }
    }

    /// CAU-10: the registered algorithm if listed; ES384 first among those listed; RS384 if none is listed.
    #[test]
    fn chooses_an_algorithm_that_the_ehr_lists() {
        use SigningAlg::{Es384, Rs384};
        let of = |registered: Option<SigningAlg>, listed: &[&str]| {
            let assertions = Assertions { keyring: Arc::default(), alg: registered, audience: None };
            alg(&assertions, &endpoints(listed)).ok()
        };
        assert_eq!(of(None, &["RS256", "RS384", "ES384"]), Some(Es384));
        assert_eq!(of(None, &["RS384"]), Some(Rs384));
        assert_eq!(of(None, &[]), Some(Rs384));
        assert_eq!(of(Some(Es384), &[]), Some(Es384));
        assert_eq!(of(Some(Rs384), &["ES384", "RS384"]), Some(Rs384));
        assert_eq!(of(Some(Rs384), &["ES384"]), None);
        assert_eq!(of(None, &["RS256", "PS256"]), None);
    }

    /// JWK-05: keys are published before they begin to sign, and stay published after they stop.
    #[test]
    fn publishes_keys_before_and_after_they_sign() {
        let at = |seconds: i64| NOW + jiff::SignedDuration::from_secs(seconds);
        let generation = |signs_from: i64, withdrawn_at: Option<i64>| KeyGeneration {
            keys: PrivateKeys::generate().unwrap().open().unwrap(),
            signs_from: at(signs_from),
            withdrawn_at: withdrawn_at.map(at),
        };
        let keyring = Keyring::new(vec![generation(100, None), generation(0, Some(200))]);
        let kid =
            |seconds: i64| keyring.signing(at(seconds)).map(|keys| keys.key(SigningAlg::Es384).kid.clone());
        let published = |seconds: i64| keyring.jwks(at(seconds))["keys"].as_array().unwrap().len();
        assert_eq!(kid(-1), None);
        assert_eq!(kid(0), kid(99));
        assert_ne!(kid(99), kid(100));
        assert_eq!([published(0), published(150), published(200)], [4, 4, 2]);
        assert_eq!(kid(100), kid(1000));
    }
}
