//! The terminology server of an installation.

use super::{errors::StartError, sending::peer};
use crate::{
    clock::SharedClock,
    config::{Authentication, DestinationSettings, Problems, Settings},
    terminology::TerminologyServer,
};

const SERVER: &str = "forms.terminology_server";

/// Builds the client of the terminology server, if one is set. It is proven to like the destination with its base URL.
pub(super) fn terminology_server(
    settings: &Settings,
    clock: &SharedClock,
) -> Result<Option<TerminologyServer>, StartError> {
    let Some(url) = &settings.forms.terminology_server else { return Ok(None) };
    let is_it = |other: &&DestinationSettings| other.url.trim_end_matches('/') == url.trim_end_matches('/');
    let with_proof = settings.delivery.destinations.iter().find(is_it).cloned();
    let destination = with_proof.unwrap_or_else(|| DestinationSettings {
        url: url.clone(),
        authentication: Authentication::None,
        certificate: None,
        ca: None,
    });
    let unusable = |problem: String| {
        let mut problems = Problems::default();
        problems.add(SERVER, problem, "Write it like https://tx.example.ca/fhir.");
        problems
    };
    let peer = peer(settings, &destination).map_err(unusable)?;
    let base = peer.base();
    if !matches!(base.scheme(), "https" | "http") || base.host().is_none() || base.query().is_some() {
        return Err(unusable(format!("{url} is not the base URL of a server")).into());
    }
    Ok(Some(TerminologyServer::new(peer, clock.clone())))
}
