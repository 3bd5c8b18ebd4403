//! Findings about discovery: runs it as a launch does, and assumes fixes to get past each failure.

use std::{future::ready, sync::Arc};

use futures_util::future::BoxFuture;

use super::{
    address::no_answer,
    finding::Finding,
    issuer,
    line::{Line, Topic},
    published::Fetched,
    report::Lines,
    subject::Subject,
};
use crate::smart::{
    Assertions, BasicEncoding, ClientAuth, ClientRegistration, Discovery, Endpoints, Error, Issuer,
    NotServedReason, SigningAlg,
};

/// Limit of consecutive discovery failures in one check.
const MAX_STOPS: usize = 6;
/// Part of the extension URL that names endpoints in a CapabilityStatement.
const OAUTH_URIS: &str = "StructureDefinition/oauth-uris";

/// Failure at which a launch would stop.
pub(super) struct Stop {
    pub(super) line: Line,
    /// Registration with which discovery would continue, if one is known.
    pub(super) assumed: Option<ClientRegistration>,
}

/// Documents that the EHR publishes at its base URL.
pub(super) struct Published {
    pub(super) configuration: Fetched,
    /// CapabilityStatement, if it could be fetched.
    pub(super) metadata: Option<Fetched>,
}

impl Stop {
    pub(super) fn at(line: Line) -> Self {
        Self { line, assumed: None }
    }

    pub(super) fn assuming(line: Line, client: ClientRegistration) -> Self {
        Self { line, assumed: Some(client) }
    }
}

/// Discovers the endpoints as a launch does, and adds a line for each failure. Returns `None` if no assumption helps.
pub(super) async fn discover(
    subject: &Subject<'_>,
    published: &Published,
    lines: &mut Lines,
) -> Option<Arc<Endpoints>> {
    let mut client = subject.ehr.client.clone();
    let mut reported: Vec<Finding> = Vec::new();
    for _ in 0..MAX_STOPS {
        // A new cache each time: one that just failed would not fetch again.
        let discovery = Discovery::default();
        let approve = |_| -> BoxFuture<'_, _> { Box::pin(ready(Ok(()))) };
        match discovery.endpoints(&subject.ehr.outbound, &client, subject.now, &approve).await {
            Ok(endpoints) => {
                lines.extend(source(subject, &published.configuration, &client));
                return Some(endpoints);
            }
            Err(error) => {
                let stop = stop_of(subject, &client, published, &error).await;
                // The same finding again: the assumption does not fix it.
                if reported.contains(&stop.line.finding) {
                    return None;
                }
                reported.push(stop.line.finding);
                lines.push(stop.line);
                client = stop.assumed?;
            }
        }
    }
    None
}

/// Line about the source of the endpoints, unless an earlier line reports a problem with it.
fn source(subject: &Subject<'_>, configuration: &Fetched, client: &ClientRegistration) -> Option<Line> {
    if client.endpoints.is_some() {
        return Some(Line::note(Topic::Smart, Finding::SmartFixed));
    }
    if configuration.is_found() {
        return Some(configuration.found());
    }
    let registered = subject.ehr.client.discover_from_capability_statement;
    registered.then(|| Line::good(Topic::Smart, Finding::SmartStatementUsed))
}

async fn stop_of(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    published: &Published,
    error: &Error,
) -> Stop {
    let Published { configuration, metadata } = published;
    match error {
        Error::NotPublished { document: "smart-configuration" } => {
            not_published(subject, client, metadata.as_ref()).await
        }
        Error::NotPublished { document: "openid-configuration" } => {
            let issuer = client.issuer.as_ref().map(Issuer::as_str).or(configuration.text("issuer"));
            let line = Line::problem(Topic::Keys, Finding::KeysNowhere).setting("issuer");
            Stop::at(line.with("issuer", issuer.unwrap_or_default()))
        }
        Error::NotPublished { document } => {
            let line = Line::problem(Topic::Smart, Finding::DocumentMissing).setting("fhir_base_url");
            Stop::at(line.with("document", document))
        }
        Error::IssuerMismatch | Error::IssuerUnconfirmed | Error::NoIssuer => {
            issuer::stop_of(subject, client, configuration, error).await
        }
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
            &host_of(subject, client, configuration, document),
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

/// URL whose host serves a document.
fn host_of(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    configuration: &Fetched,
    document: &str,
) -> String {
    let issuer = client.issuer.as_ref().map(Issuer::as_str).or(configuration.text("issuer"));
    match (document, issuer) {
        ("openid-configuration", Some(issuer)) => issuer.to_owned(),
        _ => subject.at_base(""),
    }
}

/// Stop without a smart-configuration: the EHR is a SMART 1.0 server, or the base URL is wrong.
async fn not_published(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    metadata: Option<&Fetched>,
) -> Stop {
    let names_endpoints =
        metadata.is_some_and(|it| String::from_utf8_lossy(&it.reply.body).contains(OAUTH_URIS));
    if !names_endpoints {
        let address = subject.at_base(".well-known/smart-configuration");
        let line = Line::problem(Topic::Smart, Finding::SmartMissing).with("address", address);
        return Stop::at(line.setting("fhir_base_url"));
    }
    let line = Line::problem(Topic::Smart, Finding::SmartStatement);
    // Such a registration needs an issuer, so both are set together.
    let line = match (&client.issuer, issuer::named_at_base(subject).await) {
        (Some(_), _) => line,
        (None, Some(named)) => line.set("issuer", named),
        (None, None) => line.setting("issuer"),
    };
    let line = line.set("discover_from_capability_statement", "true");
    Stop::assuming(line, ClientRegistration { discover_from_capability_statement: true, ..client.clone() })
}

fn not_served(
    subject: &Subject<'_>,
    configuration: &Fetched,
    document: &str,
    reason: NotServedReason,
) -> Line {
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

/// Stop for a client authentication method that the EHR does not offer. The assumed one has no credential: no request
/// uses it.
fn client_auth(client: &ClientRegistration, configuration: &Fetched) -> Stop {
    let offered = configuration.texts("token_endpoint_auth_methods_supported").unwrap_or_default();
    let registered = client.client_auth.method();
    if offered.is_empty() || offered.contains(&registered) {
        return signing_alg(client, configuration);
    }
    let line = Line::problem(Topic::ClientAuth, Finding::ClientAuthNotOffered)
        .with("method", registered)
        .with("offered", offered.join(", "));
    let Some(other) = offered.iter().find_map(|method| without_credential(method)) else {
        return Stop::at(Line { finding: Finding::ClientAuthNone, ..line });
    };
    let line = line.set("client_auth", other.method());
    Stop::assuming(line, ClientRegistration { client_auth: other, ..client.clone() })
}

fn without_credential(method: &str) -> Option<ClientAuth> {
    match method {
        "client_secret_basic" => Some(ClientAuth::Basic(String::new().into(), BasicEncoding::Form)),
        "client_secret_post" => Some(ClientAuth::Post(String::new().into())),
        "private_key_jwt" => Some(assertions(None)),
        _ => None,
    }
}

fn assertions(alg: Option<SigningAlg>) -> ClientAuth {
    ClientAuth::PrivateKeyJwt(Assertions { keyring: Arc::default(), alg, audience: None })
}

fn signing_alg(client: &ClientRegistration, configuration: &Fetched) -> Stop {
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
        Some(alg) => Stop::assuming(
            line.set("signing_alg", alg.name()),
            ClientRegistration { client_auth: assertions(Some(alg)), ..client.clone() },
        ),
        None => Stop::at(Line { finding: Finding::SigningAlgNone, ..line }),
    }
}
