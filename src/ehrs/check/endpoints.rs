//! Findings about the endpoints: their origins, their addresses, the authorization request.

use super::{
    address::check_address,
    finding::Finding,
    line::{Level, Line, Remedy, Topic},
    report::Lines,
    subject::Subject,
};
use crate::{
    db::{self, Db},
    ehrs::origins::{store, unapproved_origins, unregistered_origins},
    smart::{Endpoints, LaunchHandle, build_authorization},
};

/// Adds lines about the endpoints: URLs, approval of their origins, addresses.
pub(super) async fn endpoints_lines(
    subject: &Subject<'_>,
    db: &Db,
    endpoints: &Endpoints,
    lines: &mut Lines,
) -> db::Result<()> {
    lines.push(
        Line::good(Topic::Endpoints, Finding::EndpointsFound)
            .with("authorization", &endpoints.authorization)
            .with("token", &endpoints.token),
    );
    lines.extend(origins(subject, db, endpoints).await?);
    for url in [&endpoints.token, &endpoints.jwks] {
        let line = check_address(subject, url, Topic::Endpoints).await;
        if line.level == Level::Problem && !lines.has_problem(Topic::Endpoints) {
            lines.push(line);
        }
    }
    lines.extend(authorization_request(subject, endpoints));
    Ok(())
}

async fn origins(subject: &Subject<'_>, db: &Db, endpoints: &Endpoints) -> db::Result<Vec<Line>> {
    let ehr = subject.ehr;
    let unregistered = unregistered_origins(ehr, endpoints.origins());
    let with_origins = |line: Line, origins: &[String]| line.with("origins", origins.join(", "));
    if unregistered.is_empty() {
        return Ok(vec![with_origins(
            Line::good(Topic::Endpoints, Finding::OriginsOwn),
            &endpoints.origins(),
        )]);
    }
    let known = store::find_origins(db, &ehr.id).await?;
    let refused = unapproved_origins(ehr, unregistered.clone(), &known);
    if refused.is_empty() && known.is_empty() && !ehr.origins_are_fixed {
        let line = with_origins(Line::note(Topic::Endpoints, Finding::OriginsFirst), &unregistered);
        return Ok(vec![line.add("endpoint_origins", &unregistered.join(" "))]);
    }
    if refused.is_empty() {
        return Ok(vec![with_origins(Line::good(Topic::Endpoints, Finding::OriginsApproved), &unregistered)]);
    }
    let line = |origin: String| match known.iter().any(|row| row.origin == origin) {
        true => Line::problem(Topic::Endpoints, Finding::OriginWaits)
            .with("origin", &origin)
            .remedy(Remedy::Approve(origin)),
        false => Line::problem(Topic::Endpoints, Finding::OriginUnknown)
            .with("origin", &origin)
            .add("endpoint_origins", &origin),
    };
    Ok(refused.into_iter().map(line).collect())
}

/// Line about an authorization request that cannot be built.
fn authorization_request(subject: &Subject<'_>, endpoints: &Endpoints) -> Option<Line> {
    let handle = LaunchHandle::new("x")?;
    let client = &subject.ehr.client;
    let error = build_authorization(endpoints, client, &client.base, Some(&handle)).err()?;
    Some(Line::problem(Topic::Endpoints, Finding::AuthorizationUnusable).with("why", error.code()))
}
