use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::client_auth::BasicEncoding;
use super::{
    client_auth::ClientAuth,
    scope::{Scope, ScopeSyntax},
    types::{ClientId, Issuer},
};
use crate::fhir::FhirBaseUrl;

/// What we and one EHR agreed on when we were registered there.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the registration")]
pub struct ClientRegistration {
    /// Base URL of its FHIR server.
    pub base: FhirBaseUrl,
    /// Issuer of its id_tokens, where pinned.
    pub issuer: Option<Issuer>,
    /// Our name there.
    pub client_id: ClientId,
    /// How we prove to be that client.
    pub client_auth: ClientAuth,
    /// Whether `client_id` goes into the body too, for servers that insist.
    pub client_id_in_body: bool,
    /// Where the EHR sends the browser back to, byte for byte.
    pub redirect_uri: String,
    /// What we ask for.
    pub scopes: Vec<Scope>,
    /// How resource scopes are written.
    pub scope_syntax: ScopeSyntax,
    /// How the browser is sent to the authorization endpoint.
    pub authorize_by: AuthorizeBy,
    /// Whether id_tokens repeat the nonce. Where not, a missing one is accepted; a wrong one never is.
    pub nonce_echoed: bool,
    /// Which claim of its id_tokens names the resource of the user.
    pub fhir_user_claim: FhirUserClaim,
    /// Whether its CapabilityStatement is believed where it publishes no smart-configuration: a server of SMART 1.0.
    pub discover_from_capability_statement: bool,
    /// Whether it is asked, where it names a place for that, if an access token is still good.
    pub introspect: bool,
    /// Endpoints agreed on beforehand, which then are not discovered.
    pub endpoints: Option<StaticEndpoints>,
}

/// Which claim names the resource of the user. `fhirUser` is always read first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FhirUserClaim {
    /// As SMART says.
    #[default]
    #[serde(rename = "fhirUser")]
    FhirUser,
    /// `profile`, as before SMART 1.0, where it names a resource of a person.
    #[serde(rename = "profile")]
    Profile,
    /// `fhiruser`, as some servers spell it.
    #[serde(rename = "fhiruser")]
    LowerCase,
}

/// How the browser is sent to the authorization endpoint (SMART "authorize-post").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorizeBy {
    /// By GET; by POST where the request is long and the EHR says it takes that.
    #[default]
    Auto,
    /// By GET.
    Get,
    /// By POST.
    Post,
}

/// Endpoints that were agreed on at registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticEndpoints {
    /// Authorization endpoint.
    pub authorization: String,
    /// Token endpoint.
    pub token: String,
    /// Where the keys of the id_tokens are.
    pub jwks: String,
}

#[cfg(test)]
impl ClientRegistration {
    /// One with nothing special about it.
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
