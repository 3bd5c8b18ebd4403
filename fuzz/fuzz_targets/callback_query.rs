//! Query of `/callback/{ehr}`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::process_callback;
use secrecy::ExposeSecret as _;
use url::form_urlencoded;

fuzz_target!(|query: &str| {
    let Ok(read) = process_callback(query) else { return };
    let outcome = match &read.outcome {
        Ok(code) => ("code", code.expose_secret()),
        Err(error) => ("error", error.as_str()),
    };
    let iss = read.iss.as_deref().map(|iss| ("iss", iss));
    let pairs: Vec<_> = [("state", read.state.as_str()), outcome].into_iter().chain(iss).collect();
    for (name, value) in &pairs {
        assert!((1..=8 * 1024).contains(&value.len()), "{name}");
        let sent = form_urlencoded::parse(query.as_bytes()).filter(|pair| pair.0 == *name);
        assert_eq!(sent.map(|pair| pair.1).collect::<Vec<_>>(), [*value], "once, and as it was sent");
    }
    let has = |name: &str| form_urlencoded::parse(query.as_bytes()).any(|pair| pair.0 == name);
    assert!(!has("access_token") && !has("id_token") && has("code") != has("error"));
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let again = process_callback(&written).expect("what was accepted is accepted again");
    assert_eq!((again.state, again.iss), (read.state, read.iss));
});
