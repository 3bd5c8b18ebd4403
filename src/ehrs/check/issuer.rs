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

/// Line about an issuer without a problem; [`stop_of`] reports problems.
pub(super) fn line(subject: &Subject<'_>, configuration: &Fetched) -> Option<Line> {
    let (registered, published) = (&subject.registration.issuer, configuration.text("issuer"));
    match (registered.as_deref(), published) {
        (Some(registered), Some(published)) if registered == published => {
            Some(Line::good(Topic::Issuer, Finding::IssuerAsRegistered).with("issuer", registered))
        }
        (Some(registered), None) => {
            Some(Line::good(Topic::Issuer, Finding::IssuerPinned).with("issuer", registered))
        }
        (None, Some(published)) => Some(
            Line::note(Topic::Issuer, Finding::IssuerPublished)
                .with("issuer", published)
                .set("issuer", published),
        ),
        (Some(_), Some(_)) | (None, None) => None,
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
        (Some(registered), Some(published)) if registered.as_str() != published => {
            let slash = registered.as_str().trim_end_matches('/') == published.trim_end_matches('/');
            let finding = if slash { Finding::IssuerDiffersBySlash } else { Finding::IssuerDiffers };
            let line = Line::problem(Topic::Issuer, finding)
                .with("registered", registered)
                .with("published", published)
                .set("issuer", published);
            Stop::assuming(line, with_issuer(client, published))
        }
        (issuer, published) if matches!(error, Error::IssuerMismatch) => {
            let issuer = issuer.as_ref().map(Issuer::as_str).or(published).unwrap_or_default();
            document_differs(subject, client, issuer).await
        }
        _ => missing(subject, client).await,
    }
}

/// Stop at an openid-configuration that names another issuer than the one it was fetched from.
async fn document_differs(subject: &Subject<'_>, client: &ClientRegistration, issuer: &str) -> Stop {
    let line = Line::problem(Topic::Issuer, Finding::IssuerDocumentDiffers).with("issuer", issuer);
    let at_issuer = format!("{}/{OPENID_CONFIGURATION}", issuer.trim_end_matches('/'));
    let mut named = named_at(subject, &at_issuer).await;
    if named.is_none() {
        named = named_at(subject, &subject.at_base(OPENID_CONFIGURATION)).await;
    }
    match named {
        Some(named) => Stop::assuming(
            line.with("named", &named).set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(line.with("named", "?").setting("issuer")),
    }
}

/// Stop at a missing issuer. The openid-configuration at the FHIR base URL may name one for the administrator to confirm.
async fn missing(subject: &Subject<'_>, client: &ClientRegistration) -> Stop {
    match named_at(subject, &subject.at_base(OPENID_CONFIGURATION)).await {
        Some(named) => Stop::assuming(
            Line::problem(Topic::Issuer, Finding::IssuerMissingButFound)
                .with("issuer", &named)
                .set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(Line::problem(Topic::Issuer, Finding::IssuerMissing).setting("issuer")),
    }
}

/// Fetches an openid-configuration and returns the issuer that it names.
async fn named_at(subject: &Subject<'_>, address: &str) -> Option<String> {
    let document = fetch(&subject.ehr.outbound, address, "application/json", Limits::DOCUMENT).await.ok()?;
    document.text("issuer").filter(|_| document.is_found()).map(str::to_owned)
}

fn with_issuer(client: &ClientRegistration, issuer: &str) -> ClientRegistration {
    ClientRegistration { issuer: Some(Issuer::new(issuer)), ..client.clone() }
}
