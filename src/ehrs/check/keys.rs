//! Findings about the keys of id_tokens.

use openidconnect::JsonWebKeySet;

use super::{
    address::no_answer,
    finding::Finding,
    line::{Line, Topic},
    published::{Fetched, fetch},
    subject::Subject,
};
use crate::{
    egress::Limits,
    smart::{Endpoints, Error, KeyCache, VerificationKey},
};

/// Line about the key set, fetched as a launch does.
pub(super) async fn line(subject: &Subject<'_>, configuration: &Fetched, endpoints: &Endpoints) -> Line {
    let (outbound, address) = (&subject.ehr.outbound, endpoints.jwks.as_str());
    match KeyCache::default().keys(outbound, endpoints, subject.now).await {
        Ok(usable) => {
            let document = fetch(outbound, address, "application/json", Limits::DOCUMENT).await;
            let published = document.ok().and_then(|it| it.members.get("keys")?.as_array().map(Vec::len));
            let source = match (&subject.ehr.client.endpoints, configuration.text("jwks_uri")) {
                (Some(_), _) => "registration",
                (None, Some(_)) => "smart-configuration",
                (None, None) => "openid-configuration",
            };
            usable_keys(&usable, published.unwrap_or_default())
                .with("address", address)
                .with("document", source)
        }
        Err(Error::Egress { source, .. }) => no_answer(Topic::Keys, "jwks", address, &source),
        Err(Error::NotPublished { .. }) => {
            Line::problem(Topic::Keys, Finding::KeysMissing).with("address", address)
        }
        Err(other) => {
            let line = Line::problem(Topic::Keys, Finding::KeysUnusable).with("address", address);
            line.with("why", other.code())
        }
    }
}

fn usable_keys(usable: &JsonWebKeySet<VerificationKey>, published: usize) -> Line {
    let mut algs: Vec<&str> = usable.keys().iter().flat_map(VerificationKey::algs).collect();
    let count = usable.keys().iter().filter(|key| !key.algs().is_empty()).count();
    algs.sort_unstable();
    algs.dedup();
    let line = match count {
        0 => Line::problem(Topic::Keys, Finding::KeysNone),
        _ => Line::good(Topic::Keys, Finding::KeysUsable).with("usable", count),
    };
    line.with("published", published).with("algs", algs.join(", "))
}
