//! Tests of faults: each fault changes something on the wire, and only while it is active.

use std::time::Duration;

use actix_web::http::header;
use actix_web::test::TestRequest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use serde_json::{Value, json};

use super::keyed_client::{KEYED_ID, TOKEN_URL, assertion, post_asserted};
use super::support::{Answer, Bench, CLIENT_ID, SCOPE, SECRET, access_token, basic, bench, encoded};
use crate::demo_ehr::Fault;

/// Transcript of one session without random values: everything that a client can see of a fault.
async fn transcript(fault: Option<Fault>) -> Vec<String> {
    let bench = bench().await;
    bench.ehr.set_fault(fault);
    let mut seen = Vec::new();
    for path in [
        "/fhir/.well-known/smart-configuration",
        "/fhir/metadata",
        "/auth/.well-known/openid-configuration",
        "/assets/smart-style.json",
        "/tx/ValueSet/$expand?url=https://passerelle.example/fhir/ValueSet/findings&count=2&filter=pain",
    ] {
        seen.push(shown(path, in_time(&bench, bench.get(path)).await));
    }
    let keys_before = in_time(&bench, bench.get("/auth/jwks.json")).await;
    let published = keys_before.as_ref().map(|answer| {
        let keys = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
        (
            keys["keys"].as_array().map(Vec::len),
            answer.status,
            answer.body.len() / 100_000,
            answer.header("location").to_owned(),
        )
    });
    seen.push(format!("jwks {published:?}"));
    seen.push(authorize(&bench).await);
    seen.push(wrong_verifier(&bench).await);
    seen.push(asserted(&bench).await);

    let Some(tokens) = tokens(&bench, fault, &mut seen).await else {
        return seen;
    };
    seen.push(id_token(&bench, keys_before, &tokens).await);
    let token = access_token(&tokens);
    for path in [
        "Patient/eleonore",
        "Practitioner/ngozi-okafor",
        "Encounter/eleonore-visit",
        "Condition?patient=eleonore&_count=2",
        "Observation?patient=eleonore&code=8302-2",
        "MedicationRequest?patient=eleonore&_count=1",
        "AllergyIntolerance?patient=eleonore",
        "PractitionerRole?practitioner=ngozi-okafor",
        "DocumentReference?patient=eleonore",
        "Binary/eleonore-ecg",
    ] {
        seen.push(shown(path, in_time(&bench, bench.fhir(path, token)).await));
    }
    seen.push(refresh(&bench, &tokens).await);
    for (what, token) in [("introspect", token), ("introspect", "dead"), ("revoke", token)] {
        seen.push(shown(what, in_time(&bench, about_token(&bench, what, token)).await));
    }
    seen
}

async fn about_token(bench: &Bench, what: &str, token: &str) -> Answer {
    let request = TestRequest::post()
        .uri(&format!("/auth/{what}"))
        .insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(encoded(&[("token", token)]));
    bench.send(request).await
}

/// Waits for the answer as long as a client would, and returns `None` on a timeout.
async fn in_time(bench: &Bench, answer: impl Future<Output = Answer>) -> Option<Answer> {
    let slow = bench
        .ehr
        .fault()
        .is_some_and(|fault| ["-slow", "-drip", "-endless"].iter().any(|end| fault.name().ends_with(end)));
    tokio::time::timeout(Duration::from_millis(if slow { 200 } else { 20_000 }), answer).await.ok()
}

fn shown(what: &str, answer: Option<Answer>) -> String {
    let Some(answer) = answer else {
        return format!("{what}: slow");
    };
    let (location, kind) = (answer.header("location"), answer.header("content-type"));
    let (encoding, body) = (answer.header("content-encoding"), answer.text());
    let date = answer.header("date");
    format!("{what}: {} {location} {kind} {encoding} {date} {body}", answer.status)
}

async fn authorize(bench: &Bench) -> String {
    let location = bench.authorize(&[]).await.location();
    let random = |name: &str| matches!(name, "code" | "session_state");
    let pairs = location.query_pairs().map(|(name, value)| {
        if random(&name) { format!("{name} of {}", value.len()) } else { format!("{name}={value}") }
    });
    pairs.collect::<Vec<_>>().join("&")
}

