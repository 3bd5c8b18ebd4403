//! Tests of `id_token`s, with and without faults, verified by jsonwebtoken with the published keys.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

use super::support::{Bench, CLIENT_ID, SCOPE, SECRET, bench, jws_part};
use crate::demo_ehr::{Fault, SigningAlg};

async fn id_token(bench: &Bench, fault: Option<Fault>) -> String {
    bench.ehr.set_fault(fault);
    bench.tokens(SCOPE).await["id_token"].as_str().unwrap().to_owned()
}

async fn jwks(bench: &Bench) -> JwkSet {
    serde_json::from_value(bench.get("/auth/jwks.json").await.json()).unwrap()
}

/// Claims, or `None` if no published key with the `kid` verifies the signature.
async fn verified(bench: &Bench, id_token: &str, alg: Algorithm) -> Option<Value> {
    let header = decode_header(id_token).ok()?;
    let set = jwks(bench).await;
    let key = DecodingKey::from_jwk(set.find(&header.kid?)?).unwrap();
    let mut validation = Validation::new(alg);
    validation.set_audience(&[CLIENT_ID]);
    validation.validate_exp = false;
    decode::<Value>(id_token, &key, &validation).ok().map(|token| token.claims)
}

#[actix_web::test]
async fn states_subject_audience_and_times() {
    let bench = bench().await;
    let tokens = bench.tokens(SCOPE).await;
    let id_token = tokens["id_token"].as_str().unwrap();
    let claims = verified(&bench, id_token, Algorithm::RS256).await.unwrap();
    let now = "2026-09-14T13:30:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    assert_eq!(claims["iss"], "http://ehr.test/auth");
    assert_ne!(claims["iss"], bench.ehr.fhir_base_url());
    assert_eq!((&claims["aud"], &claims["nonce"]), (&json!(CLIENT_ID), &json!("nonce-1")));
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 300)));
    assert_eq!(claims["fhirUser"], "http://ehr.test/fhir/Practitioner/ngozi-okafor");
    assert_eq!(claims["sub"], "6f1c2b0e-93d4-4a4b-8a35-5a1d0b7f3c11");
}

#[actix_web::test]
async fn signs_with_either_algorithm() {
    let bench = bench().await;
    assert!(verified(&bench, &id_token(&bench, None).await, Algorithm::RS256).await.is_some());
    bench.ehr.sign_with(SigningAlg::Es256);
    assert!(verified(&bench, &id_token(&bench, None).await, Algorithm::ES256).await.is_some());
}

#[actix_web::test]
async fn publishes_rotated_keys_until_withdrawn() {
    let bench = bench().await;
    let old = id_token(&bench, None).await;
    bench.ehr.rotate_keys().unwrap();
    let new = id_token(&bench, None).await;
    assert_ne!(decode_header(&old).unwrap().kid, decode_header(&new).unwrap().kid);
    assert!(verified(&bench, &old, Algorithm::RS256).await.is_some());
    assert!(verified(&bench, &new, Algorithm::RS256).await.is_some());
    assert_eq!(jwks(&bench).await.keys.len(), 4);
    bench.ehr.withdraw_old_keys();
    assert!(verified(&bench, &old, Algorithm::RS256).await.is_none());
    assert!(verified(&bench, &new, Algorithm::RS256).await.is_some());
}

#[actix_web::test]
async fn does_not_share_keys_between_ehrs() {
    let (one, other) = (bench().await, bench().await);
    let id_token = id_token(&one, None).await;
    assert!(verified(&one, &id_token, Algorithm::RS256).await.is_some());
    assert!(verified(&other, &id_token, Algorithm::RS256).await.is_none());
}

#[actix_web::test]
async fn applies_faults_of_signature_and_header() {
    let bench = bench().await;
    for fault in [
        Fault::IdTokenSignatureFlipped,
        Fault::IdTokenSignedByForeignKeySameKid,
        Fault::IdTokenEmbeddedJwk,
        Fault::IdTokenJkuOnCanary,
        Fault::IdTokenUnknownKid,
        Fault::IdTokenAlgNone,
    ] {
        assert!(
            verified(&bench, &id_token(&bench, Some(fault)).await, Algorithm::RS256).await.is_none(),
            "{fault:?}"
        );
    }
    let header = async |fault| {
        serde_json::from_str::<Value>(&jws_part(&id_token(&bench, Some(fault)).await, 0)).unwrap()
    };
    assert_eq!(header(Fault::IdTokenAlgNone).await["alg"], "none");
    assert!(header(Fault::IdTokenEmbeddedJwk).await["jwk"]["n"].is_string());
    assert_eq!(header(Fault::IdTokenJkuOnCanary).await["jku"], "https://canary.invalid/jwks.json");
    assert_eq!(header(Fault::IdTokenTypAtJwt).await["typ"], "at+jwt");
    assert!(header(Fault::IdTokenCritHeader).await["crit"].is_array());
    assert!(header(Fault::IdTokenNoKidSingleKey).await.get("kid").is_none());
    assert_eq!(jwks(&bench).await.keys.len(), 1);
    assert!(header(Fault::IdTokenNoKidSeveralKeys).await.get("kid").is_none());
    assert_eq!(jwks(&bench).await.keys.len(), 2);
    assert!(id_token(&bench, Some(Fault::IdTokenAlgNone)).await.ends_with('.'));
}

