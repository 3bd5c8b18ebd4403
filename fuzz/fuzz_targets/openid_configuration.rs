//! `.well-known/openid-configuration`, fetched to find the keys.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Issuer, process_document, process_openid_configuration};
use passerelle_fuzz::{ehr, endpoints::assert_endpoint, reply::reply};

fuzz_target!(|data: &[u8]| {
    let Ok(document) = process_document("openid-configuration", &reply(data)) else { return };
    let issuer = Issuer::new(ehr::ISSUER);
    for registration in ehr::registrations() {
        if let Ok(jwks) = process_openid_configuration(&document.members, &issuer, registration) {
            assert_endpoint(&jwks, registration);
            assert_eq!(document.members["issuer"], ehr::ISSUER, "it speaks for the issuer it was asked of");
        }
    }
});
