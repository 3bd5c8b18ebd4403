use super::{
    address::reach,
    finding::Finding,
    line::{Level, Line, Remedy, Topic},
    report::Lines,
    subject::Subject,
};
use crate::{
    db::{self, Db},
    ehrs::origins::{refused_origins, store, strange_origins},
    smart::{Endpoints, LaunchHandle, build_authorization},
};

/// Where the endpoints are, whether they may be there, and whether they can be reached.
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
        let line = reach(subject, url, Topic::Endpoints).await;
        if line.level == Level::Problem && !lines.has_problem(Topic::Endpoints) {
            lines.push(line);
        }
    }
    lines.extend(request(subject, endpoints));
    Ok(())
}

async fn origins(subject: &Subject<'_>, db: &Db, endpoints: &Endpoints) -> db::Result<Vec<Line>> {
    let ehr = subject.ehr;
    let strange = strange_origins(ehr, endpoints.origins());
    let told = |line: Line, origins: &[String]| line.with("origins", origins.join(", "));
    if strange.is_empty() {
        return Ok(vec![told(Line::good(Topic::Endpoints, Finding::OriginsOwn), &endpoints.origins())]);
    }
    let known = store::find_origins(db, &ehr.id).await?;
    let refused = refused_origins(ehr, strange.clone(), &known);
    if refused.is_empty() && known.is_empty() && !ehr.origins_are_fixed {
        let line = told(Line::note(Topic::Endpoints, Finding::OriginsFirst), &strange);
        return Ok(vec![line.add("endpoint_origins", &strange.join(" "))]);
    }
    if refused.is_empty() {
        return Ok(vec![told(Line::good(Topic::Endpoints, Finding::OriginsApproved), &strange)]);
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

/// What keeps the authorization request from being built, if anything does.
fn request(subject: &Subject<'_>, endpoints: &Endpoints) -> Option<Line> {
    let handle = LaunchHandle::new("x")?;
    let client = &subject.ehr.client;
    let error = build_authorization(endpoints, client, &client.base, Some(&handle)).err()?;
    Some(Line::problem(Topic::Endpoints, Finding::AuthorizationUnusable).with("why", error.code()))
}
