//! An id_token with a good signature: what it says is judged all the same. First line the header, then the claims.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle_fuzz::{
    ehr,
    id_token::{assert_identity, own_keys, sign, verify},
};

fuzz_target!(|text: &str| {
    let Some((header, claims)) = text.split_once('\n') else { return };
    let (token, keys) = (sign(header, claims), own_keys());
    let strict = ehr::pinned();
    let lenient = passerelle::smart::ClientRegistration { nonce_echoed: false, ..strict.clone() };
    let at_sign_in = verify(&token, &keys, strict, false);
    let with_refresh = verify(&token, &keys, strict, true);
    let by_registration = verify(&token, &keys, &lenient, false);
    let json = |text: &str| serde_json::from_str(text).expect("what was accepted is JSON");
    for (accepted, nonce_needed) in [(&at_sign_in, true), (&with_refresh, false), (&by_registration, false)] {
        if let Ok(identity) = accepted {
            assert_identity(identity, &json(header), &json(claims), nonce_needed);
        }
    }
    if let Ok(identity) = at_sign_in {
        assert_eq!(Some(&identity), with_refresh.as_ref().ok());
        assert_eq!(Some(&identity), by_registration.as_ref().ok());
    }
});
