//! id_token for keys whose private halves no longer exist: only genuine ones are accepted.
#![no_main]

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use passerelle::smart::Members;
use passerelle_fuzz::{ehr, id_token::verify};

/// RSA, P-256 and P-384 keys, whose private halves were discarded.
static KEYS: LazyLock<Members> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/jwks.json")).expect("the fixture is JSON")
});
const GENUINE: [&str; 3] = [
    include_str!("../corpus/id_token/genuine-rs256"),
    include_str!("../corpus/id_token/genuine-es256"),
    include_str!("../corpus/id_token/genuine-es384"),
];

fuzz_target!(|token: &str| {
    // All but the signature, since one message has many valid signatures.
    let signed = |token: &str| token.rsplit_once('.').map(|(signed, _)| signed.to_owned());
    let verdict = verify(token, &KEYS, ehr::pinned(), false);
    assert!(verdict.is_ok() || !GENUINE.contains(&token), "a genuine id_token was refused");
    if let Ok(identity) = verdict {
        assert!(GENUINE.iter().any(|genuine| signed(genuine) == signed(token)), "a forged id_token passed");
        assert_eq!(identity.subject, "dr-okafor");
        for part in token.split('.') {
            let bytes = URL_SAFE_NO_PAD.decode(part).expect("each part is base64url");
            assert_eq!(URL_SAFE_NO_PAD.encode(bytes), part, "each part is written in one way only");
        }
    }
});
