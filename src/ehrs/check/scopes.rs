use super::{
    finding::Finding,
    line::{Line, Topic},
    published::Seen,
    report::Lines,
    subject::Subject,
};
use crate::smart::{Access, Endpoints, Grant, ScopeSyntax};

/// How scopes will be written, and why.
pub(super) fn lines(subject: &Subject<'_>, configuration: &Seen, endpoints: &Endpoints, lines: &mut Lines) {
    let registered = subject.ehr.client.scope_syntax;
    let says = |what: &str| configuration.texts("capabilities").is_some_and(|listed| listed.contains(&what));
    let published = says("permission-v1") || says("permission-v2");
    let (finding, syntax) = match (registered, endpoints.scope_syntax) {
        (ScopeSyntax::Auto, ScopeSyntax::V1) if !published => (Finding::ScopesOfSmart1, ScopeSyntax::V1),
        (ScopeSyntax::Auto, syntax) if published => (Finding::ScopesPublished, syntax),
        (ScopeSyntax::Auto, syntax) => (Finding::ScopesAssumed, syntax),
        (registered, _) => (Finding::ScopesRegistered, registered),
    };
    let name = if syntax == ScopeSyntax::V1 { "v1" } else { "v2" };
    lines.push(Line::good(Topic::Scopes, finding).with("syntax", name));
    if published && registered != ScopeSyntax::Auto && !says(&format!("permission-{name}")) {
        lines.push(
            Line::note(Topic::Scopes, Finding::ScopesAgainst)
                .with("syntax", name)
                .set("scope_syntax", "auto"),
        );
    }
}

/// Without this no launch opens a chart, whatever else is granted.
pub(super) fn patient(subject: &Subject<'_>) -> Option<Line> {
    let asked = Grant::as_requested(&subject.ehr.client.scopes);
    let line = || Line::problem(Topic::Scopes, Finding::ScopesNoPatient).add("scopes", "patient/Patient.r");
    (!asked.allows("Patient", Access::READ)).then(line)
}

/// Whether access is renewed, and whether it could outlive the clinician's session at the EHR.
pub(super) fn refresh(subject: &Subject<'_>) -> Line {
    let asks = |wanted: &str| subject.registration.scopes.iter().any(|scope| scope == wanted);
    match (asks("online_access"), asks("offline_access")) {
        (_, true) => Line::note(Topic::Refresh, Finding::RefreshOffline).setting("scopes"),
        (true, false) => Line::good(Topic::Refresh, Finding::RefreshAsked).with("scope", "online_access"),
        (false, false) => Line::note(Topic::Refresh, Finding::RefreshNone).add("scopes", "online_access"),
    }
}
