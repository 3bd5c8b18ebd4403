//! Tests of invalid id_tokens (OpenID Connect Core 3.1.3.7).

use std::sync::Arc;

use aws_lc_rs::signature::EcdsaKeyPair;
use jiff::SignedDuration;
use passerelle::demo_ehr::{Fault, SigningAlg};
use passerelle::smart::StaticEndpoints;
use passerelle::testing::{TestApp, TestEhr};
use passerelle::web::ErrorKind;
use serde_json::{Value, json};

use super::{CHART, open, refused_by, refused_for_its_address};
use crate::forged;

refuses! {
    before "/fhir/Patient/eleonore";
    /// IDT-07, OIDF-04, I01: alg none.
    refuses_id_token_with_alg_none: IdTokenAlgNone, SigninFailed, "id-token";
    /// IDT-07, I01: alg none in mixed case.
    refuses_id_token_with_alg_none_in_mixed_case: IdTokenAlgNoneMixedCase, SigninFailed, "id-token";
    /// IDT-01, I03: a permitted algorithm without a signature.
    refuses_id_token_without_signature: IdTokenSignatureMissing, SigninFailed, "id-token";
    /// IDT-07, OIDF-08, I17: another algorithm than the key is published for.
    refuses_id_token_signed_rs384_by_a_key_for_rs256: IdTokenRs384, SigninFailed, "id-token";
    /// IDT-07, OIDF-07, I02: a symmetric algorithm with the client secret.
    refuses_id_token_signed_with_the_client_secret: IdTokenHs256WithClientSecret, SigninFailed, "id-token";
    /// IDT-07, OIDF-07, I02: a symmetric algorithm with the public key.
    refuses_id_token_signed_with_the_public_key_as_secret: IdTokenHs256WithPublicKey, SigninFailed, "id-token";
    /// IDT-01, OIDF-05, I03: one flipped bit.
    refuses_id_token_with_one_bit_of_the_signature_flipped: IdTokenSignatureFlipped, SigninFailed, "id-token";
    /// IDT-01, J01: the kid of a published key, signed by another key.
    refuses_id_token_signed_by_a_foreign_key_under_a_known_kid: IdTokenSignedByForeignKeySameKid, SigninFailed, "id-token";
    /// IDT-05, J05: a kid that is not published.
    refuses_id_token_with_unknown_kid: IdTokenUnknownKid, SigninFailed, "id-token";
    /// IDT-07, I08: a key embedded in the header.
    refuses_id_token_that_brings_its_own_key: IdTokenEmbeddedJwk, SigninFailed, "id-token";
    /// IDT-07, I08: a key URL in the header, which is not fetched.
    refuses_id_token_whose_jku_points_elsewhere: IdTokenJkuOnCanary, SigninFailed, "id-token";
    /// IDT-07: an unknown critical extension.
    refuses_id_token_with_crit_header: IdTokenCritHeader, SigninFailed, "id-token";
    /// I15: an access token instead of an id_token.
    refuses_id_token_that_says_it_is_an_access_token: IdTokenTypAtJwt, SigninFailed, "id-token";
    /// IDT-02, OIDF-09, I04: another issuer.
    refuses_id_token_with_wrong_issuer: IdTokenWrongIssuer, SigninFailed, "id-token";
    /// IDT-08, IDT-14, OIDF-10, I05: for another client; nothing is left behind.
    refuses_id_token_with_wrong_aud: IdTokenWrongAudience, SigninFailed, "id-token";
    /// IDT-08, OIDF-11, I05: no audience.
    refuses_id_token_without_aud: IdTokenAudienceMissing, SigninFailed, "id-token";
    /// IDT-08, OIDF-13, I05: an additional, unknown audience.
    refuses_id_token_with_several_auds_and_no_azp: IdTokenSeveralAudiencesWithoutAzp, SigninFailed, "id-token";
    /// IDT-08, OIDF-13, I05: an additional, unknown audience, although this app is the authorized party.
    refuses_id_token_with_several_auds_although_azp_is_us: IdTokenSeveralAudiencesWithAzp, SigninFailed, "id-token";
    /// IDT-09, I05: another authorized party.
    refuses_id_token_with_wrong_azp: IdTokenWrongAzp, SigninFailed, "id-token";
    /// IDT-11, OIDF-18, I06: another nonce.
    refuses_id_token_with_wrong_nonce: IdTokenNonceWrong, SigninFailed, "id-token";
    /// IDT-11, OIDF-19, I06: no nonce, at an EHR registered as echoing it.
    refuses_id_token_without_nonce: IdTokenNonceMissing, SigninFailed, "id-token";
    /// IDT-10, OIDF-17, I07: expired.
    refuses_expired_id_token: IdTokenExpired, SigninFailed, "id-token";
    /// IDT-10, OIDF-16, I07: no expiry.
    refuses_id_token_without_exp: IdTokenExpMissing, SigninFailed, "id-token";
    /// IDT-10, I07: a wrong type is not treated as absent.
    refuses_id_token_whose_exp_is_a_text: IdTokenExpString, SigninFailed, "id-token";
    /// IDT-10, I13: issued in the future.
    refuses_id_token_issued_in_the_future: IdTokenIatFuture, SigninFailed, "id-token";
    /// IDT-10, OIDF-15, I13: no time of issue.
    refuses_id_token_without_iat: IdTokenIatMissing, SigninFailed, "id-token";
    /// I13: a week old.
    refuses_id_token_issued_a_week_ago: IdTokenIatOld, SigninFailed, "id-token";
    /// IDT-10, I07: not valid yet.
    refuses_id_token_that_is_not_valid_yet: IdTokenNbfFuture, SigninFailed, "id-token";
    /// IDT-12, OIDF-14, I12: no subject.
    refuses_id_token_without_sub: IdTokenSubMissing, SigninFailed, "id-token";
    /// IDT-12, I12: an empty subject.
    refuses_id_token_with_empty_sub: IdTokenSubEmpty, SigninFailed, "id-token";
    /// IDT-12, I12: a number as subject.
    refuses_id_token_whose_sub_is_a_number: IdTokenSubNumber, SigninFailed, "id-token";
    /// IDT-12, I12: 255 characters at most.
    refuses_id_token_with_a_sub_too_long: IdTokenSubTooLong, SigninFailed, "id-token";
    /// IDT-16, I22: two parsers would read two subjects.
    refuses_id_token_with_sub_twice: IdTokenDuplicateSub, SigninFailed, "id-token";
    /// IDT-13, OIDF-20, I16: the hash of another access token.
    refuses_id_token_with_wrong_at_hash: IdTokenWrongAtHash, SigninFailed, "id-token";
    /// IDT-16, I20: refused by its length, before it is decoded.
    refuses_huge_id_token: IdTokenHuge, EhrTrouble, "token";
    /// IDT-16, I21: not a JWT.
    refuses_id_token_that_is_no_jwt: IdTokenNotAJwt, SigninFailed, "id-token";
    /// USR-04, I10: a patient is not a clinician.
    refuses_a_user_who_is_a_patient: IdTokenFhirUserPatient, NotForRole, "not-for-role";
    /// USR-02, I09: a URL outside the FHIR base is not a clinician of this server.
    refuses_fhir_user_that_climbs: IdTokenFhirUserPathTraversal, NotForRole, "not-for-role";

    /// IDT-04: the key set is missing.
    refuses_jwks_not_found: JwksNotFound, EhrTrouble, "ehr-metadata";
    /// J10: the key set cannot be fetched.
    refuses_jwks_that_is_down: JwksDown, EhrTrouble, "ehr-metadata";
    /// J02: the redirect is not followed.
    refuses_jwks_that_redirects: JwksRedirectToCanary, EhrTrouble, "ehr-metadata";
    /// DSC-07: a web page is not a key set.
    refuses_jwks_that_is_a_web_page: JwksHtml, EhrTrouble, "ehr-metadata";
    /// J11: 256 KiB at most.
    refuses_huge_jwks: JwksHuge, EhrTrouble, "ehr-metadata";
    /// J11: a deadline of five seconds.
    refuses_slow_jwks: JwksSlow, EhrTrouble, "ehr-metadata";
    /// IDT-06: no key fits.
    refuses_empty_jwks: JwksEmpty, SigninFailed, "id-token";
}