async fn wrong_verifier(bench: &Bench) -> String {
    let Some(code) = bench.authorize(&[]).await.returned("code") else {
        return "no code".to_owned();
    };
    let answer = in_time(bench, bench.exchange(&code, &[("code_verifier", "")])).await;
    format!("without verifier: {:?}", answer.map(|answer| answer.status))
}

/// Status for an assertion with the token endpoint as audience, and for one with the issuer.
async fn asserted(bench: &Bench) -> String {
    let mut verdicts = Vec::new();
    for audience in [TOKEN_URL.to_owned(), bench.ehr.issuer()] {
        let assertion = assertion(bench, &[], &[("aud", json!(audience))]);
        let form = [("grant_type", "unheard-of"), ("client_id", KEYED_ID)];
        let answer = in_time(bench, post_asserted(bench, "/auth/token", &assertion, &form)).await;
        verdicts.push(answer.map(|answer| answer.status));
    }
    format!("assertions {verdicts:?}")
}

/// Adds the masked token response to the transcript. Returns usable tokens, fetched without the fault if needed.
async fn tokens(bench: &Bench, fault: Option<Fault>, seen: &mut Vec<String>) -> Option<Value> {
    let code = bench.authorize(&[]).await.returned("code");
    let answer = match &code {
        Some(code) => in_time(bench, bench.exchange(code, &[])).await,
        None => None,
    };
    let status = answer.as_ref().map(|answer| (answer.status, answer.header("location").to_owned()));
    let text = answer.map(|answer| answer.text()).unwrap_or_default();
    let parsed = serde_json::from_str::<Value>(&text).ok().filter(Value::is_object);
    let doubled = text.matches("\"access_token\"").count();
    let mut masked = parsed.clone().unwrap_or_default();
    for name in ["id_token", "refresh_token", "access_token"] {
        if let Some(value) = masked.get_mut(name).filter(|value| value.is_string()) {
            let plain =
                value.as_str().unwrap().chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it));
            *value = json!(plain);
        }
    }
    seen.push(format!("token {status:?} {doubled} {masked}"));
    let usable = |tokens: &Value| tokens["access_token"].as_str().is_some_and(|it| it.len() == 43);
    if let Some(tokens) = parsed.filter(usable) {
        return Some(tokens);
    }
    bench.ehr.set_fault(None);
    let honest = bench.tokens(SCOPE).await;
    bench.ehr.set_fault(fault);
    Some(honest)
}

async fn id_token(bench: &Bench, keys_before: Option<Answer>, tokens: &Value) -> String {
    let Some(id_token) = tokens["id_token"].as_str() else {
        return "no id_token".to_owned();
    };
    let parts: Vec<&str> = id_token.split('.').collect();
    let part = |at: usize| {
        let bytes = parts.get(at).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    };
    let mut header: Value = serde_json::from_str(&part(0)).unwrap_or_default();
    let was_published = keys_before
        .is_some_and(|answer| header["kid"].as_str().is_some_and(|kid| answer.text().contains(kid)));
    let verified = is_verified(bench, id_token, &header).await;
    let flipped_back = is_verified(bench, &flipped(id_token), &header).await;
    if let Some(members) = header.as_object_mut() {
        members.remove("jwk").map(|_| members.insert("jwk".to_owned(), json!("embedded")));
        members.remove("kid").map(|_| members.insert("kid".to_owned(), json!(was_published)));
    }
    let claims: Value = serde_json::from_str(&part(1)).unwrap_or_default();
    let at_hash = claims["at_hash"].as_str().map(|hash| hash == "AAAAAAAAAAAAAAAAAAAAAA");
    let subs = part(1).matches("\"sub\":").count();
    let mut claims = claims;
    if let Some(members) = claims.as_object_mut() {
        members.remove("at_hash");
    }
    let signature = parts.get(2).copied().unwrap_or_default();
    let (length, zero) = (signature.len(), signature.bytes().all(|letter| letter == b'A'));
    let signed = hs256_secret(signature, id_token);
    format!(
        "id_token {header} {claims} subs {subs} forged at_hash {at_hash:?} verified {verified:?} {flipped_back:?} hs256 by client secret {signed} of {length} zero {zero}"
    )
}

