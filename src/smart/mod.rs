//! SMART App Launch and OpenID Connect client: build a request, process a response.
//!
//! For: one confidential client at one EHR. Not for: browsers, rows or pages (see `launch`). Callers pass the
//! [`Outbound`](crate::egress::Outbound) of the EHR and the time.
//! Sources: SMART App Launch 2.2, OpenID Connect Core 1.0, RFC 6749, 7636, 9207.
//!
//! `openidconnect` builds the authorization URL and verifies the id_token. Token requests and responses are our own code,
//! because real responses differ from the standard in small ways that its types refuse, such as a quoted `expires_in`.

mod authorize;
mod backend;
mod cached;
mod callback;
mod capability_statement;
mod client_assertion;
mod client_auth;
mod client_credentials;
mod client_keys;
mod client_request;
mod clock_skew;
mod contradiction;
mod description;
mod discovery;
mod documents;
mod endpoints;
mod error;
mod fact;
mod grant;
mod id_token;
mod introspection;
mod jwks;
mod launch_context;
mod no_duplicates;
mod openid_configuration;
mod redaction;
mod refresh;
mod registration;
mod revocation;
mod scope;
mod scope_listing;
mod style;
mod token;
mod trace_facts;
mod types;

pub use authorize::{Authorization, AuthorizationRequest, build_authorization, requested_scopes};
pub use backend::{BackendToken, build_backend_request, process_backend_response};
pub use callback::{CallbackError, CallbackParameters, process_callback};
pub use capability_statement::process_capability_statement;
pub use client_auth::{Assertions, BasicEncoding, ClientAuth};
pub use client_credentials::{
    AssertionKey, CredentialsClient, CredentialsProof, CredentialsToken, build_credentials_request,
    process_credentials_response,
};
pub use client_keys::{ClientKeys, KeyError, KeyGeneration, Keyring, PrivateKeys, SigningAlg};
pub use clock_skew::{MAX_SKEW_SECONDS, seconds_ahead};
pub use contradiction::contradictions;
pub use discovery::{Approve, Discovery, process_smart_configuration};
pub use documents::{Document, Members, freshness, process_document};
pub use endpoints::Endpoints;
pub use error::{
    ClientAuthError, DocumentError, Error, IdTokenError, LaunchContextError, NotServedReason,
    TokenResponseError,
};
pub use fact::Fact;
pub use grant::Grant;
pub use id_token::{Expected, Identity, verify_id_token, verify_with_published_keys};
pub use introspection::{build_introspection_request, process_introspection_response};
pub use jwks::{KeyCache, VerificationKey, process_jwks};
pub use launch_context::{ContextItem, LaunchContext};
pub use openid_configuration::process_openid_configuration;
pub use redaction::known_error_code;
pub use refresh::{Refreshed, build_refresh_request, process_refresh_response};
pub use registration::{AuthorizeBy, ClientRegistration, FhirUserClaim, StaticEndpoints};
pub use revocation::{TokenKind, build_revocation_request, process_revocation_response};
pub use scope::{Access, Scope, ScopeSyntax, request as write_scopes};
pub use scope_listing::{lists_smart_1_only, unlisted_scopes};
pub use style::Style;
pub use token::{TokenResponse, build_token_request, process_token_response};
pub use trace_facts::{
    authorization_request_facts, callback_facts, endpoint_facts, id_token_facts, launch_facts,
    odd_callback_facts, token_response_facts,
};
pub use types::{ClientId, Issuer, LaunchHandle};
