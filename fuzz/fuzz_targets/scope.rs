//! Scopes that an EHR reports as granted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Grant, Scope};
use passerelle_fuzz::tokens::assert_grant;

fuzz_target!(|text: &str| {
    if let Ok(scope) = text.parse::<Scope>() {
        let printed = scope.to_string();
        assert!(!printed.is_empty() && printed.bytes().all(|b| b.is_ascii_graphic()));
        assert_eq!(printed.parse(), Ok(scope), "{printed}");
    }
    let grant = Grant::parse(text);
    assert_grant(&grant);
    let wider = Grant::parse(&format!("{text} user/Task.rs"));
    assert!(!grant.exceeds(&wider), "what was granted besides takes nothing away");
});
