//! Findings about openid-configuration.

use super::{
    finding::Finding,
    line::{Line, Topic},
    published::{Fetched, fetch},
    subject::Subject,
};
use crate::{
    egress::Limits,
    smart::{Endpoints, contradictions},
};

const OPENID_CONFIGURATION: &str = ".well-known/openid-configuration";

/// Line about contradictions between openid-configuration and the SMART metadata. A launch fetches openid-configuration
/// only if it needs it, so only the check always compares both.
pub(super) async fn line(subject: &Subject<'_>, endpoints: &Endpoints) -> Option<Line> {
    if subject.ehr.client.endpoints.is_some() {
        // Static endpoints override both.
        return None;
    }
    let at_issuer = format!("{}/{OPENID_CONFIGURATION}", endpoints.issuer.as_str().trim_end_matches('/'));
    for address in [at_issuer, subject.at_base(OPENID_CONFIGURATION)] {
        let fetched = fetch(&subject.ehr.outbound, &address, "application/json", Limits::DOCUMENT).await;
        let Some(document) = fetched.ok().filter(Fetched::is_found) else { continue };
        let differing = contradictions(endpoints, &document.members);
        return Some(match differing.is_empty() {
            true => Line::good(Topic::Issuer, Finding::OpenidAgrees),
            false => Line::note(Topic::Issuer, Finding::OpenidContradicts)
                .with("address", address)
                .with("members", differing.join(", ")),
        });
    }
    None
}
