//! Authorization request (RFC 6749 4.1.1, RFC 7636, SMART App Launch 2.2).

use openidconnect::{
    AuthUrl, AuthenticationFlow, ClientId as OidcClientId, CsrfToken, IssuerUrl, JsonWebKeySet, Nonce,
    PkceCodeChallenge, RedirectUrl, Scope as OidcScope,
    core::{CoreClient, CoreResponseType},
};
use secrecy::SecretString;
use url::Url;

use super::endpoints::Endpoints;
use super::scope::ScopeSyntax;
use super::{
    error::{DocumentError, Error},
    registration::{AuthorizeBy, ClientRegistration},
    scope,
    types::LaunchHandle,
};
use crate::fhir::FhirBaseUrl;

const RANDOM_BYTES: u32 = 32;
const OWN_PARAMETERS: [&str; 10] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "aud",
    "launch",
    "code_challenge",
    "code_challenge_method",
];

/// URL length above which the request is sent by POST if the EHR supports it.
const MAX_GET_BYTES: usize = 6 * 1024;

/// Authorization request, by HTTP method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationRequest {
    /// URL with all parameters.
    Get(Url),
    /// Form to post.
    Post {
        /// Target URL of the form.
        action: Url,
        /// Name and value of each field, in order.
        fields: Vec<(String, String)>,
    },
}

impl AuthorizationRequest {
    /// Returns a parameter of the request, decoded.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        match self {
            Self::Get(url) => {
                url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
            }
            Self::Post { fields, .. } => {
                fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
            }
        }
    }
}

/// Authorization request, and the values expected in the callback and the id_token.
pub struct Authorization {
    /// Request that the browser sends.
    pub request: AuthorizationRequest,
    /// CSRF value that the callback must return, once, in the same browser.
    pub state: SecretString,
    /// Value that the id_token must repeat.
    pub nonce: SecretString,
    /// PKCE secret, sent to the token endpoint.
    pub code_verifier: SecretString,
}

/// Builds an authorization request: code flow, PKCE S256, fresh 256-bit `state` and `nonce`.
///
/// `iss` is sent as `aud` exactly as received. Without a handle it is a standalone launch, which requests
/// `launch/patient` instead of `launch`.
///
/// # Errors
/// [`Error::Document`] if the authorization endpoint already contains one of our parameters.
pub fn build_authorization(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    iss: &FhirBaseUrl,
    launch: Option<&LaunchHandle>,
) -> Result<Authorization, Error> {
    tracing::trace!(target: "walk", "build the authorization request");
    let refuse = |error| Error::Document { document: "smart-configuration", error };
    if endpoints.authorization.query_pairs().any(|(name, _)| OWN_PARAMETERS.contains(&&*name)) {
        return Err(refuse(DocumentError::ReservedParameter));
    }
    let syntax = registration.scope_syntax.or_published(endpoints.scope_syntax);
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256_len(RANDOM_BYTES);
    let client = CoreClient::new(
        OidcClientId::new(registration.client_id.as_str().to_owned()),
        IssuerUrl::new(endpoints.issuer.as_str().to_owned())
            .map_err(|_| refuse(DocumentError::IssuerNotUrl))?,
        JsonWebKeySet::new(Vec::new()),
    )
    .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
    .set_redirect_uri(
        RedirectUrl::new(registration.redirect_uri.clone())
            .map_err(|_| refuse(DocumentError::RedirectUriUnusable))?,
    );
    let request = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            || CsrfToken::new_random_len(RANDOM_BYTES),
            || Nonce::new_random_len(RANDOM_BYTES),
        )
        .add_scopes(scopes(registration, syntax, launch.is_some()).map(OidcScope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("aud", iss.as_received());
    let (url, state, nonce) = match launch {
        Some(launch) => request.add_extra_param("launch", launch.as_str()),
        None => request,
    }
    .url();
    Ok(Authorization {
        request: carried(url, endpoints, registration.authorize_by),
        state: state.into_secret().into(),
        nonce: nonce.secret().clone().into(),
        code_verifier: verifier.into_secret().into(),
    })
}

/// Returns the scopes of an authorization request, in one syntax.
#[must_use]
pub fn requested_scopes(
    registration: &ClientRegistration,
    syntax: ScopeSyntax,
    from_ehr: bool,
) -> Vec<String> {
    std::iter::once("openid".to_owned()).chain(scopes(registration, syntax, from_ehr)).collect()
}

/// Returns the registered scopes. A standalone launch requests `launch/patient` instead of `launch`.
fn scopes(
    registration: &ClientRegistration,
    syntax: ScopeSyntax,
    from_ehr: bool,
) -> impl Iterator<Item = String> {
    let scopes = scope::request(&registration.scopes, syntax).into_iter();
    let asked = scopes.filter(move |scope| from_ehr || (scope != "launch" && scope != "launch/patient"));
    asked.chain((!from_ehr).then(|| "launch/patient".to_owned()))
}

/// Chooses GET or POST: as registered, or POST if the URL is long and the EHR supports it (SMART "Scope size").
fn carried(url: Url, endpoints: &Endpoints, by: AuthorizeBy) -> AuthorizationRequest {
    let by_post = match by {
        AuthorizeBy::Auto => endpoints.supports_authorize_post && url.as_str().len() > MAX_GET_BYTES,
        AuthorizeBy::Get => false,
        AuthorizeBy::Post => true,
    };
    if !by_post {
        return AuthorizationRequest::Get(url);
    }
    // Parameters of the endpoint's own URL stay in the URL.
    let own = endpoints.authorization.query_pairs().count();
    let fields = url.query_pairs().skip(own).map(|(name, value)| (name.into_owned(), value.into_owned()));
    AuthorizationRequest::Post { action: endpoints.authorization.clone(), fields: fields.collect() }
}
