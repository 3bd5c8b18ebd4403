//! FHIR base URL: `iss` of a launch, and base of a registration.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::fhir::FhirBaseUrl;
use passerelle_fuzz::base::{assert_base, under};

fuzz_target!(|text: &str| {
    if let Ok(base) = FhirBaseUrl::parse(text) {
        assert!(text.len() <= 2048);
        assert_eq!(base.as_received(), text);
        assert_base(&base);
        under(&base, "Patient/p1");
    }
});
