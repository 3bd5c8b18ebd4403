use openidconnect::{
    AuthUrl, AuthenticationFlow, ClientId as OidcClientId, CsrfToken, IssuerUrl, JsonWebKeySet, Nonce,
    PkceCodeChallenge, RedirectUrl, Scope as OidcScope,
    core::{CoreClient, CoreResponseType},
};
use secrecy::SecretString;
use url::Url;

use super::{ClientRegistration, Endpoints, Error, LaunchHandle, ScopeSyntax, scope};
use crate::fhir::FhirBaseUrl;

const RANDOM_BYTES: u32 = 32;
const OURS: [&str; 10] = [
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

/// A request to send the browser away with, and what to expect when it comes back.
pub struct Authorization {
    /// Where the browser goes.
    pub url: Url,
    /// Comes back unchanged, once, in the same browser.
    pub state: SecretString,
    /// Stands in the id_token.
    pub nonce: SecretString,
    /// Proves at the token endpoint that we are who asked.
    pub code_verifier: SecretString,
}

/// Builds the authorization request of an EHR launch: code flow, PKCE S256, fresh 256-bit `state` and `nonce`.
///
/// `iss` is sent as `aud` exactly as it was received.
///
/// # Errors
/// When the authorization endpoint already carries a parameter that is ours to set.
pub fn build_authorization(
    endpoints: &Endpoints,
    registration: &ClientRegistration,
    iss: &FhirBaseUrl,
    launch: &LaunchHandle,
) -> Result<Authorization, Error> {
    let refuse = |what| Error::Document { document: "smart-configuration", what };
    if endpoints.authorization.query_pairs().any(|(name, _)| OURS.contains(&&*name)) {
        return Err(refuse("authorization_endpoint carries a parameter that is ours to set"));
    }
    let syntax = match registration.scope_syntax {
        ScopeSyntax::Auto => endpoints.scope_syntax,
        chosen => chosen,
    };
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256_len(RANDOM_BYTES);
    let client = CoreClient::new(
        OidcClientId::new(registration.client_id.as_str().to_owned()),
        IssuerUrl::new(endpoints.issuer.as_str().to_owned()).map_err(|_| refuse("issuer is not a URL"))?,
        JsonWebKeySet::new(Vec::new()),
    )
    .set_auth_uri(AuthUrl::from_url(endpoints.authorization.clone()))
    .set_redirect_uri(
        RedirectUrl::new(registration.redirect_uri.clone()).map_err(|_| refuse("redirect URI"))?,
    );
    let (url, state, nonce) = client
        .authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            || CsrfToken::new_random_len(RANDOM_BYTES),
            || Nonce::new_random_len(RANDOM_BYTES),
        )
        .add_scopes(scope::request(&registration.scopes, syntax).into_iter().map(OidcScope::new))
        .set_pkce_challenge(challenge)
        .add_extra_param("aud", iss.as_received())
        .add_extra_param("launch", launch.as_str())
        .url();
    Ok(Authorization {
        url,
        state: state.into_secret().into(),
        nonce: nonce.secret().clone().into(),
        code_verifier: verifier.into_secret().into(),
    })
}
