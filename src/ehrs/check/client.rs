//! Findings about client authentication and the capabilities of an EHR.

use super::{
    finding::Finding,
    line::{Line, Topic},
    published::Fetched,
    report::{Lines, needed_grant_types},
    subject::Subject,
};
use crate::smart::{BasicEncoding, ClientAuth, Endpoints};
use secrecy::ExposeSecret as _;

/// Capabilities that a launch of this app needs.
const NEEDED_CAPABILITIES: [&str; 5] =
    ["launch-ehr", "sso-openid-connect", "context-ehr-patient", "permission-patient", "permission-user"];

/// Adds lines about client authentication, revocation, introspection, PKCE and capabilities.
pub(super) fn lines(
    subject: &Subject<'_>,
    configuration: &Fetched,
    endpoints: &Endpoints,
    lines: &mut Lines,
) {
    lines.push_unless_problem(method(subject, endpoints));
    if let Some(alg) = subject.ehr.client.client_auth.alg(endpoints) {
        lines.push_unless_problem(Line::good(Topic::ClientAuth, Finding::SigningAlg).with("alg", alg.name()));
    }
    lines.extend(basic_characters(subject));
    lines.push(revocation(endpoints));
    lines.push(introspection(subject, configuration, endpoints));
    if configuration.is_found() {
        lines.extend(grant_types(subject, configuration));
        lines.push(pkce(configuration));
        lines.push(capabilities(subject, configuration));
    }
}

fn method(subject: &Subject<'_>, endpoints: &Endpoints) -> Line {
    let method = subject.ehr.client.client_auth.method();
    let offered = &endpoints.client_auth_methods;
    if offered.is_empty() {
        return Line::note(Topic::ClientAuth, Finding::ClientAuthUnsaid).with("method", method);
    }
    Line::good(Topic::ClientAuth, Finding::ClientAuthOffered)
        .with("method", method)
        .with("offered", offered.join(", "))
}

/// Note for a client id or secret with characters whose encoding in HTTP Basic differs between servers.
fn basic_characters(subject: &Subject<'_>) -> Option<Line> {
    let client = &subject.ehr.client;
    let ClientAuth::Basic(secret, encoding) = &client.client_auth else { return None };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b"*-._".contains(&b));
    if plain(client.client_id.as_str()) && plain(secret.expose_secret()) {
        return None;
    }
    let other = match encoding {
        BasicEncoding::Form => "raw",
        BasicEncoding::Raw => "form",
    };
    Some(Line::note(Topic::ClientAuth, Finding::BasicCharacters).set("basic_encoding", other))
}

/// Note about needed grant types that the EHR does not list.
fn grant_types(subject: &Subject<'_>, configuration: &Fetched) -> Option<Line> {
    let listed = configuration.texts("grant_types_supported").filter(|listed| !listed.is_empty())?;
    let missing: Vec<&str> =
        needed_grant_types(subject.ehr).into_iter().filter(|needed| !listed.contains(needed)).collect();
    let line =
        || Line::note(Topic::ClientAuth, Finding::GrantTypesUnlisted).with("missing", missing.join(", "));
    (!missing.is_empty()).then(line)
}

fn pkce(configuration: &Fetched) -> Line {
    match configuration.texts("code_challenge_methods_supported") {
        None => Line::note(Topic::Pkce, Finding::PkceUnsaid),
        Some(methods) if methods.contains(&"S256") => Line::good(Topic::Pkce, Finding::PkceOffered),
        Some(methods) => Line::note(Topic::Pkce, Finding::PkceOther).with("methods", methods.join(", ")),
    }
}

fn revocation(endpoints: &Endpoints) -> Line {
    match &endpoints.revocation {
        Some(url) => Line::good(Topic::Revocation, Finding::RevocationFound).with("address", url),
        None => Line::note(Topic::Revocation, Finding::RevocationNone),
    }
}

/// Line about introspection: whether the EHR offers it, and whether the registration uses it.
fn introspection(subject: &Subject<'_>, configuration: &Fetched, endpoints: &Endpoints) -> Line {
    let published = configuration.text("introspection_endpoint");
    match (subject.ehr.client.introspect, &endpoints.introspection, published) {
        (true, Some(url), _) => {
            Line::good(Topic::Introspection, Finding::IntrospectionAsked).with("address", url)
        }
        (true, None, _) => {
            Line::note(Topic::Introspection, Finding::IntrospectionNowhere).set("introspect", "false")
        }
        (false, _, Some(address)) => Line::good(Topic::Introspection, Finding::IntrospectionOff)
            .with("address", address)
            .set("introspect", "true"),
        (false, _, None) => Line::good(Topic::Introspection, Finding::IntrospectionNone),
    }
}

fn capabilities(subject: &Subject<'_>, configuration: &Fetched) -> Line {
    let Some(listed) = configuration.texts("capabilities").filter(|listed| !listed.is_empty()) else {
        return Line::note(Topic::Capabilities, Finding::CapabilitiesUnsaid);
    };
    let ours = match subject.ehr.client.client_auth {
        ClientAuth::Basic(..) | ClientAuth::Post(_) => "client-confidential-symmetric",
        ClientAuth::PrivateKeyJwt(_) => "client-confidential-asymmetric",
    };
    let needed = NEEDED_CAPABILITIES.into_iter().chain([ours]);
    let missing: Vec<&str> = needed.filter(|capability| !listed.contains(capability)).collect();
    match missing.is_empty() {
        true => Line::good(Topic::Capabilities, Finding::CapabilitiesAll),
        false => {
            Line::note(Topic::Capabilities, Finding::CapabilitiesMissing).with("missing", missing.join(", "))
        }
    }
}
