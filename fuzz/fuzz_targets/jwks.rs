//! Published keys of an EHR.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{process_document, process_jwks};
use passerelle_fuzz::{ehr, id_token::verify, reply::reply};

/// A genuine token with an altered signature.
const FORGED: &str = include_str!("../fixtures/forged.jwt");

fuzz_target!(|data: &[u8]| {
    let Ok(document) = process_document("jwks", &reply(data)) else { return };
    let Ok(keys) = process_jwks(&document.members) else { return };
    let published = document.members["keys"].as_array().map_or(0, Vec::len);
    assert!(keys.keys().len() <= published.min(100), "every key was published");
    for key in keys.keys() {
        let kept = serde_json::to_value(key).expect("a key can be written");
        assert!(kept["kty"] == "RSA" || kept["kty"] == "EC", "{kept}");
        assert!(["d", "p", "q", "k"].iter().all(|name| kept.get(name).is_none()), "a private half is kept");
    }
    assert!(verify(FORGED.trim(), &document.members, ehr::pinned(), false).is_err());
});
