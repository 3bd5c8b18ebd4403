//! Backend services: a server that acts for itself, with nobody signed in.
//!
//! SMART App Launch 2.2, backend-services; RFC 6749 section 4.4.

use super::client::{Client, Credential};
use super::fixtures::RESOURCE_TYPES;
use super::grants::Grant;
use super::oauth_error::OAuthError;
use super::parameters::Parameters;
use super::scopes::granted_to_server;

/// What a server is granted: `system/` scopes, for clients that prove themselves with a key.
pub(super) fn grant_to_server(client: &Client, form: &Parameters) -> Result<Grant, OAuthError> {
    if matches!(client.credential, Credential::Secret(_)) {
        return Err(OAuthError::new("unauthorized_client", "client_credentials is for clients with keys"));
    }
    let invalid_scope = |description| OAuthError::new("invalid_scope", description);
    let requested = form.get("scope").ok_or_else(|| invalid_scope("scope is missing"))?;
    let scopes = granted_to_server(requested, RESOURCE_TYPES);
    let scopes =
        scopes.ok_or_else(|| invalid_scope("a server that acts for itself has system scopes only"))?;
    if scopes.is_empty() {
        return Err(invalid_scope("none of the requested scopes is known"));
    }
    Ok(Grant { client_id: client.client_id.clone(), scopes, ..Grant::default() })
}