#[actix_web::test]
async fn signs_hs256_faults_with_secret_and_public_key() {
    let bench = bench().await;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[CLIENT_ID]);
    validation.validate_exp = false;
    let token = id_token(&bench, Some(Fault::IdTokenHs256WithClientSecret)).await;
    assert!(decode::<Value>(&token, &DecodingKey::from_secret(SECRET.as_bytes()), &validation).is_ok());
    let token = id_token(&bench, Some(Fault::IdTokenHs256WithPublicKey)).await;
    let pem = bench.ehr.locked().keyring.current.rsa_public_pem().unwrap();
    assert!(decode::<Value>(&token, &DecodingKey::from_secret(pem.as_bytes()), &validation).is_ok());
    assert!(DecodingKey::from_rsa_pem(pem.as_bytes()).is_ok(), "it is a public key too");
}

#[actix_web::test]
async fn publishes_a_key_generated_just_before_signing() {
    let bench = bench().await;
    let before = jwks(&bench).await;
    let token = id_token(&bench, Some(Fault::IdTokenRotatedJustBeforeSigning)).await;
    assert!(before.find(&decode_header(&token).unwrap().kid.unwrap()).is_none());
    assert!(verified(&bench, &token, Algorithm::RS256).await.is_some());
}

#[actix_web::test]
async fn applies_faults_of_claims_with_a_valid_signature() {
    let bench = bench().await;
    let honest: Value = serde_json::from_str(&jws_part(&id_token(&bench, None).await, 1)).unwrap();
    let claims = async |fault| {
        let token = id_token(&bench, Some(fault)).await;
        serde_json::from_str::<Value>(&jws_part(&token, 1)).unwrap()
    };
    let now = honest["iat"].as_i64().unwrap();
    for (fault, name, expected) in [
        (Fault::IdTokenWrongIssuer, "iss", json!("http://ehr.test/auth/another")),
        (Fault::IdTokenWrongAudience, "aud", json!("some-other-app")),
        (Fault::IdTokenAudienceArray, "aud", json!([CLIENT_ID])),
        (Fault::IdTokenSeveralAudiencesWithoutAzp, "aud", json!([CLIENT_ID, "some-other-app"])),
        (Fault::IdTokenSeveralAudiencesWithAzp, "azp", json!(CLIENT_ID)),
        (Fault::IdTokenWrongAzp, "azp", json!("some-other-app")),
        (Fault::IdTokenNonceWrong, "nonce", json!("nonce-A")),
        (Fault::IdTokenExpired, "exp", json!(now - 120)),
        (Fault::IdTokenExpString, "exp", json!((now + 300).to_string())),
        (Fault::IdTokenIatFuture, "iat", json!(now + 600)),
        (Fault::IdTokenIatOld, "iat", json!(now - 7 * 86_400)),
        (Fault::IdTokenNbfFuture, "nbf", json!(now + 600)),
        (Fault::IdTokenSubEmpty, "sub", json!("")),
        (Fault::IdTokenSubNumber, "sub", json!(42)),
        (Fault::IdTokenFhirUserRelative, "fhirUser", json!("Practitioner/ngozi-okafor")),
        (
            Fault::IdTokenFhirUserForeignHost,
            "fhirUser",
            json!("https://canary.invalid/fhir/Practitioner/ngozi-okafor"),
        ),
        (Fault::IdTokenFhirUserPatient, "fhirUser", json!("http://ehr.test/fhir/Patient/eleonore")),
        (Fault::IdTokenFhirUserInProfile, "profile", honest["fhirUser"].clone()),
    ] {
        assert_eq!(claims(fault).await[name], expected, "{fault:?}");
    }
    for (fault, name) in [
        (Fault::IdTokenNonceMissing, "nonce"),
        (Fault::IdTokenExpMissing, "exp"),
        (Fault::IdTokenIatMissing, "iat"),
        (Fault::IdTokenSubMissing, "sub"),
        (Fault::IdTokenFhirUserMissing, "fhirUser"),
        (Fault::IdTokenFhirUserInProfile, "fhirUser"),
        (Fault::IdTokenSeveralAudiencesWithoutAzp, "azp"),
    ] {
        assert!(claims(fault).await.get(name).is_none(), "{fault:?}");
    }
    let wrong_at_hash = claims(Fault::IdTokenWrongAtHash).await;
    assert_eq!(wrong_at_hash["at_hash"].as_str().unwrap().len(), honest["at_hash"].as_str().unwrap().len());
    let text = jws_part(&id_token(&bench, Some(Fault::IdTokenDuplicateSub)).await, 1);
    assert_eq!(text.matches("\"sub\":").count(), 2, "{text}");
    let token = id_token(&bench, Some(Fault::IdTokenWrongIssuer)).await;
    assert!(verified(&bench, &token, Algorithm::RS256).await.is_some(), "wrong claims are properly signed");
}
