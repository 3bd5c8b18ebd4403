//! id_token with a valid signature, whose header and claims are still checked. First line the header, then the
//! claims.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{ClientRegistration, FhirUserClaim};
use passerelle_fuzz::{
    ehr,
    id_token::{assert_identity, own_keys, sign, verify},
};

fuzz_target!(|text: &str| {
    let Some((header, claims)) = text.split_once('\n') else { return };
    let (token, keys) = (sign(header, claims), own_keys());
    let strict = ehr::pinned();
    let lenient = ClientRegistration { nonce_echoed: false, ..strict.clone() };
    let unpinned = ClientRegistration { issuer: None, ..strict.clone() };
    let old = ClientRegistration { fhir_user_claim: FhirUserClaim::Profile, ..strict.clone() };
    let at_sign_in = verify(&token, &keys, strict, false);
    let with_refresh = verify(&token, &keys, strict, true);
    let by_registration = verify(&token, &keys, &lenient, false);
    let without_a_pinned_issuer = verify(&token, &keys, &unpinned, false);
    let at_an_old_server = verify(&token, &keys, &old, false);
    let json = |text: &str| serde_json::from_str(text).expect("what was accepted is JSON");
    let verdicts =
        [(&at_sign_in, true), (&at_an_old_server, true), (&with_refresh, false), (&by_registration, false)];
    for (accepted, nonce_needed) in verdicts {
        if let Ok(identity) = accepted {
            assert_identity(identity, &json(header), &json(claims), nonce_needed);
        }
    }
    assert_eq!(at_sign_in.as_ref().ok(), without_a_pinned_issuer.as_ref().ok());
    if let Ok(identity) = at_sign_in {
        assert_eq!(Some(&identity), with_refresh.as_ref().ok());
        assert_eq!(Some(&identity), by_registration.as_ref().ok());
        assert_eq!(Some(identity.subject), at_an_old_server.ok().map(|old| old.subject));
    }
});
