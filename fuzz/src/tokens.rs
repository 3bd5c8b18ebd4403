//! Invariants of a token response, the first one and a refresh.

use jiff::{SignedDuration, Timestamp};
use passerelle::{
    fhir::{FhirBaseUrl, is_id},
    smart::{Access, Grant, LaunchContext, Scope},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{base::assert_reference, ehr::NOW};

/// Asserts that a token can be sent in a header unchanged.
pub fn assert_token(token: &SecretString) {
    let text = token.expose_secret();
    assert!(!text.is_empty() && text.len() <= 32 * 1024);
    assert!(text.bytes().all(|b| b.is_ascii_graphic()), "it would break a header");
}

pub fn assert_lifetime(expires_at: Timestamp) {
    let life = expires_at.duration_since(NOW);
    assert!(life >= SignedDuration::from_secs(1) && life <= SignedDuration::from_hours(24), "{life}");
}

/// Asserts that a grant parses to itself after printing, and permits exactly its scopes.
pub fn assert_grant(grant: &Grant) {
    let printed = grant.to_string();
    assert_eq!(Grant::parse(&printed), *grant, "{printed}");
    assert!(!grant.exceeds(grant), "{printed}");
    assert!(!Grant::default().exceeds(grant));
    // A search needs a scope with search permission, and a permission for a scope includes every narrower one.
    if grant.allows_search("Patient", "name=x") {
        assert!(!grant.is_empty() && grant.allows_search("Patient", "name=x&birthdate=2000"));
    }
    assert!(!grant.allows("Patient", Access::SEARCH) || grant.allows_search("Patient", ""));
}

/// Asserts that the used scopes are exactly those granted and requested.
pub fn assert_used(granted: &Grant, scopes: &[Scope]) {
    let (used, asked) = (granted.within(scopes), Grant::as_requested(scopes));
    for resource in ["Patient", "Condition", "Observation"] {
        for access in [Access::READ, Access::UPDATE, Access::SEARCH] {
            let both = granted.allows(resource, access) && asked.allows(resource, access);
            assert_eq!(used.allows(resource, access), both, "{resource} {access:?}: {granted}");
        }
        for parameters in ["", "patient=1", "category=laboratory", "category=laboratory&status=final"] {
            let allows = |grant: &Grant| grant.allows_search(resource, parameters);
            assert_eq!(
                allows(&used),
                allows(granted) && allows(&asked),
                "{resource}?{parameters}: {granted}"
            );
        }
    }
}

/// Asserts that ids can be in a URL, references stay on the server, and texts are short enough to show.
pub fn assert_launch_context(context: &LaunchContext, base: &FhirBaseUrl) {
    for id in [&context.patient, &context.encounter].into_iter().flatten() {
        assert!(is_id(id), "{id}");
    }
    assert!([&context.intent, &context.tenant].into_iter().flatten().all(|text| text.len() <= 256));
    assert!(context.fhir_context.len() <= 50);
    for item in &context.fhir_context {
        assert_reference(base, &item.reference);
        assert!((1..=1024).contains(&item.role.len()));
    }
    assert!(context.smart_style_url.as_ref().is_none_or(|url| url.len() <= 1024));
    let kept = serde_json::to_vec(context).expect("a context can be kept");
    assert_eq!(serde_json::from_slice::<LaunchContext>(&kept).ok().as_ref(), Some(context));
}
