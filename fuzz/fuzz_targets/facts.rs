//! Facts that a trace records of unverified messages: redacted values appear nowhere in it.
#![no_main]

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Fact, id_token_facts, launch_facts, odd_callback_facts, token_response_facts};
use passerelle_fuzz::reply::{json, reply};
use secrecy::SecretString;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// Marker that must never be shown, wherever it appears.
const SECRET: &str = "#Éléonore 7391";
/// Members of messages that are never shown, and one unknown member.
const REDACTED: [&str; 10] = [
    "launch",
    "access_token",
    "id_token",
    "patient",
    "fhirContext",
    "error_description",
    "sub",
    "nonce",
    "jwk",
    "__vendor",
];

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let (header, claims) = text.split_once('\n').unwrap_or((&text, &text));
    let token = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(planted(part))).join(".");
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(REDACTED.map(|name| (name, SECRET))).append_pair(SECRET, "");
    let query = query.extend_pairs(form_urlencoded::parse(data)).finish();
    for facts in [
        token_response_facts(&reply(data)),
        token_response_facts(&json(planted(&text).into_bytes())),
        id_token_facts(&SecretString::from(&*text)),
        id_token_facts(&SecretString::from(format!("{token}.{SECRET}"))),
        launch_facts(&text),
        launch_facts(&query),
        odd_callback_facts(&text),
        odd_callback_facts(&query),
    ] {
        assert_redacted(&facts);
    }
});

/// Builds members named by the input, if any, with the marker in those that are never shown.
fn planted(text: &str) -> String {
    let mut members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    members.extend(REDACTED.map(|name| (name.to_owned(), SECRET.into())));
    members.insert(SECRET.to_owned(), SECRET.into());
    Value::Object(members).to_string()
}

/// Asserts that facts are few and short, without control characters and without the marker.
fn assert_redacted(facts: &[Fact]) {
    assert!(facts.len() <= 130, "{} facts", facts.len());
    for Fact(name, value) in facts {
        let value = value.as_deref().unwrap_or_default();
        assert!(value.chars().count() <= 2049 && !value.chars().any(char::is_control), "{name}: {value:?}");
        assert!(!name.contains(SECRET) && !value.contains(SECRET), "{name}: {value}");
    }
}
