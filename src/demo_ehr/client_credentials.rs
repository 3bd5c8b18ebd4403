//! Backend services: a server that acts for itself, with nobody signed in.
//!
//! SMART App Launch 2.2, backend-services; RFC 6749 section 4.4.

use super::DemoEhr;
use super::client::{Client, Credential};
use super::fixtures::RESOURCE_TYPES;
use super::grants::Grant;
use super::oauth_error::OAuthError;
use super::parameters::Parameters;
use super::scopes::granted_to_server;

/// What a server is granted: `system/` scopes, for clients that prove themselves with a key.
pub(super) fn grant_to_server(
    ehr: &DemoEhr,
    client: &Client,
    form: &Parameters,
) -> Result<Grant, OAuthError> {
    if matches!(client.credential, Credential::Secret(_)) {
        return Err(OAuthError::new("unauthorized_client", "client_credentials is for clients with keys"));
    }
    let invalid_scope = |description| OAuthError::new("invalid_scope", description);
    let requested = form.get("scope").ok_or_else(|| invalid_scope("scope is missing"))?;
    let scopes = granted_to_server(requested, RESOURCE_TYPES);
    let mut scopes =
        scopes.ok_or_else(|| invalid_scope("a server that acts for itself has system scopes only"))?;
    scopes.retain(|scope| ehr.shape().grants(scope));
    if scopes.is_empty() {
        return Err(invalid_scope("none of the requested scopes is known"));
    }
    let (client_id, clearings) = (client.client_id.clone(), ehr.locked().clearings);
    Ok(Grant { client_id, scopes, clearings, ..Grant::default() })
}
