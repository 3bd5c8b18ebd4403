//! Registration of this client at one EHR.

use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::client_auth::BasicEncoding;
use super::{
    client_auth::ClientAuth,
    scope::{Scope, ScopeSyntax},
    types::{ClientId, Issuer},
};
use crate::fhir::FhirBaseUrl;

/// Settings of this client at one EHR, agreed on at registration.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub struct ClientRegistration {
    /// Base URL of the EHR's FHIR server.
    pub base: FhirBaseUrl,
    /// Issuer of its id_tokens, if pinned.
    pub issuer: Option<Issuer>,
    /// Client id that this EHR issued to us.
    pub client_id: ClientId,
    /// Client authentication method, with secret or keys.
    pub client_auth: ClientAuth,
    /// Whether `client_id` is sent in the body too, for servers that require it.
    pub client_id_in_body: bool,
    /// Redirect URI, sent byte for byte.
    pub redirect_uri: String,
    /// Requested scopes.
    pub scopes: Vec<Scope>,
    /// Syntax of resource scopes.
    pub scope_syntax: ScopeSyntax,
    /// HTTP method of authorization requests.
    pub authorize_by: AuthorizeBy,
    /// Whether id_tokens must repeat the nonce. If false, a missing nonce is accepted; a wrong one never is.
    pub nonce_echoed: bool,
    /// Claim of its id_tokens that holds the FHIR resource of the user.
    pub fhir_user_claim: FhirUserClaim,
    /// Whether endpoints are read from the CapabilityStatement if there is no smart-configuration (SMART 1.0).
    pub discover_from_capability_statement: bool,
    /// Whether access tokens are introspected, if the EHR publishes an introspection endpoint.
    pub introspect: bool,
    /// Endpoints agreed on at registration; they replace discovery.
    pub endpoints: Option<StaticEndpoints>,
}

/// Claim that holds the FHIR resource of the user. If present, `fhirUser` takes precedence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FhirUserClaim {
    /// `fhirUser`, as SMART specifies.
    #[default]
    #[serde(rename = "fhirUser")]
    FhirUser,
    /// `profile`, used before SMART 1.0. Ignored unless it is the resource of a person.
    #[serde(rename = "profile")]
    Profile,
    /// `fhiruser`, the spelling of some servers.
    #[serde(rename = "fhiruser")]
    LowerCase,
}

/// HTTP method of authorization requests (SMART "authorize-post").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizeBy {
    /// GET, or POST if the request is long and the EHR supports `authorize-post`.
    #[default]
    Auto,
    /// Always GET.
    Get,
    /// Always POST.
    Post,
}

/// Endpoints agreed on at registration, as URLs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticEndpoints {
    /// Authorization endpoint.
    pub authorization: String,
    /// Token endpoint.
    pub token: String,
    /// Key set of the id_tokens.
    pub jwks: String,
}

#[cfg(test)]
impl ClientRegistration {
    /// Returns a registration with default settings.
    pub(super) fn sample() -> Self {
        Self {
            base: FhirBaseUrl::parse("https://ehr.example/fhir").expect("a base"),
            issuer: None,
            client_id: ClientId::new("passerelle"),
            client_auth: ClientAuth::Basic("secret".into(), BasicEncoding::Form),
            client_id_in_body: false,
            redirect_uri: "https://app.example/callback/ehr".to_owned(),
            scopes: Vec::new(),
            scope_syntax: ScopeSyntax::Auto,
            authorize_by: AuthorizeBy::Auto,
            nonce_echoed: true,
            fhir_user_claim: FhirUserClaim::FhirUser,
            discover_from_capability_statement: false,
            introspect: false,
            endpoints: None,
        }
    }
}
