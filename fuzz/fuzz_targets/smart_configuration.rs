//! `.well-known/smart-configuration`.
#![no_main]

use jiff::SignedDuration;
use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Document, process_document, process_smart_configuration};
use passerelle_fuzz::{ehr, endpoints::assert_endpoints, reply::reply};
use url::Url;

fuzz_target!(|data: &[u8]| {
    let Ok(Document { members, fresh }) = process_document("smart-configuration", &reply(data)) else {
        return;
    };
    assert!(fresh >= SignedDuration::from_mins(1) && fresh <= SignedDuration::from_hours(1));
    let keys = Url::parse("https://ehr.example.ca/oauth2/jwks").expect("it is a URL");
    for registration in ehr::registrations() {
        let Ok(endpoints) = process_smart_configuration(&members, Some(keys.clone()), registration) else {
            continue;
        };
        assert_endpoints(&endpoints, registration);
        let alone = process_smart_configuration(&members, None, registration);
        let names_keys = members.get("jwks_uri").is_some_and(|jwks| !jwks.is_null());
        assert_eq!(alone.ok(), names_keys.then_some(endpoints), "its own keys count first");
    }
});
