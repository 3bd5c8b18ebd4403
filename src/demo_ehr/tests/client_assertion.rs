//! Tests of client assertions: each rule broken on its own.

use actix_web::http::header;
use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::{Value, json};

use super::keyed_client::{Changes, JWT_BEARER, KEYED_ID, assertion, es384, jwks, post_asserted};
use super::support::{
    Bench, CLIENT_ID, REDIRECT_URI, SECRET, VERIFIER, access_token, basic, bench, encoded, pairs,
};
use crate::demo_ehr::Fault;

/// Result of client authentication at the token endpoint: `ok`, or the broken rule.
async fn verdict(bench: &Bench, assertion: &str, changes: &[(&str, &str)]) -> String {
    let unknown_code = [
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
        ("grant_type", "authorization_code"),
        ("code", "x"),
        ("redirect_uri", REDIRECT_URI),
    ];
    let answer = bench.post("/auth/token", &pairs(&unknown_code, changes)).await;
    let body = answer.json();
    if body["error"] == "invalid_grant" {
        return "ok".to_owned();
    }
    assert_eq!((answer.status, &body["error"]), (401, &json!("invalid_client")), "{body}");
    body["error_description"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn issues_refreshes_and_revokes_tokens_of_a_client_with_keys() {
    let bench = bench().await;
    let code = bench.code(&[("client_id", KEYED_ID)]).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let answer = post_asserted(&bench, "/auth/token", &assertion(&bench, &[], &[]), &form).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let tokens = answer.json();
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 200);

    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let refreshed = post_asserted(&bench, "/auth/token", &es384(&bench, &[]), &form).await.json();
    let token = [("token", access_token(&refreshed))];
    for (path, url) in [
        ("/auth/introspect", "http://ehr.test/auth/introspect"),
        ("/auth/revoke", "http://ehr.test/auth/revoke"),
    ] {
        let elsewhere = post_asserted(&bench, path, &assertion(&bench, &[], &[]), &token).await;
        assert_eq!(elsewhere.status, 401, "an assertion for the token endpoint at {path}");
        let here = post_asserted(&bench, path, &assertion(&bench, &[], &[("aud", json!(url))]), &token).await;
        assert_eq!(here.status, 200, "{path}");
    }
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&refreshed)).await.status, 401);
}

#[actix_web::test]
async fn accepts_assertions_with_both_algorithms() {
    let bench = bench().await;
    assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, "ok");
    assert_eq!(verdict(&bench, &es384(&bench, &[]), &[]).await, "ok");
    let form = [("client_id", KEYED_ID)];
    assert_eq!(
        verdict(&bench, &es384(&bench, &[]), &form).await,
        "ok",
        "client_id may be there if it is right"
    );
}

#[actix_web::test]
async fn names_the_broken_rule_of_an_assertion_header() {
    let bench = bench().await;
    let cases: [(Changes, &str); 11] = [
        (&[("alg", json!("RS256"))], "alg is not supported by this server"),
        (&[("alg", json!("none"))], "alg is not supported by this server"),
        (&[("alg", json!(384))], "alg is not supported by this server"),
        (&[("typ", json!("jwt"))], "typ is not JWT"),
        (&[("typ", Value::Null)], "typ is not JWT"),
        (&[("crit", json!(["exp"]))], "crit names an extension that this server does not support"),
        (&[("kid", Value::Null)], "kid is missing"),
        (&[("kid", json!("rsa-2"))], "kid is not in the key set"),
        (&[("kid", json!("ec-1"))], "kty of the key does not fit alg"),
        (&[("alg", json!("ES384"))], "kty of the key does not fit alg"),
        (&[("kid", json!(""))], "kid is missing"),
    ];
    for (header, rule) in cases {
        assert_eq!(verdict(&bench, &assertion(&bench, header, &[]), &[]).await, rule, "{header:?}");
    }
}

