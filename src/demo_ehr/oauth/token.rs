//! Token endpoint: authorization code, refresh token and client credentials grants.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::misbehave::{broken_off, redirect, web_page};
use crate::demo_ehr::http::parameters::{Parameters, is_form};
use crate::demo_ehr::oauth::client_authentication::authenticate;
use crate::demo_ehr::oauth::client_credentials::grant_to_server;
use crate::demo_ehr::oauth::error::OAuthError;
use crate::demo_ehr::oauth::grants::{Grant, Tokens};
use crate::demo_ehr::oauth::token_response::token_response;
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

/// `POST /auth/token`.
pub(in crate::demo_ehr) async fn token(
    request: HttpRequest,
    body: web::Bytes,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    if let Some(answer) = played(&ehr).await {
        return answer;
    }
    answer(&ehr, &request, &body).await.unwrap_or_else(|refusal| refusal.answer())
}

async fn answer(ehr: &DemoEhr, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, OAuthError> {
    if !is_form(request) {
        return Err(OAuthError::invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    let form = Parameters::parse(body);
    if form.repeated().is_some() {
        return Err(OAuthError::invalid_request("a parameter is repeated"));
    }
    if ehr.plays(Fault::TokenWantsClientIdInBody) && form.get("client_id").is_none() {
        return Err(OAuthError::invalid_request("client_id is missing in the body"));
    }
    let client = authenticate(ehr, request, &form, "token").await?;
    match form.get("grant_type") {
        Some("authorization_code") => exchange_code(ehr, &client.client_id, &form),
        Some("refresh_token") => refresh(ehr, &client.client_id, &form),
        Some("client_credentials") => {
            let grant = grant_to_server(ehr, client, &form)?;
            Ok(token_response(ehr, &issue(ehr, grant, &unguessable(), false)))
        }
        Some(_) => {
            let description = "supported grant types: authorization_code, refresh_token, client_credentials";
            Err(OAuthError::new("unsupported_grant_type", description))
        }
        None => Err(OAuthError::invalid_request("grant_type is missing")),
    }
}

/// Response of a fault that does not depend on the request.
async fn played(ehr: &DemoEhr) -> Option<HttpResponse> {
    Some(match ehr.fault()? {
        Fault::TokenRedirectToCanary => {
            redirect(StatusCode::TEMPORARY_REDIRECT, &format!("{}/token", ehr.canary()))
        }
        Fault::TokenInvalidGrant => OAuthError::invalid_grant("played on demand").answer(),
        Fault::TokenInvalidClient => OAuthError::invalid_client("played on demand").answer(),
        Fault::TokenServerError => HttpResponse::InternalServerError().finish(),
        Fault::IntrospectionInactiveAndTokenDown => HttpResponse::ServiceUnavailable().finish(),
        Fault::TokenTooManyRequests => {
            HttpResponse::TooManyRequests().insert_header(("Retry-After", "7")).finish()
        }
        Fault::TokenHtml => web_page(),
        slow @ Fault::TokenSlow => {
            ehr.outlast(slow).await;
            return None;
        }
        _ => return None,
    })
}

fn exchange_code(ehr: &DemoEhr, client_id: &str, form: &Parameters) -> Result<HttpResponse, OAuthError> {
    let required = |name: &str| {
        form.get(name).ok_or_else(|| OAuthError::invalid_request("a required parameter is missing"))
    };
    let (code, redirect_uri) = (required("code")?, required("redirect_uri")?);
    let invalid_grant = OAuthError::invalid_grant;

    let now = ehr.now();
    let issued = ehr.locked().grants.find_code(code).cloned();
    let issued = issued.ok_or_else(|| invalid_grant("the code is unknown"))?;
    if issued.grant.client_id != client_id {
        return Err(invalid_grant("the code was issued to another client"));
    }
    if !ehr.locked().grants.take_code(code) {
        return Err(invalid_grant("the code was used before; all tokens issued for it are revoked"));
    }
    if !issued.is_live(now) {
        return Err(invalid_grant("the code has expired"));
    }
    if issued.grant.redirect_uri != redirect_uri {
        return Err(invalid_grant("redirect_uri differs from the authorization request"));
    }
    let ignores_pkce = ehr.plays(Fault::TokenIgnoresPkce) || ehr.shape() == Shape::Smart1;
    if !ignores_pkce && !is_verified(&issued.grant, required("code_verifier")?) {
        return Err(invalid_grant("code_verifier does not match"));
    }
    Ok(token_response(ehr, &issue(ehr, issued.grant, &issued.family, false)))
}

/// Checks the code verifier (RFC 7636 section 4.6, S256).
fn is_verified(grant: &Grant, code_verifier: &str) -> bool {
    let unreserved = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    let well_formed = (43..=128).contains(&code_verifier.len()) && code_verifier.chars().all(unreserved);
    well_formed && URL_SAFE_NO_PAD.encode(digest(&SHA256, code_verifier.as_bytes())) == grant.code_challenge
}

fn refresh(ehr: &DemoEhr, client_id: &str, form: &Parameters) -> Result<HttpResponse, OAuthError> {
    let invalid_grant = OAuthError::invalid_grant;
    match ehr.fault() {
        Some(Fault::RefreshInvalidGrant) => return Err(invalid_grant("played on demand")),
        Some(Fault::RefreshServerError) => {
            return Err(OAuthError::server_error("played on demand"));
        }
        _ => {}
    }
    let token = form.get("refresh_token");
    let token = token.ok_or_else(|| OAuthError::invalid_request("refresh_token is missing"))?;
    let issued = ehr.locked().grants.find_refresh_token(token).cloned();
    let mut issued = issued.ok_or_else(|| invalid_grant("the refresh token is unknown"))?;
    if issued.grant.client_id != client_id {
        return Err(invalid_grant("the refresh token was issued to another client"));
    }
    if let Some(scope) = form.get("scope") {
        let narrower: Vec<String> = scope.split(' ').map(str::to_owned).collect();
        if !narrower.iter().all(|scope| issued.grant.has_scope(scope)) {
            return Err(OAuthError::new("invalid_scope", "scope exceeds the granted scopes"));
        }
        issued.grant.scopes = narrower;
    }
    let rotates = !ehr.plays(Fault::RefreshNotRotated);
    if issued.used || (rotates && !ehr.locked().grants.take_refresh_token(token)) {
        ehr.locked().grants.take_refresh_token(token);
        return Err(invalid_grant(
            "the refresh token was used before or revoked; all tokens of its family are revoked",
        ));
    }
    let tokens = issue(ehr, issued.grant, &issued.family, true);
    Ok(if ehr.plays(Fault::RefreshAnswerLost) { broken_off() } else { token_response(ehr, &tokens) })
}

/// Issues new tokens for a grant.
fn issue(ehr: &DemoEhr, grant: Grant, family: &str, refreshed: bool) -> Tokens {
    let wants_refresh = grant.has_scope("online_access") || grant.has_scope("offline_access");
    let rotates = !(refreshed && ehr.plays(Fault::RefreshNotRotated));
    let now = ehr.now();
    let lifetime = grant.token_lifetime(ehr.shape());
    let grants = &mut ehr.locked().grants;
    let access_token = grants.insert_access_token(grant.clone(), family, now, lifetime, refreshed);
    let refresh_token =
        (wants_refresh && rotates).then(|| grants.insert_refresh_token(grant.clone(), family, now));
    Tokens { grant, access_token, refresh_token, refreshed }
}
