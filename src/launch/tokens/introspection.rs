//! Introspection of an access token at the EHR.

use secrecy::SecretString;

use crate::{
    egress::Limits,
    ehrs::{Ehr, origins::endpoints},
    ground::Ground,
    launch::error::Error,
    smart::{self, build_introspection_request, process_introspection_response},
};

/// Asks the EHR whether an access token is active. Returns `None` if it has no introspection endpoint.
///
/// Limited to a short time: a clinician waits to send, and sending continues without an answer.
pub(super) async fn introspect(
    ground: &Ground,
    ehr: &Ehr,
    access_token: &SecretString,
) -> Result<Option<bool>, Error> {
    let endpoints = endpoints(ground, ehr).await?;
    let Some(introspection) = endpoints.introspection.as_ref() else { return Ok(None) };
    let now = ground.clock.now();
    let request = build_introspection_request(introspection, &endpoints, &ehr.client, access_token, now)?;
    let reply = ehr.outbound.send(request, Limits::EXTRA).await;
    let reply =
        reply.map_err(|source| smart::Error::Egress { document: "introspection response", source })?;
    Ok(Some(process_introspection_response(&reply)?))
}
