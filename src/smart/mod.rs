//! SMART App Launch and OpenID Connect, the client's half: build a request, process a response.
//!
//! For: one confidential client at one EHR. Not for: browsers, rows or pages (see `launch`). Everything here is
//! handed the [`Outbound`](crate::egress::Outbound) of its EHR and the time.
//! Sources: SMART App Launch 2.2, OpenID Connect Core 1.0, RFC 6749, 7636, 9207.
//!
//! Why the token request is our own while `openidconnect` builds the authorization URL and verifies the id_token:
//! real token responses differ from the standard in small ways (a quoted `expires_in`) which its types refuse.

mod authorize;
mod callback;
mod capability_statement;
mod client_assertion;
mod client_auth;
mod client_keys;
mod client_request;
mod discovery;
mod documents;
mod error;
mod id_token;
mod jwks;
mod launch_context;
mod no_duplicates;
mod refresh;
mod registration;
mod remembered;
mod revocation;
mod scope;
mod token;
mod types;

pub use authorize::{Authorization, build_authorization};
pub use callback::{CallbackError, CallbackParameters, process_callback};
pub use client_auth::{Assertions, BasicEncoding, ClientAuth};
pub use client_keys::{ClientKeys, KeyError, KeyGeneration, Keyring, PrivateKeys, SigningAlg};
pub use discovery::{Discovery, Endpoints};
pub use documents::freshness;
pub use error::Error;
pub use id_token::{Expected, Identity, verify_id_token};
pub use jwks::{KeyCache, VerificationKey};
pub use launch_context::LaunchContext;
pub use refresh::{Refreshed, build_refresh_request, process_refresh_response};
pub use registration::{ClientRegistration, FhirUserClaim, ScopeSyntax, StaticEndpoints};
pub use revocation::{TokenKind, build_revocation_request, process_revocation_response};
pub use scope::{Access, Grant, Scope};
pub use token::{TokenResponse, build_token_request, process_token_response};
pub use types::{ClientId, Issuer, LaunchHandle};
