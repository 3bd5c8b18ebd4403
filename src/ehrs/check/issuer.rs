use super::{
    discovery::Stop,
    finding::Finding,
    line::{Line, Topic},
    published::{Seen, see},
    subject::Subject,
};
use crate::{
    egress::Limits,
    smart::{ClientRegistration, Error, Issuer},
};

const OPENID: &str = ".well-known/openid-configuration";

/// What is right about the issuer, beside what discovery found wrong.
pub(super) fn line(subject: &Subject<'_>, configuration: &Seen) -> Option<Line> {
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

/// Why the issuer stops a launch, and with which one it would go on.
pub(super) async fn judge(
    subject: &Subject<'_>,
    client: &ClientRegistration,
    configuration: &Seen,
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
            Stop::supposing(line, with_issuer(client, published))
        }
        (issuer, published) if matches!(error, Error::IssuerMismatch) => {
            let issuer = issuer.as_ref().map(Issuer::as_str).or(published).unwrap_or_default();
            document_differs(subject, client, issuer).await
        }
        _ => missing(subject, client).await,
    }
}

/// openid-configuration names another issuer than the one whose document it is.
async fn document_differs(subject: &Subject<'_>, client: &ClientRegistration, issuer: &str) -> Stop {
    let line = Line::problem(Topic::Issuer, Finding::IssuerDocumentDiffers).with("issuer", issuer);
    let at_issuer = format!("{}/{OPENID}", issuer.trim_end_matches('/'));
    let mut named = named_at(subject, &at_issuer).await;
    if named.is_none() {
        named = named_at(subject, &subject.at_base(OPENID)).await;
    }
    match named {
        Some(named) => Stop::supposing(
            line.with("named", &named).set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(line.with("named", "?").setting("issuer")),
    }
}

/// Nobody says who signs; the openid-configuration at the FHIR base may give a hint that people then confirm.
async fn missing(subject: &Subject<'_>, client: &ClientRegistration) -> Stop {
    match named_at(subject, &subject.at_base(OPENID)).await {
        Some(named) => Stop::supposing(
            Line::problem(Topic::Issuer, Finding::IssuerMissingButFound)
                .with("issuer", &named)
                .set("issuer", named.clone()),
            with_issuer(client, &named),
        ),
        None => Stop::at(Line::problem(Topic::Issuer, Finding::IssuerMissing).setting("issuer")),
    }
}

async fn named_at(subject: &Subject<'_>, address: &str) -> Option<String> {
    let seen = see(&subject.ehr.outbound, address, "application/json", Limits::DOCUMENT).await.ok()?;
    seen.text("issuer").filter(|_| seen.is_found()).map(str::to_owned)
}

fn with_issuer(client: &ClientRegistration, issuer: &str) -> ClientRegistration {
    ClientRegistration { issuer: Some(Issuer::new(issuer)), ..client.clone() }
}
