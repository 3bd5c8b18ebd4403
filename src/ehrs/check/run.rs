//! The run of a check: registration, documents, discovery, and the findings about each.

use std::sync::Arc;

use url::Url;

use super::{
    address, client,
    discovery::{self, Published},
    endpoints::endpoints_lines,
    fhir,
    finding::Finding,
    issuer, keys,
    line::{Level, Line, Remedy, Topic},
    openid, published,
    report::{Lines, Report, hand_over},
    scopes,
    subject::Subject,
};
use crate::{
    clock::Clock,
    config::PublicUrl,
    db::{self, Db, Sealer},
    egress::Limits,
    ehrs::{registry::Registry, store},
    smart::Endpoints,
    users::Linking,
};

/// Checks an EHR. Returns `None` if it is not registered, or its registration cannot be read.
pub async fn check_ehr(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    public_url: &PublicUrl,
    id: &str,
) -> db::Result<Option<Report>> {
    // A registry of its own, so that the caches of launches stay untouched.
    let registry = Registry::new(sealer.clone(), public_url.clone());
    registry.refresh(db).await?;
    let row = store::find_ehr(db, id).await?;
    let (Some(ehr), Some(row)) = (registry.find(id), row) else { return Ok(None) };
    let registration = row.registration()?;
    let subject = Subject { ehr: &ehr, registration: &registration, now: clock.now() };
    let mut lines = Lines::default();
    lines.extend(registration_lines(&subject, public_url));
    let endpoints = published_lines(&subject, db, &mut lines).await?;
    if !lines.has(Topic::Refresh) {
        lines.push(scopes::refresh(&subject, None));
    }
    Ok(Some(Report {
        id: ehr.id.clone(),
        updated_at: row.updated_at,
        name: ehr.name.clone(),
        base: registration.fhir_base_url.clone(),
        lines: lines.sorted(),
        hand_over: hand_over(&ehr, public_url, endpoints.as_deref()),
    }))
}

/// Lines that need no request.
fn registration_lines(subject: &Subject<'_>, public_url: &PublicUrl) -> Vec<Line> {
    let mut lines = Vec::new();
    if subject.ehr.suspended {
        lines.push(Line::problem(Topic::Registration, Finding::Suspended).remedy(Remedy::Resume));
    }
    if public_url.origin().starts_with("http:") {
        lines.push(Line::note(Topic::Registration, Finding::PublicUrlLocal).with("url", public_url));
    }
    lines.push(match subject.ehr.frame_ancestors.as_slice() {
        [] => {
            let base = Url::parse(&subject.registration.fhir_base_url);
            let origin = base.map(|base| base.origin().ascii_serialization()).unwrap_or_default();
            Line::note(Topic::Frame, Finding::FrameNone).set("frame_ancestors", origin)
        }
        origins => Line::good(Topic::Frame, Finding::FrameAllowed).with("origins", origins.join(", ")),
    });
    lines.extend(scopes::patient(subject));
    lines.push(match subject.ehr.linking {
        Linking::Link => Line::good(Topic::Linking, Finding::LinkingAsks),
        Linking::Provision => Line::good(Topic::Linking, Finding::LinkingProvisions),
    });
    lines
}

/// Adds lines about what the EHR publishes. Returns the endpoints that a launch would use, assuming that reported problems
/// are fixed.
async fn published_lines(
    subject: &Subject<'_>,
    db: &Db,
    lines: &mut Lines,
) -> db::Result<Option<Arc<Endpoints>>> {
    let base = subject.at_base("");
    let Ok(url) = Url::parse(&base) else { return Ok(None) };
    let address = address::check_address(subject, &url, Topic::Address).await;
    let reachable = address.level == Level::Good;
    lines.push(address);
    if !reachable {
        return Ok(None);
    }
    let Some(published) = documents(subject, lines).await else { return Ok(None) };
    lines.push(scopes::refresh(subject, Some(&published.configuration)));
    let found = discovery::discover(subject, &published, lines).await;
    if let Some(found) = &found {
        let configuration = &published.configuration;
        if let Some(line) = issuer::line(subject, configuration) {
            lines.push_unless_problem(line);
        }
        lines.extend(openid::line(subject, found).await);
        endpoints_lines(subject, db, found, lines).await?;
        lines.push(keys::line(subject, configuration, found).await);
        client::lines(subject, configuration, found, lines);
        scopes::lines(subject, configuration, found, lines);
    }
    Ok(found)
}

/// Fetches smart-configuration and CapabilityStatement. Returns `None` if the server does not answer.
async fn documents(subject: &Subject<'_>, lines: &mut Lines) -> Option<Published> {
    let outbound = &subject.ehr.outbound;
    let address = subject.at_base(".well-known/smart-configuration");
    let mut configuration =
        match published::fetch(outbound, &address, "application/json", Limits::DOCUMENT).await {
            Ok(fetched) => fetched,
            Err(error) => {
                lines.push(address::no_answer(Topic::Smart, "smart-configuration", &address, &error));
                return None;
            }
        };
    lines.push(configuration.clock(subject.now));
    if subject.ehr.client.endpoints.is_some() {
        // Static endpoints override published ones.
        configuration.members.clear();
    }
    let metadata = fhir::fetch(subject).await;
    lines.push(fhir::line(metadata.as_ref()));
    Some(Published { configuration, metadata: metadata.ok() })
}
