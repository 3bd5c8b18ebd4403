//! Backend services: a client that acts for itself, without a signed-in user.
//!
//! SMART App Launch 2.2, backend-services; RFC 6749 section 4.4.

use crate::demo_ehr::fixtures::RESOURCE_TYPES;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::oauth::client::{Client, Credential};
use crate::demo_ehr::oauth::error::OAuthError;
use crate::demo_ehr::oauth::grants::Grant;
use crate::demo_ehr::oauth::scopes::granted_to_server;
use crate::demo_ehr::state::DemoEhr;

/// Grants `system/` scopes to a client that authenticates with a key.
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
        scopes.ok_or_else(|| invalid_scope("the client credentials grant permits system scopes only"))?;
    scopes.retain(|scope| ehr.shape().grants(scope));
    if scopes.is_empty() {
        return Err(invalid_scope("none of the requested scopes is known"));
    }
    let (client_id, clearings) = (client.client_id.clone(), ehr.locked().clearings);
    Ok(Grant { client_id, scopes, clearings, ..Grant::default() })
}
