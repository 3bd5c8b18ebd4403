//! CapabilityStatement of a SMART 1.0 server.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Issuer, process_capability_statement, process_document};
use passerelle_fuzz::{ehr, endpoints::assert_endpoints, reply::reply};
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(document) = process_document("CapabilityStatement", &reply(data)) else { return };
    let jwks = Url::parse("https://ehr.example.ca/oauth2/jwks").expect("it is a URL");
    for registration in ehr::registrations() {
        let issuer = Issuer::new(ehr::ISSUER);
        let found = process_capability_statement(&document.members, issuer, jwks.clone(), registration);
        if let Ok(endpoints) = found {
            assert_endpoints(&endpoints, registration);
            assert_eq!((endpoints.issuer.as_str(), &endpoints.jwks), (ehr::ISSUER, &jwks));
        }
    }
});
