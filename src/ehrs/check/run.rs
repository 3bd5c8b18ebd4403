use std::sync::Arc;

use url::Url;

use super::{
    address, client, discovery,
    endpoints::endpoints_lines,
    fhir,
    finding::Finding,
    issuer, keys,
    line::{Level, Line, Remedy, Topic},
    openid,
    published::{self, Seen},
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
};

/// Checks an EHR. None when it is not registered, or its registration cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn check_ehr(
    db: &Db,
    clock: &dyn Clock,
    sealer: &Sealer,
    public_url: &PublicUrl,
    id: &str,
) -> db::Result<Option<Report>> {
    // A registry of its own: what launches remember stays as it is.
    let registry = Registry::new(sealer.clone(), public_url.clone());
    registry.refresh(db).await?;
    let row = store::find_ehr(db, id).await?;
    let (Some(ehr), Some(row)) = (registry.find(id), row) else { return Ok(None) };
    let registration = row.registration()?;
    let subject = Subject { ehr: &ehr, registration: &registration, now: clock.now() };
    let mut lines = Lines::default();
    lines.extend(registered(&subject, public_url));
    let endpoints = outside(&subject, db, &mut lines).await?;
    Ok(Some(Report {
        id: ehr.id.clone(),
        updated_at: row.updated_at,
        name: ehr.name.clone(),
        base: registration.fhir_base_url.clone(),
        lines: lines.sorted(),
        hand_over: hand_over(&ehr, public_url, endpoints.as_deref()),
    }))
}

/// What can be seen without going out.
fn registered(subject: &Subject<'_>, public_url: &PublicUrl) -> Vec<Line> {
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
    lines.push(scopes::refresh(subject));
    lines.extend(scopes::patient(subject));
    lines
}

/// What the EHR answers, as far as it lets us come. Gives the endpoints a launch would use, or would if what is wrong
/// were mended.
async fn outside(subject: &Subject<'_>, db: &Db, lines: &mut Lines) -> db::Result<Option<Arc<Endpoints>>> {
    let base = subject.at_base("");
    let Ok(url) = Url::parse(&base) else { return Ok(None) };
    let address = address::reach(subject, &url, Topic::Address).await;
    let reachable = address.level == Level::Good;
    lines.push(address);
    if !reachable {
        return Ok(None);
    }
    let Some((configuration, metadata)) = documents(subject, lines).await else { return Ok(None) };
    let found = discovery::discover(subject, &configuration, metadata.as_ref(), lines).await;
    if let Some(found) = &found {
        if let Some(line) = issuer::line(subject, &configuration) {
            lines.push_unless_problem(line);
        }
        lines.extend(openid::line(subject, found).await);
        endpoints_lines(subject, db, found, lines).await?;
        lines.push(keys::line(subject, &configuration, found).await);
        client::lines(subject, &configuration, found, lines);
        scopes::lines(subject, &configuration, found, lines);
    }
    Ok(found)
}

/// smart-configuration and CapabilityStatement as everybody sees them. None when nobody is there.
async fn documents(subject: &Subject<'_>, lines: &mut Lines) -> Option<(Seen, Option<Seen>)> {
    let outbound = &subject.ehr.outbound;
    let address = subject.at_base(".well-known/smart-configuration");
    let mut configuration =
        match published::see(outbound, &address, "application/json", Limits::DOCUMENT).await {
            Ok(seen) => seen,
            Err(error) => {
                lines.push(address::no_answer(Topic::Smart, "smart-configuration", &address, &error));
                return None;
            }
        };
    lines.push(configuration.clock(subject.now));
    if subject.ehr.client.endpoints.is_some() {
        // What was agreed on beforehand counts, and not what is published.
        configuration.members.clear();
    }
    let metadata = fhir::see(subject).await;
    lines.push(fhir::line(metadata.as_ref()));
    Some((configuration, metadata.ok()))
}