#[actix_web::test]
async fn names_the_broken_rule_of_assertion_claims() {
    let bench = bench().await;
    let now = bench.ehr.now().as_second();
    let url = "http://ehr.test/auth/token";
    let aud = "aud is not one string with the URL of this endpoint";
    let cases: [(Changes, &str); 20] = [
        (&[("iss", json!("stranger"))], "iss and sub differ"),
        (&[("iss", json!("stranger")), ("sub", json!("stranger"))], "iss is not a client of this server"),
        (
            &[("iss", json!(CLIENT_ID)), ("sub", json!(CLIENT_ID))],
            "this client is registered with a secret, not with keys",
        ),
        (&[("sub", Value::Null)], "iss and sub differ"),
        (&[("iss", Value::Null), ("sub", Value::Null)], "iss is not a client_id"),
        (&[("aud", json!([url]))], aud),
        (&[("aud", json!("http://ehr.test/auth/token/"))], aud),
        (&[("aud", json!("http://ehr.test/auth"))], aud),
        (&[("aud", Value::Null)], aud),
        (&[("exp", json!(now))], "the assertion has expired"),
        (&[("exp", json!(now + 300))], "ok"),
        (&[("exp", json!(now + 301))], "exp is more than five minutes in the future"),
        (&[("exp", json!((now + 60).to_string()))], "exp is not an integer"),
        (&[("exp", json!(1.8e9))], "exp is not an integer"),
        (&[("exp", Value::Null)], "exp is not an integer"),
        (&[("nbf", json!(now + 1))], "nbf is in the future"),
        (&[("nbf", json!(now))], "ok"),
        (&[("jti", Value::Null)], "jti is missing"),
        (&[("jti", json!(""))], "jti is missing"),
        (&[("jti", json!(7))], "jti is missing"),
    ];
    for (claims, rule) in cases {
        assert_eq!(verdict(&bench, &assertion(&bench, &[], claims), &[]).await, rule, "{claims:?}");
    }
}

#[actix_web::test]
async fn names_the_broken_rule_of_an_assertion_request() {
    let bench = bench().await;
    let fresh = || assertion(&bench, &[], &[]);
    for (change, rule) in [
        (
            ("client_assertion_type", "jwt-bearer"),
            "client_assertion_type is not the type of JWT bearer assertions",
        ),
        (("client_assertion_type", ""), "client_assertion_type is not the type of JWT bearer assertions"),
        (("client_assertion", ""), "client_assertion is missing"),
        (("client_assertion", "a.b"), "client_assertion is not a signed JWT"),
        (("client_assertion", "e30.e30=.AA"), "client_assertion is not a signed JWT"),
        (("client_secret", SECRET), "the request uses two methods of client authentication"),
        (("client_id", CLIENT_ID), "client_id differs from iss of the assertion"),
    ] {
        assert_eq!(verdict(&bench, &fresh(), &[change]).await, rule, "{change:?}");
    }
    let form = [("client_assertion_type", JWT_BEARER), ("client_assertion", &fresh()), ("grant_type", "x")];
    let request = TestRequest::post()
        .uri("/auth/token")
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))
        .set_payload(encoded(&form));
    let both = bench.send(request).await;
    assert_eq!(
        (both.status, &both.json()["error_description"]),
        (401, &json!("the request uses two methods of client authentication"))
    );
    let no_secret = [("grant_type", "x"), ("client_id", KEYED_ID), ("client_secret", "")];
    assert_eq!(bench.post("/auth/token", &no_secret).await.status, 401, "a client with keys has no secret");
}

#[actix_web::test]
async fn accepts_a_jti_once_and_keeps_it_unused_after_a_bad_signature() {
    let bench = bench().await;
    let jti = json!("of my own");
    let good = assertion(&bench, &[], &[("jti", jti.clone())]);
    let (message, _) = good.rsplit_once('.').unwrap();
    assert_eq!(verdict(&bench, &format!("{message}.AAAA"), &[]).await, "the signature is invalid");
    let other = es384(&bench, &[("jti", json!("of another"))]);
    let swapped = format!("{message}.{}", other.rsplit_once('.').unwrap().1);
    assert_eq!(verdict(&bench, &swapped, &[]).await, "the signature is invalid");
    assert_eq!(verdict(&bench, &good, &[]).await, "ok");
    assert_eq!(verdict(&bench, &good, &[]).await, "jti was used before");
    bench.clock.advance(SignedDuration::from_hours(1));
    let anew = assertion(&bench, &[], &[("jti", jti)]);
    assert_eq!(
        verdict(&bench, &anew, &[]).await,
        "jti was used before",
        "refused in another assertion as well"
    );
}

