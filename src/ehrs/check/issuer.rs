//! Findings about the issuer of id_tokens.

use super::{
    discovery::Stop,
    finding::Finding,
    line::{Line, Topic},
    published::{Fetched, fetch},
    subject::Subject,
};
use crate::{
    egress::Limits,
    smart::{ClientRegistration, Error, Issuer},
};

const OPENID_CONFIGURATION: &str = ".well-known/openid-configuration";

/// Line about an issuer without a problem; [`stop_of`] reports problems. Registered and published issuer differ here only
/// if openid-configuration confirms the registered one.
pub(super) fn line(subject: &Subject<'_>, configuration: &Fetched) -> Option<Line> {
    let (registered, published) = (&subject.registration.issuer, configuration.text("issuer"));
    match (registered.as_deref(), published) {
        (Some(registered), Some(published)) if registered == published => {
            Some(Line::good(Topic::Issuer, Finding::IssuerAsRegistered).with("issuer", registered))
        }
        (Some(registered), Some(published)) => Some(
            Line::note(Topic::Issuer, Finding::IssuerConfirmed)
                .with("registered", registered)
                .with("published", published),
        ),
        (Some(registered), None) => {
            Some(Line::good(Topic::Issuer, Finding::IssuerPinned).with("issuer", registered))
        }
        (None, Some(published)) => Some(
            Line::note(Topic::Issuer, Finding::IssuerPublished)
                .with("issuer", published)
                .set("issuer", published),
        ),
        (None, None) => None,
    }
}

/// Stop at a wrong or missing issuer, with the issuer to assume.
pub(super) async fn stop_of(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    configuration: &Fetched,
    error: &Error,
) -> Stop {
    let published = configuration.text("issuer");
    match (&client.issuer, published) {
        (_, Some(published)) if matches!(error, Error::IssuerUnconfirmed) => {
            unconfirmed(subject, client, &Issuer::new(published)).await
        }
        (Some(registered), None) if matches!(error, Error::IssuerUnconfirmed) => {
            document_differs(subject, client, registered.as_str()).await
        }
        (Some(registered), Some(published)) if registered.as_str() != published => {
            let slash = registered.differs_by_slash(published);
            let finding = if slash { Finding::IssuerDiffersBySlash } else { Finding::IssuerDiffers };
            let right = confirmed(subject, configuration, published).await;
            let line = Line::problem(Topic::Issuer, finding)
                .with("registered", registered)
                .with("published", published)
                .set("issuer", right.as_str());
            Stop::assuming(line, with_issuer(client, &right))
        }
        _ => missing(subject, client).await,
    }
}

/// Returns the issuer to register in place of a wrong one: the published one, or its spelling in openid-configuration
/// if launches need that document.
async fn confirmed(subject: &Subject<'_>, configuration: &Fetched, published: &str) -> String {
    if configuration.text("jwks_uri").is_some() {
        return published.to_owned();
    }
    let named = named_for(subject, published).await;
    let named = named.filter(|named| Issuer::new(published).differs_by_slash(named));
    named.unwrap_or_else(|| published.to_owned())
}

/// Stop at an openid-configuration that names another issuer than smart-configuration. An issuer that differs in the
/// trailing slash can be registered; two different ones are for the administrator of the EHR to correct.
async fn unconfirmed(subject: &Subject<'_>, client: &ClientRegistration, published: &Issuer) -> Stop {
    let named = named_for(subject, published.as_str()).await.unwrap_or_default();
    let line = |finding| {
        Line::problem(Topic::Issuer, finding).with("published", published).with("named", named.clone())
    };
    if published.differs_by_slash(&named) {
        let line = line(Finding::IssuerUnconfirmedBySlash).set("issuer", named.clone());
        return Stop::assuming(line, with_issuer(client, &named));
    }
    Stop::at(line(Finding::IssuerUnconfirmed))
}

/// Stop at an openid-configuration that names another issuer than the registered one. smart-configuration names none.
async fn document_differs(subject: &Subject<'_>, client: &ClientRegistration, issuer: &str) -> Stop {
    let line = Line::problem(Topic::Issuer, Finding::IssuerDocumentDiffers).with("issuer", issuer);
    match named_for(subject, issuer).await {
        Some(named) => Stop::assuming(
            line.with("named", &named).set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(line.with("named", "?").setting("issuer")),
    }
}

/// Returns the issuer that the openid-configuration of an issuer names; as a launch does, also at the FHIR base URL.
async fn named_for(subject: &Subject<'_>, issuer: &str) -> Option<String> {
    let at_issuer = format!("{}/{OPENID_CONFIGURATION}", issuer.trim_end_matches('/'));
    match named_at(subject, &at_issuer).await {
        None => named_at_base(subject).await,
        named => named,
    }
}

/// Stop at a missing issuer. The openid-configuration at the FHIR base URL may name one for the administrator to confirm.
async fn missing(subject: &Subject<'_>, client: &ClientRegistration) -> Stop {
    match named_at_base(subject).await {
        Some(named) => Stop::assuming(
            Line::problem(Topic::Issuer, Finding::IssuerMissingButFound)
                .with("issuer", &named)
                .set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(Line::problem(Topic::Issuer, Finding::IssuerMissing).setting("issuer")),
    }
}

/// Returns the issuer that the openid-configuration at the FHIR base URL names.
pub(super) async fn named_at_base(subject: &Subject<'_>) -> Option<String> {
    named_at(subject, &subject.at_base(OPENID_CONFIGURATION)).await
}

/// Fetches an openid-configuration and returns the issuer that it names.
async fn named_at(subject: &Subject<'_>, address: &str) -> Option<String> {
    let document = fetch(&subject.ehr.outbound, address, "application/json", Limits::DOCUMENT).await.ok()?;
    document.text("issuer").filter(|_| document.is_found()).map(str::to_owned)
}

fn with_issuer(client: &ClientRegistration, issuer: &str) -> ClientRegistration {
    ClientRegistration { issuer: Some(Issuer::new(issuer)), ..client.clone() }
}
