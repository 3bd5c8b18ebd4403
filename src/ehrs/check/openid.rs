use super::{
    finding::Finding,
    line::{Line, Topic},
    published::{Seen, see},
    subject::Subject,
};
use crate::{
    egress::Limits,
    smart::{Endpoints, contradictions},
};

const OPENID: &str = ".well-known/openid-configuration";

/// Whether openid-configuration says the same as the SMART metadata. A launch does not read it where it has no need to,
/// so only a check always sees both.
pub(super) async fn line(subject: &Subject<'_>, endpoints: &Endpoints) -> Option<Line> {
    if subject.ehr.client.endpoints.is_some() {
        // What was agreed on beforehand wins over both.
        return None;
    }
    let at_issuer = format!("{}/{OPENID}", endpoints.issuer.as_str().trim_end_matches('/'));
    for address in [at_issuer, subject.at_base(OPENID)] {
        let seen = see(&subject.ehr.outbound, &address, "application/json", Limits::DOCUMENT).await;
        let Some(seen) = seen.ok().filter(Seen::is_found) else { continue };
        let differing = contradictions(endpoints, &seen.members);
        return Some(match differing.is_empty() {
            true => Line::good(Topic::Issuer, Finding::OpenidAgrees),
            false => Line::note(Topic::Issuer, Finding::OpenidContradicts)
                .with("address", address)
                .with("members", differing.join(", ")),
        });
    }
    None
}
