//! What a token response promises, the first one and those that renew.

use jiff::{SignedDuration, Timestamp};
use passerelle::{
    fhir::is_id,
    smart::{Access, Grant, LaunchContext},
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::ehr::NOW;

/// A token may stand in a header as it is.
pub fn assert_token(token: &SecretString) {
    let text = token.expose_secret();
    assert!(!text.is_empty() && text.len() <= 32 * 1024);
    assert!(text.bytes().all(|b| b.is_ascii_graphic()), "it would break a header");
}

pub fn assert_lifetime(expires_at: Timestamp) {
    let life = expires_at.duration_since(NOW);
    assert!(life >= SignedDuration::from_secs(1) && life <= SignedDuration::from_hours(24), "{life}");
}

/// A grant prints as what reads as the same, and opens exactly what it opens.
pub fn assert_grant(grant: &Grant) {
    let printed = grant.to_string();
    assert_eq!(Grant::parse(&printed), *grant, "{printed}");
    assert!(!grant.exceeds(grant), "{printed}");
    assert!(!Grant::default().exceeds(grant));
    if grant.is_empty() {
        assert!(!grant.allows("Patient", Access::READ) && !grant.allows("Patient", Access::SEARCH));
    }
}

/// Ids can stand in a URL, and texts are of a length that can be shown.
pub fn assert_launch_context(context: &LaunchContext) {
    for id in [&context.patient, &context.encounter].into_iter().flatten() {
        assert!(is_id(id), "{id}");
    }
    for text in [&context.intent, &context.tenant].into_iter().flatten() {
        assert!(text.len() <= 256);
    }
}
