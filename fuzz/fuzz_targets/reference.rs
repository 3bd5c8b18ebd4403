//! A reference in FHIR data or in `fhirUser`: our access token follows it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::fhir::{Reference, is_id};
use passerelle_fuzz::{base::assert_reference, ehr};

fuzz_target!(|text: &str| {
    for registration in ehr::registrations() {
        let base = &registration.base;
        if let Some(reference) = Reference::under(base, text) {
            assert_reference(base, &reference);
        }
        if is_id(text) {
            let patient = Reference::new("Patient", text).expect("it is an id");
            assert_reference(base, &patient);
        }
    }
});
