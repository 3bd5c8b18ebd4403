use std::{future::ready, sync::Arc};

use futures_util::future::BoxFuture;

use super::{
    address::no_answer,
    finding::Finding,
    issuer,
    line::{Line, Topic},
    published::Seen,
    report::Lines,
    subject::Subject,
};
use crate::smart::{
    Assertions, BasicEncoding, ClientAuth, ClientRegistration, Discovery, Endpoints, Error, Issuer,
    NotServedReason, SigningAlg,
};

/// Limit of problems found one after another in one check.
const MAX_STOPS: usize = 6;
const OAUTH_URIS: &str = "StructureDefinition/oauth-uris";

/// What a launch would stop at, and the registration with which it would come further.
pub(super) struct Stop {
    pub(super) line: Line,
    pub(super) supposing: Option<ClientRegistration>,
}

impl Stop {
    pub(super) fn at(line: Line) -> Self {
        Self { line, supposing: None }
    }

    pub(super) fn supposing(line: Line, client: ClientRegistration) -> Self {
        Self { line, supposing: Some(client) }
    }
}

/// Discovers as a launch does; each thing a launch would stop at becomes a line.
pub(super) async fn discover(
    subject: &Subject<'_>,
    configuration: &Seen,
    metadata: Option<&Seen>,
    lines: &mut Lines,
) -> Option<Arc<Endpoints>> {
    let mut client = subject.ehr.client.clone();
    let mut told: Vec<Finding> = Vec::new();
    for _ in 0..MAX_STOPS {
        // Each time with a new memory: one that just failed would not ask again.
        let discovery = Discovery::default();
        let approve = |_| -> BoxFuture<'_, _> { Box::pin(ready(Ok(()))) };
        match discovery.endpoints(&subject.ehr.outbound, &client, subject.now, &approve).await {
            Ok(endpoints) => {
                lines.extend(found(subject, configuration, &client));
                return Some(endpoints);
            }
            Err(error) => {
                let stop = judge(subject, &client, (configuration, metadata), &error).await;
                // The same once more means that what was supposed does not mend it.
                if told.contains(&stop.line.finding) {
                    return None;
                }
                told.push(stop.line.finding);
                lines.push(stop.line);
                client = stop.supposing?;
            }
        }
    }
    None
}

/// How it was found, where nothing is wrong with that.
fn found(subject: &Subject<'_>, configuration: &Seen, client: &ClientRegistration) -> Option<Line> {
    if client.endpoints.is_some() {
        return Some(Line::note(Topic::Smart, Finding::SmartFixed));
    }
    if configuration.is_found() {
        return Some(configuration.found());
    }
    let registered = subject.ehr.client.discover_from_capability_statement;
    registered.then(|| Line::good(Topic::Smart, Finding::SmartStatementUsed))
}

async fn judge(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    (configuration, metadata): (&Seen, Option<&Seen>),
    error: &Error,
) -> Stop {
    match error {
        Error::NotPublished { document: "smart-configuration" } => not_published(subject, client, metadata),
        Error::NotPublished { document: "openid-configuration" } => {
            let issuer = client.issuer.as_ref().map(Issuer::as_str).or(configuration.text("issuer"));
            let line = Line::problem(Topic::Keys, Finding::KeysNowhere).setting("issuer");
            Stop::at(line.with("issuer", issuer.unwrap_or_default()))
        }
        Error::NotPublished { document } => {
            let line = Line::problem(Topic::Smart, Finding::DocumentMissing).setting("fhir_base_url");
            Stop::at(line.with("document", document))
        }
        Error::IssuerMismatch | Error::NoIssuer => issuer::judge(subject, client, configuration, error).await,
        Error::ClientAuth(_) => client_auth(client, configuration),
        Error::NotServed { document, reason } => {
            Stop::at(not_served(subject, configuration, document, *reason))
        }
        Error::Document { document, error } => {
            let line = Line::problem(topic_of(document), Finding::DocumentUnusable);
            Stop::at(line.with("document", document).with("why", error.code()))
        }
        Error::Egress { document, source } => Stop::at(no_answer(
            topic_of(document),
            document,
            &whence(subject, client, configuration, document),
            source,
        )),
        other => Stop::at(
            Line::problem(Topic::Smart, Finding::DocumentUnusable)
                .with("document", "")
                .with("why", other.code()),
        ),
    }
}

fn topic_of(document: &str) -> Topic {
    match document {
        "jwks" | "openid-configuration" => Topic::Keys,
        _ => Topic::Smart,
    }
}

