//! The terminology server of an installation.

use url::Url;

use super::sending::peer;
use crate::{
    clock::SharedClock,
    config::{Authentication, DestinationSettings, Problems, Settings},
    delivery::Peer,
    terminology::TerminologyServer,
};

const SERVER: &str = "forms.terminology_server";

/// Builds the client of the terminology server, if one is set.
pub(super) fn terminology_server(
    settings: &Settings,
    clock: &SharedClock,
) -> Result<Option<TerminologyServer>, Problems> {
    Ok(server_peer(settings)?.map(|peer| TerminologyServer::new(peer, clock.clone())))
}

/// Builds the peer that the terminology server is, if one is set. We prove who we are as to the destination with its base URL.
pub(super) fn server_peer(settings: &Settings) -> Result<Option<Peer>, Problems> {
    let Some(url) = &settings.forms.terminology_server else { return Ok(None) };
    let is_it = |other: &&DestinationSettings| other.url.trim_end_matches('/') == url.trim_end_matches('/');
    let with_proof = settings.delivery.destinations.iter().find(is_it).cloned();
    let destination = with_proof.unwrap_or_else(|| DestinationSettings {
        url: url.clone(),
        authentication: Authentication::None,
        certificate: None,
        ca: None,
    });
    let is_base = |base: &Url| {
        matches!(base.scheme(), "https" | "http") && base.query().is_none() && base.fragment().is_none()
    };
    match peer(settings, &destination) {
        Ok(peer) if is_base(peer.base()) => Ok(Some(peer)),
        Ok(_) => Err(unusable(format!("{url} is not the base URL of a server"))),
        Err(problem) => Err(unusable(problem)),
    }
}

fn unusable(problem: String) -> Problems {
    let mut problems = Problems::default();
    problems.add(SERVER, problem, "Write it like https://tx.example.ca/fhir.");
    problems
}