/// DSC-11, J02: a key set URL at an address that the registration does not permit.
#[actix_web::test]
async fn refuses_jwks_at_a_forbidden_address() {
    refused_for_its_address(Fault::DiscoveryJwksUriOnForeignHost).await;
}

/// Spoils the signature of an EHR that signs with ES256; a later valid one is accepted.
async fn refused_es256(fault: Fault) {
    let app = TestApp::start().await;
    app.ehr().sign_with(SigningAlg::Es256);
    refused_by(&app, CHART, fault, ErrorKind::SigninFailed, "id-token").await;
}

/// OIDF-06, I03: one flipped bit.
#[actix_web::test]
async fn refuses_es256_signature_with_one_bit_flipped() {
    refused_es256(Fault::IdTokenSignatureFlipped).await;
}

/// OIDF-06, I03: one byte short.
#[actix_web::test]
async fn refuses_es256_signature_that_was_cut() {
    refused_es256(Fault::IdTokenSignatureCut).await;
}

/// OIDF-06, I03: r and s are zero, which a careless verifier accepts for every message.
#[actix_web::test]
async fn refuses_es256_signature_of_zeros() {
    refused_es256(Fault::IdTokenSignatureZero).await;
}

/// OIDF-06, I03: valid r and s, encoded as in X.509 instead of JWS.
#[actix_web::test]
async fn refuses_es256_signature_in_der() {
    refused_es256(Fault::IdTokenSignatureDer).await;
}

