//! Findings about scopes and refresh tokens.

use super::{
    finding::Finding,
    line::{Line, Topic},
    published::Fetched,
    report::{Lines, needed_scopes},
    subject::Subject,
};
use crate::smart::{Access, Endpoints, Grant, ScopeSyntax, lists_smart_1_only, unlisted_scopes};

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
    if let Some(texts) = configuration.texts("scopes_supported").filter(|texts| !texts.is_empty()) {
        listed(subject, &texts, syntax, lines);
    }
}

/// Problem of scopes that do not include the patient, without which a launch opens no chart.
pub(super) fn patient(subject: &Subject<'_>) -> Option<Line> {
    let requested = Grant::as_requested(&subject.ehr.client.scopes);
    let line = || Line::problem(Topic::Scopes, Finding::ScopesNoPatient).add("scopes", "patient/Patient.r");
    (!requested.allows("Patient", Access::READ)).then(line)
}

/// Adds notes about needed scopes that the EHR does not list. The list need not be complete (SMART App Launch 2.2,
/// conformance), so none of them is a problem.
fn listed(subject: &Subject<'_>, listed: &[&str], syntax: ScopeSyntax, lines: &mut Lines) {
    let of_smart_1 = lists_smart_1_only(listed);
    if of_smart_1 && syntax == ScopeSyntax::V2 {
        lines.push(Line::note(Topic::Scopes, Finding::ScopesListedV1).set("scope_syntax", "v1"));
    }
    let missing = unlisted_scopes(&needed_scopes(subject.ehr, syntax), listed);
    if !missing.is_empty() {
        lines.push(Line::note(Topic::Scopes, Finding::ScopesUnlisted).with("missing", missing.join(" ")));
    }
}

/// Line about refresh tokens: whether access is refreshed, whether it could outlive the session at the EHR, and which
/// scope the EHR offers for it. `configuration` is `None` if it could not be fetched.
pub(super) fn refresh(subject: &Subject<'_>, configuration: Option<&Fetched>) -> Line {
    let requests = |wanted: &str| subject.registration.scopes.iter().any(|scope| scope == wanted);
    match (requests("online_access"), requests("offline_access")) {
        (_, true) => Line::note(Topic::Refresh, Finding::RefreshOffline).setting("scopes"),
        (true, false) => Line::good(Topic::Refresh, Finding::RefreshAsked).with("scope", "online_access"),
        (false, false) => match configuration.map_or(Offer::Unknown, Offer::of) {
            Offer::Unknown => Line::note(Topic::Refresh, Finding::RefreshNone).add("scopes", "online_access"),
            Offer::Online => {
                Line::note(Topic::Refresh, Finding::RefreshOffered).add("scopes", "online_access")
            }
            Offer::OfflineOnly => {
                Line::note(Topic::Refresh, Finding::RefreshOfferedOffline).add("scopes", "offline_access")
            }
            Offer::Neither => Line::note(Topic::Refresh, Finding::RefreshNotOffered),
        },
    }
}

/// Refresh tokens that an EHR offers.
enum Offer {
    /// It does not publish whether it issues any.
    Unknown,
    /// It offers those of `online_access`.
    Online,
    /// It offers those of `offline_access` only.
    OfflineOnly,
    /// It publishes its scopes and capabilities, and names no refresh tokens.
    Neither,
}

impl Offer {
    fn of(configuration: &Fetched) -> Self {
        let (capabilities, scopes) =
            (configuration.texts("capabilities"), configuration.texts("scopes_supported"));
        let names = |capability: &str, scope: &str| {
            capabilities.as_ref().is_some_and(|listed| listed.contains(&capability))
                || scopes.as_ref().is_some_and(|listed| listed.contains(&scope))
        };
        let (online, offline) =
            (names("permission-online", "online_access"), names("permission-offline", "offline_access"));
        match (online, offline, capabilities.is_some() && scopes.is_some()) {
            (true, ..) => Self::Online,
            (false, true, _) => Self::OfflineOnly,
            (false, false, true) => Self::Neither,
            (false, false, false) => Self::Unknown,
        }
    }
}
