//! Authenticated form requests to the endpoints of an EHR.

use http::{HeaderValue, header};
use jiff::Timestamp;
use url::{Url, form_urlencoded};

use super::endpoints::Endpoints;
use super::{error::Error, registration::ClientRegistration};
use crate::egress::Request;

/// Builds a form request with client authentication, for the token, revocation or introspection endpoint.
pub(super) fn build_client_request(
    url: &Url,
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    members: &[(&str, &str)],
    now: Timestamp,
) -> Result<Request, Error> {
    let proof = registration.client_auth.prove(&registration.client_id, endpoints, url, now)?;
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(members).extend_pairs(&proof.body);
    let named = proof.body.iter().any(|(name, _)| *name == "client_id");
    if registration.client_id_in_body && !named {
        body.append_pair("client_id", registration.client_id.as_str());
    }
    let request = Request::post(url.clone(), "application/x-www-form-urlencoded", body.finish().into_bytes())
        .header(header::ACCEPT, HeaderValue::from_static("application/json"));
    Ok(match proof.header {
        Some(value) => request.header(header::AUTHORIZATION, value),
        None => request,
    })
}