/// IDT-06, OIDF-22: two keys match.
#[actix_web::test]
async fn refuses_id_token_without_kid_when_several_keys_fit() {
    let app = TestApp::start().await;
    app.ehr().rotate_keys().unwrap();
    refused_by(&app, CHART, Fault::IdTokenNoKidSeveralKeys, ErrorKind::SigninFailed, "id-token").await;
}

/// IDT-05, J05: however many tokens have unknown kids, the keys are fetched once a minute.
#[actix_web::test]
async fn fetches_keys_once_a_minute_for_unknown_kids() {
    let app = TestApp::start().await;
    let ehr = app.ehr();
    open(&app, "eleonore").await;
    ehr.clear_recorded();
    ehr.set_fault(Some(Fault::IdTokenUnknownKid));
    app.advance(SignedDuration::from_secs(61));
    for _ in 0..5 {
        let refused = app.browser().launch(ehr, "eleonore", "ngozi-okafor").await;
        assert_eq!(refused.last().status, 400);
        assert_eq!(ehr.requests_to("/auth/jwks.json").len(), 1);
        app.advance(SignedDuration::from_secs(10));
    }
    app.advance(SignedDuration::from_secs(61));
    app.browser().launch(ehr, "eleonore", "ngozi-okafor").await;
    assert_eq!(ehr.requests_to("/auth/jwks.json").len(), 2);
}

/// IDT-02, OIDF-09, I04: the issuer published by the registered base is as binding as a pinned one.
#[actix_web::test]
async fn refuses_id_token_with_wrong_issuer_where_none_is_pinned() {
    let app = TestApp::setup().registration(|ehr| ehr.issuer = None).start().await;
    refused_by(&app, CHART, Fault::IdTokenWrongIssuer, ErrorKind::SigninFailed, "id-token").await;
}