/// Whose host a document came from.
fn whence(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    configuration: &Seen,
    document: &str,
) -> String {
    let issuer = client.issuer.as_ref().map(Issuer::as_str).or(configuration.text("issuer"));
    match (document, issuer) {
        ("openid-configuration", Some(issuer)) => issuer.to_owned(),
        _ => subject.at_base(""),
    }
}

/// No smart-configuration: a server of SMART 1.0, or the wrong base.
fn not_published(subject: &Subject<'_>, client: &ClientRegistration, metadata: Option<&Seen>) -> Stop {
    let names_endpoints =
        metadata.is_some_and(|seen| String::from_utf8_lossy(&seen.reply.body).contains(OAUTH_URIS));
    if !names_endpoints {
        let address = subject.at_base(".well-known/smart-configuration");
        let line = Line::problem(Topic::Smart, Finding::SmartMissing).with("address", address);
        return Stop::at(line.setting("fhir_base_url"));
    }
    let line = Line::problem(Topic::Smart, Finding::SmartStatement);
    let line = line.set("discover_from_capability_statement", "true");
    Stop::supposing(line, ClientRegistration { discover_from_capability_statement: true, ..client.clone() })
}

fn not_served(subject: &Subject<'_>, configuration: &Seen, document: &str, reason: NotServedReason) -> Line {
    let topic = topic_of(document);
    if document != "smart-configuration" {
        return Line::problem(topic, Finding::DocumentNotServed)
            .with("document", document)
            .with("why", reason.code());
    }
    let address = subject.at_base(".well-known/smart-configuration");
    let (line, answer) =
        (|finding| Line::problem(topic, finding).with("address", address.clone()), configuration.answer());
    match (configuration.reply.status.as_u16(), configuration.location()) {
        (_, Some(location)) => {
            line(Finding::SmartRedirects).with("location", location).setting("fhir_base_url")
        }
        (401 | 403, _) => line(Finding::SmartClosed).with("answer", answer).setting("fhir_base_url"),
        (200, _) => line(Finding::SmartWebPage).with("answer", answer).setting("fhir_base_url"),
        _ => line(Finding::SmartFailing).with("answer", answer),
    }
}

/// What it offers instead of the registered way. What is supposed proves nothing and is never used.
fn client_auth(client: &ClientRegistration, configuration: &Seen) -> Stop {
    let offered = configuration.texts("token_endpoint_auth_methods_supported").unwrap_or_default();
    let registered = client.client_auth.method();
    if offered.is_empty() || offered.contains(&registered) {
        return signing_alg(client, configuration);
    }
    let line = Line::problem(Topic::ClientAuth, Finding::ClientAuthNotOffered)
        .with("method", registered)
        .with("offered", offered.join(", "));
    let Some(other) = offered.iter().find_map(|method| empty(method)) else {
        return Stop::at(Line { finding: Finding::ClientAuthNone, ..line });
    };
    let line = line.set("client_auth", other.method());
    Stop::supposing(line, ClientRegistration { client_auth: other, ..client.clone() })
}

fn empty(method: &str) -> Option<ClientAuth> {
    match method {
        "client_secret_basic" => Some(ClientAuth::Basic(String::new().into(), BasicEncoding::Form)),
        "client_secret_post" => Some(ClientAuth::Post(String::new().into())),
        "private_key_jwt" => Some(signing(None)),
        _ => None,
    }
}

fn signing(alg: Option<SigningAlg>) -> ClientAuth {
    ClientAuth::PrivateKeyJwt(Assertions { keyring: Arc::default(), alg, audience: None })
}

fn signing_alg(client: &ClientRegistration, configuration: &Seen) -> Stop {
    let listed = configuration.texts("token_endpoint_auth_signing_alg_values_supported").unwrap_or_default();
    let registered = match &client.client_auth {
        ClientAuth::PrivateKeyJwt(assertions) => assertions.alg.map_or("", SigningAlg::name),
        ClientAuth::Basic(..) | ClientAuth::Post(_) => "",
    };
    let line = Line::problem(Topic::ClientAuth, Finding::SigningAlgNotOffered)
        .with("alg", registered)
        .with("offered", listed.join(", "));
    let known = [SigningAlg::Es384, SigningAlg::Rs384].into_iter().find(|alg| listed.contains(&alg.name()));
    match known {
        Some(alg) => Stop::supposing(
            line.set("signing_alg", alg.name()),
            ClientRegistration { client_auth: signing(Some(alg)), ..client.clone() },
        ),
        None => Stop::at(Line { finding: Finding::SigningAlgNone, ..line }),
    }
}
