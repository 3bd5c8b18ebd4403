//! Findings about scopes and refresh tokens.

use super::{
    finding::Finding,
    line::{Line, Topic},
    published::Fetched,
    report::Lines,
    subject::Subject,
};
use crate::smart::{Access, Endpoints, Grant, ScopeSyntax};

/// Adds lines about the scope syntax and its source.
pub(super) fn lines(
    subject: &Subject<'_>,
    configuration: &Fetched,
    endpoints: &Endpoints,
    lines: &mut Lines,
) {
    let registered = subject.ehr.client.scope_syntax;
    let lists = |name: &str| configuration.texts("capabilities").is_some_and(|listed| listed.contains(&name));
    let published = lists("permission-v1") || lists("permission-v2");
    let (finding, syntax) = match (registered, endpoints.scope_syntax) {
        (ScopeSyntax::Auto, ScopeSyntax::V1) if !published => (Finding::ScopesOfSmart1, ScopeSyntax::V1),
        (ScopeSyntax::Auto, syntax) if published => (Finding::ScopesPublished, syntax),
        (ScopeSyntax::Auto, syntax) => (Finding::ScopesAssumed, syntax),
        (registered, _) => (Finding::ScopesRegistered, registered),
    };
    let name = if syntax == ScopeSyntax::V1 { "v1" } else { "v2" };
    lines.push(Line::good(Topic::Scopes, finding).with("syntax", name));
    if published && registered != ScopeSyntax::Auto && !lists(&format!("permission-{name}")) {
        lines.push(
            Line::note(Topic::Scopes, Finding::ScopesAgainst)
                .with("syntax", name)
                .set("scope_syntax", "auto"),
        );
    }
}

/// Problem of scopes that do not include the patient, without which a launch opens no chart.
pub(super) fn patient(subject: &Subject<'_>) -> Option<Line> {
    let requested = Grant::as_requested(&subject.ehr.client.scopes);
    let line = || Line::problem(Topic::Scopes, Finding::ScopesNoPatient).add("scopes", "patient/Patient.r");
    (!requested.allows("Patient", Access::READ)).then(line)
}

/// Line about refresh tokens: whether access is refreshed, and whether it could outlive the session at the EHR.
pub(super) fn refresh(subject: &Subject<'_>) -> Line {
    let requests = |wanted: &str| subject.registration.scopes.iter().any(|scope| scope == wanted);
    match (requests("online_access"), requests("offline_access")) {
        (_, true) => Line::note(Topic::Refresh, Finding::RefreshOffline).setting("scopes"),
        (true, false) => Line::good(Topic::Refresh, Finding::RefreshAsked).with("scope", "online_access"),
        (false, false) => Line::note(Topic::Refresh, Finding::RefreshNone).add("scopes", "online_access"),
    }
}