/// Flips the bit of the signature that `IdTokenSignatureFlipped` flips.
fn flipped(id_token: &str) -> String {
    let Some((message, signature)) = id_token.rsplit_once('.') else {
        return String::new();
    };
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    signature.iter_mut().take(1).for_each(|byte| *byte ^= 1);
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn hs256_secret(signature: &str, id_token: &str) -> bool {
    let message = id_token.rsplit_once('.').map_or("", |(message, _)| message);
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    crypto::verify(signature, message.as_bytes(), &key, Algorithm::HS256).unwrap_or(false)
}

/// Whether the signature is valid, or `None` if no key with the `kid` is published.
async fn is_verified(bench: &Bench, id_token: &str, header: &Value) -> Option<bool> {
    let fault = bench.ehr.fault();
    bench.ehr.set_fault(None);
    let keys: JwkSet = serde_json::from_value(bench.get("/auth/jwks.json").await.json()).unwrap();
    bench.ehr.set_fault(fault);
    let key = header["kid"].as_str().and_then(|kid| keys.find(kid))?;
    let (message, signature) = id_token.rsplit_once('.')?;
    let key = DecodingKey::from_jwk(key).unwrap();
    Some(crypto::verify(signature, message.as_bytes(), &key, Algorithm::RS256).unwrap_or(false))
}

async fn refresh(bench: &Bench, tokens: &Value) -> String {
    let Some(refresh_token) = tokens["refresh_token"].as_str() else {
        return "no refresh token".to_owned();
    };
    let Some(answer) = in_time(bench, bench.refresh(refresh_token)).await else {
        return "refresh: slow".to_owned();
    };
    let body = serde_json::from_slice::<Value>(&answer.body).unwrap_or_default();
    let rotated = body["refresh_token"].is_string();
    let fresh = body["access_token"].as_str().filter(|it| it.len() == 43).unwrap_or("spoiled");
    let search = in_time(bench, bench.fhir("Condition?patient=eleonore&_count=1", fresh))
        .await
        .map(|answer| answer.status);
    format!(
        "refresh {} {} {rotated} {} {search:?}",
        answer.status,
        body["patient"],
        body["id_token"].is_string()
    )
}

/// Whether the answer never ends. A client with a timeout cannot distinguish these faults; `tests/server.rs` does.
fn never_ends(fault: Option<Fault>) -> bool {
    matches!(fault, Some(Fault::DiscoverySlow | Fault::DiscoveryDrip | Fault::DiscoveryEndless))
}

#[actix_web::test]
async fn shows_every_fault_on_the_wire() {
    let honest = transcript(None).await;
    assert_eq!(
        honest,
        transcript(None).await,
        "the transcript of a session without a fault is always the same"
    );
    let mut transcripts = vec![(None, honest)];
    let mut alike = Vec::new();
    for fault in Fault::ALL {
        let played = transcript(Some(*fault)).await;
        let same = transcripts.iter().filter(|(_, other)| *other == played);
        let known = |other: Option<Fault>| never_ends(Some(*fault)) && never_ends(other);
        alike.extend(
            same.filter(|(other, _)| !known(*other)).map(|(other, _)| format!("{fault:?} as {other:?}")),
        );
        transcripts.push((Some(*fault), played));
    }
    assert!(alike.is_empty(), "{alike:#?}");
}

#[test]
fn every_fault_has_a_unique_name_and_a_description() {
    for fault in Fault::ALL {
        assert_eq!(serde_json::to_value(fault).unwrap(), fault.name());
        assert_eq!(Fault::find(&fault.name()), Some(*fault));
        assert!(fault.description().contains('.') || fault.description().ends_with(')'), "{fault:?}");
    }
    assert_eq!(Fault::IdTokenHs256WithClientSecret.name(), "id-token-hs256-with-client-secret");
    assert_eq!(Fault::find("no-such-fault"), None);
    assert!(Fault::DiscoveryMinimal.is_valid() && Fault::PractitionerForbidden.is_valid());
    assert!(!Fault::IdTokenAlgNone.is_valid());
}