#[actix_web::test]
async fn refetches_client_keys_only_when_stale() {
    let bench = bench().await;
    let mut renamed = jwks();
    renamed["keys"][0]["kid"] = json!("rsa-2");
    let new = |bench: &Bench| assertion(bench, &[("kid", json!("rsa-2"))], &[]);
    for (max_age, seconds) in [(None, 300), (Some(60), 60), (Some(3600), 3600)] {
        bench.clock.advance(SignedDuration::from_hours(2));
        bench.shelf.put_keys(&jwks(), max_age);
        let asked = bench.shelf.asked();
        assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, "ok");
        bench.shelf.put_keys(&renamed, max_age);
        bench.clock.advance(SignedDuration::from_secs(seconds - 1));
        assert_eq!(verdict(&bench, &new(&bench), &[]).await, "kid is not in the key set");
        assert_eq!(bench.shelf.asked(), asked + 1);
        bench.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(verdict(&bench, &new(&bench), &[]).await, "ok");
        assert_eq!(bench.shelf.asked(), asked + 2);
    }
    bench.clock.advance(SignedDuration::from_hours(2));
    bench.shelf.put_keys(&jwks(), Some(0));
    let asked = bench.shelf.asked();
    for _ in 0..2 {
        assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, "ok");
    }
    assert_eq!(bench.shelf.asked(), asked + 2, "a key set with max-age=0 is fetched for every request");
}

#[actix_web::test]
async fn refuses_unusable_client_keys_and_fetches_them_again() {
    let bench = bench().await;
    let fresh = || assertion(&bench, &[], &[]);
    bench.shelf.put(Err("connection refused".to_owned()));
    assert_eq!(verdict(&bench, &fresh(), &[]).await, "the key set of the client could not be fetched");
    bench.shelf.put_keys(&json!(["no set"]), None);
    assert_eq!(verdict(&bench, &fresh(), &[]).await, "the key set of the client is not a JWK Set");
    let spoiled: [(&str, Value, &str); 5] = [
        ("alg", json!("RS256"), "the key is published for another alg"),
        ("use", json!("enc"), "the key is not published for verifying"),
        ("key_ops", json!(["sign"]), "the key is not published for verifying"),
        ("n", json!("AQAB"), "the signature is invalid"),
        ("d", json!("AQAB"), "the key set contains a private key"),
    ];
    for (member, value, rule) in spoiled {
        let mut keys = jwks();
        keys["keys"][0][member] = value;
        bench.shelf.put_keys(&keys, Some(0));
        assert_eq!(verdict(&bench, &fresh(), &[]).await, rule, "{member}");
    }
    bench.shelf.put_keys(&jwks(), None);
    assert_eq!(verdict(&bench, &fresh(), &[]).await, "ok");
}

#[actix_web::test]
async fn applies_faults_of_client_authentication() {
    let bench = bench().await;
    let algs = async |fault| {
        bench.ehr.set_fault(Some(fault));
        let document = bench.get("/fhir/.well-known/smart-configuration").await.json();
        document["token_endpoint_auth_signing_alg_values_supported"].clone()
    };
    let refused = "alg is not supported by this server";
    assert_eq!(algs(Fault::DiscoveryOnlyEs384).await, json!(["ES384"]));
    assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, refused);
    assert_eq!(verdict(&bench, &es384(&bench, &[]), &[]).await, "ok");
    assert_eq!(algs(Fault::DiscoveryOnlyRs384).await, json!(["RS384"]));
    assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, "ok");
    assert_eq!(verdict(&bench, &es384(&bench, &[]), &[]).await, refused);

    bench.ehr.set_fault(Some(Fault::TokenAssertionAudienceIsIssuer));
    assert_eq!(verdict(&bench, &assertion(&bench, &[], &[]), &[]).await, "aud is not the issuer");
    let issuer = json!(bench.ehr.issuer());
    assert_eq!(verdict(&bench, &assertion(&bench, &[], &[("aud", issuer)]), &[]).await, "ok");

    bench.ehr.set_fault(Some(Fault::TokenWantsClientIdInBody));
    let code = bench.code(&[]).await;
    assert_eq!(bench.exchange(&code, &[]).await.json()["error"], "invalid_request");
    assert_eq!(bench.exchange(&code, &[("client_id", CLIENT_ID)]).await.status, 200);
    assert_eq!(verdict(&bench, &es384(&bench, &[]), &[("client_id", KEYED_ID)]).await, "ok");
}
