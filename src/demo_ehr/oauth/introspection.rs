//! Token introspection (RFC 7662) and revocation (RFC 7009).

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::misbehave::{pad, redirect, web_page};
use crate::demo_ehr::http::parameters::{Parameters, is_form};
use crate::demo_ehr::oauth::client_authentication::authenticate;
use crate::demo_ehr::oauth::error::{OAuthError, uncached, uncached_json};
use crate::demo_ehr::oauth::grants::Issued;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

/// `POST /auth/introspect`.
pub(in crate::demo_ehr) async fn introspect(
    request: HttpRequest,
    body: web::Bytes,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    match ehr.fault() {
        Some(Fault::IntrospectionServerError) => return HttpResponse::InternalServerError().finish(),
        Some(Fault::IntrospectionNotFound) => return HttpResponse::NotFound().finish(),
        Some(Fault::IntrospectionHtml) => return web_page(),
        Some(Fault::IntrospectionRedirectToCanary) => {
            let location = format!("{}/introspect", ehr.canary());
            return redirect(StatusCode::TEMPORARY_REDIRECT, &location);
        }
        Some(Fault::IntrospectionUnauthorized) => {
            return OAuthError::invalid_client("this client may not introspect tokens").answer();
        }
        Some(slow @ Fault::IntrospectionSlow) => ehr.outlast(slow).await,
        _ => {}
    }
    read_request(&ehr, &request, &body, "introspect").await.map_or_else(
        |refusal| refusal.answer(),
        |(client_id, token)| {
            let found = ehr.locked().grants.find_access_token(&token, ehr.now()).cloned();
            let own = found.filter(|issued| issued.grant.client_id == client_id);
            let reported_inactive =
                [Fault::IntrospectionSaysInactive, Fault::IntrospectionInactiveAndTokenDown];
            let own = own.filter(|_| !ehr.fault().is_some_and(|fault| reported_inactive.contains(&fault)));
            own.map_or_else(|| inactive(&ehr), |issued| respond(&ehr, StatusCode::OK, active(&ehr, &issued)))
        },
    )
}

/// Response with the active fault applied.
fn respond(ehr: &DemoEhr, status: StatusCode, mut answer: Value) -> HttpResponse {
    match ehr.fault() {
        Some(Fault::IntrospectionActiveAsText) => answer["active"] = json!(answer["active"].to_string()),
        Some(Fault::IntrospectionHuge) => pad(&mut answer),
        Some(Fault::IntrospectionActiveMissing) => answer["active"] = Value::Null,
        Some(Fault::IntrospectionActiveTwice) => {
            return uncached(status, r#"{"active":false,"active":true}"#.to_owned());
        }
        _ => {}
    }
    uncached_json(status, &answer)
}

/// `POST /auth/revoke`.
pub(in crate::demo_ehr) async fn revoke(
    request: HttpRequest,
    body: web::Bytes,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    match ehr.fault() {
        Some(Fault::RevocationServerError) => return HttpResponse::InternalServerError().finish(),
        Some(slow @ Fault::RevocationSlow) => ehr.outlast(slow).await,
        _ => {}
    }
    read_request(&ehr, &request, &body, "revoke").await.map_or_else(
        |refusal| refusal.answer(),
        |(client_id, token)| {
            ehr.locked().grants.revoke(&token, &client_id);
            HttpResponse::Ok().finish()
        },
    )
}

/// Authenticates the client and returns its id and the token in the request.
async fn read_request(
    ehr: &DemoEhr,
    request: &HttpRequest,
    body: &[u8],
    endpoint: &str,
) -> Result<(String, String), OAuthError> {
    if !is_form(request) {
        return Err(OAuthError::invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    let form = Parameters::parse(body);
    let client_id = authenticate(ehr, request, &form, endpoint).await?.client_id.clone();
    let token = form.get("token").ok_or_else(|| OAuthError::invalid_request("token is missing"))?;
    Ok((client_id, token.to_owned()))
}

fn inactive(ehr: &DemoEhr) -> HttpResponse {
    if ehr.fault() == Some(Fault::IntrospectionInactiveWithMembers) {
        let members = json!({"active": false, "scope": "launch openid", "patient": "eleonore", "exp": 1,
            "token_type": "Bearer", "__vendor": {"active": true}});
        return respond(ehr, StatusCode::OK, members);
    }
    if ehr.shape() != Shape::Smile {
        return respond(ehr, StatusCode::OK, json!({"active": false}));
    }
    let empty = json!({"active": false, "scope": "", "client_id": "", "token_type": "", "exp": "", "iat": "",
        "iss": ""});
    respond(ehr, StatusCode::NOT_FOUND, empty)
}

fn active(ehr: &DemoEhr, issued: &Issued) -> Value {
    let mut answer = json!({
        "active": true,
        "client_id": issued.grant.client_id,
        "scope": issued.grant.scopes.join(" "),
        "token_type": "Bearer",
        "iss": ehr.issuer(),
        "iat": issued.issued_at.as_second(),
        "exp": issued.expires_at.map(Timestamp::as_second),
    });
    for (name, value) in
        [("patient", &issued.grant.context.patient), ("encounter", &issued.grant.context.encounter)]
    {
        if let Some(value) = value {
            answer[name] = json!(value);
        }
    }
    if let Some(user) = issued.grant.signed_in() {
        answer["sub"] = json!(user.sub);
        answer[ehr.shape().user_claim()] = json!(format!("{}/{}", ehr.fhir_base_url(), user.fhir_user));
    }
    answer
}
