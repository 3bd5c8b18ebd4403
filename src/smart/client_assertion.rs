use jiff::Timestamp;
use jsonwebtoken::{Header, encode};
use serde::Serialize;
use url::Url;

use super::endpoints::Endpoints;
use super::{
    client_auth::Assertions,
    client_keys::SigningAlg,
    error::{ClientAuthError, Error},
    types::ClientId,
};
use crate::random;

/// Seconds an assertion is good for. Five minutes are allowed; an EHR's clock may be two minutes off either way.
const LIFE: i64 = 150;

/// SMART "client-confidential-asymmetric". No `iat` or `nbf`: a clock that is behind would refuse them.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: i64,
    jti: String,
}

/// A new assertion, good once, for the URL it is sent to.
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
    let header = Header { kid: Some(key.kid.clone()), ..Header::new(alg.algorithm()) };
    let claims = Claims {
        iss: client_id.as_str(),
        sub: client_id.as_str(),
        aud: assertions.audience.as_deref().unwrap_or(url.as_str()),
        exp: now.as_second() + LIFE,
        jti: random::id(),
    };
    encode(&header, &claims, &key.private).map_err(|_| ClientAuthError::SigningFailed.into())
}

/// The algorithm agreed on, if the EHR lists it or lists nothing; else ES384 before RS384, as it lists them.
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
            takes_post: false,
            client_auth_methods: Vec::new(),
            client_auth_algs: algs.iter().map(ToString::to_string).collect(),
        }
    }

    fn assertions(alg: Option<SigningAlg>) -> Assertions {
        let keys = PrivateKeys::generate().unwrap().open().unwrap();
        let generation = KeyGeneration { keys, signs_from: NOW, withdrawn_at: None };
        Assertions { keyring: Arc::new(Keyring::new(vec![generation])), alg, audience: None }
    }

    /// The claims, verified with what we publish.
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

    /// CAU-08..17, T18: what an assertion says, and that no two are the same.
    #[test]
    fn an_assertion_says_what_smart_asks_and_no_more() {
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

    /// CAU-10: the registered algorithm where it is listed; of those listed ES384 first; RS384 where nothing is listed.
    #[test]
    fn the_algorithm_is_one_the_ehr_lists() {
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

    /// JWK-05: the next keys are published before they sign, and the old ones after.
    #[test]
    fn keys_sign_from_their_moment_on_and_are_published_before_and_after() {
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
