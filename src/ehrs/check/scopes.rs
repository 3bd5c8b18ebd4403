use super::{
    line::{Line, Topic},
    published::Seen,
    report::Lines,
    run::Subject,
};
use crate::smart::{Access, Endpoints, Grant, ScopeSyntax};

/// How scopes will be written, and why.
pub(super) fn lines(subject: &Subject<'_>, configuration: &Seen, endpoints: &Endpoints, lines: &mut Lines) {
    let registered = subject.ehr.client.scope_syntax;
    let says = |what: &str| configuration.texts("capabilities").is_some_and(|listed| listed.contains(&what));
    let published = says("permission-v1") || says("permission-v2");
    let (code, syntax) = match (registered, endpoints.scope_syntax) {
        (ScopeSyntax::Auto, ScopeSyntax::V1) if !published => ("scopes-of-smart-1", ScopeSyntax::V1),
        (ScopeSyntax::Auto, syntax) if published => ("scopes-published", syntax),
        (ScopeSyntax::Auto, syntax) => ("scopes-assumed", syntax),
        (registered, _) => ("scopes-registered", registered),
    };
    let name = if syntax == ScopeSyntax::V1 { "v1" } else { "v2" };
    lines.push(Line::good(Topic::Scopes, code).with("syntax", name));
    if published && registered != ScopeSyntax::Auto && !says(&format!("permission-{name}")) {
        lines.push(
            Line::note(Topic::Scopes, "scopes-against").with("syntax", name).set("scope_syntax", "auto"),
        );
    }
}

/// Without this no launch opens a chart, whatever else is granted.
pub(super) fn patient(subject: &Subject<'_>) -> Option<Line> {
    let asked = Grant::as_requested(&subject.ehr.client.scopes);
    let line = || Line::problem(Topic::Scopes, "scopes-no-patient").add("scopes", "patient/Patient.r");
    (!asked.allows("Patient", Access::READ)).then(line)
}

/// Whether access is renewed, and whether it could outlive the clinician's session at the EHR.
pub(super) fn refresh(subject: &Subject<'_>) -> Line {
    let asks = |wanted: &str| subject.registration.scopes.iter().any(|scope| scope == wanted);
    match (asks("online_access"), asks("offline_access")) {
        (_, true) => Line::note(Topic::Refresh, "refresh-offline").setting("scopes"),
        (true, false) => Line::good(Topic::Refresh, "refresh-asked").with("scope", "online_access"),
        (false, false) => Line::note(Topic::Refresh, "refresh-none").add("scopes", "online_access"),
    }
}