/// IDT-02, I04, J01: an EHR cannot issue an id_token of another EHR, whatever its claims.
#[actix_web::test]
async fn refuses_id_token_of_another_registered_ehr() {
    let mut app = TestApp::setup().second_ehr().start().await;
    let other = app.other_ehr().issuer();
    let keys = format!("{other}/jwks.json");
    // Riverside's registration expects Lakeside's issuer and keys; Riverside signs with its own.
    let (authorization, token) =
        (format!("{}/authorize", app.ehr().issuer()), format!("{}/token", app.ehr().issuer()));
    app.register_again(move |registration| {
        registration.issuer = Some(other.clone());
        registration.endpoints = Some(StaticEndpoints {
            authorization: authorization.clone(),
            token: token.clone(),
            jwks: keys.clone(),
        });
    })
    .await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, ErrorKind::SigninFailed, "id-token").await;
}

/// Replaces the header and signature of this EHR's id_tokens, and removes `at_hash`, which is optional and would be
/// wrong.
fn forge(ehr: &TestEhr, header: Value, key: Arc<EcdsaKeyPair>) {
    ehr.relay().change_answers(move |path, answer| {
        if path == "/auth/token" {
            answer.change_json(|body| {
                let mut claims = forged::claims(body["id_token"].as_str().unwrap());
                claims.as_object_mut().unwrap().remove("at_hash");
                body["id_token"] = json!(forged::id_token(&header, &claims, Some(&key)));
            });
        }
    });
}

/// Name of the key with which an EHR signs ES256.
async fn ec_kid(app: &TestApp) -> String {
    let page = app.browser().get(&format!("{}/jwks.json", app.ehr().issuer())).await;
    let published: Value = serde_json::from_str(&page.body).unwrap();
    let key = published["keys"].as_array().unwrap().iter().find(|key| key["kty"] == "EC").unwrap();
    key["kid"].as_str().unwrap().to_owned()
}

/// IDT-07, OIDF-04, I01: "none" in every spelling, with a signature; everything else is valid.
#[actix_web::test]
async fn refuses_id_token_with_alg_none_and_a_signature() {
    for alg in ["none", "None", "nOnE", "NONE"] {
        let app = TestApp::setup().relayed().start().await;
        let header = json!({"alg": alg, "kid": ec_kid(&app).await, "typ": "JWT"});
        forge(app.ehr(), header, Arc::new(forged::key()));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::SigninFailed, "id-token").await;
        assert!(app.ehr().requests_to(CHART).is_empty(), "{alg}");
        app.ehr().relay().change_answers(|_, _| {});
        app.assert_heals().await;
    }
}

/// IDT-02, I04, J01: a key that one EHR publishes under the kid of another EHR's key verifies nothing there, even if
/// freshly cached.
#[actix_web::test]
async fn refuses_id_token_signed_by_a_key_of_the_same_name_at_another_ehr() {
    let app = TestApp::setup().second_ehr().relayed().start().await;
    let (kid, key) = (ec_kid(&app).await, Arc::new(forged::key()));
    let (name, published) = (kid.clone(), Arc::clone(&key));
    app.other_ehr().relay().change_answers(move |path, answer| {
        if path == "/auth/jwks.json" {
            forged::publish(&published, &name, answer);
        }
    });
    app.browser().launch(app.other_ehr(), "zoe", "wei-lin-chen").await.context();
    assert_eq!(app.other_ehr().requests_to("/auth/jwks.json").len(), 1);
    forge(app.ehr(), json!({"alg": "ES256", "kid": kid, "typ": "JWT"}), key);
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    landing.last().assert_says(ErrorKind::SigninFailed);
    let events = app.audit_events().await;
    let refused: Vec<_> = events.iter().filter(|event| event.event == "launch-refused").collect();
    assert_eq!((refused.len(), refused[0].detail.as_deref()), (1, Some("id-token")));
    assert!(app.ehr().requests_to(CHART).is_empty());
    assert_eq!((app.count("sessions").await, app.count("launch_contexts").await), (1, 1));
}
