//! Published signing keys.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::cached::cached_json;
use crate::demo_ehr::http::misbehave::{pad, redirect, web_page};
use crate::demo_ehr::state::DemoEhr;

/// `GET /auth/jwks.json`.
pub(in crate::demo_ehr) async fn jwks(request: HttpRequest, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let fault = ehr.fault();
    match fault {
        Some(Fault::JwksNotFound) => return HttpResponse::NotFound().finish(),
        Some(Fault::JwksDown) => return HttpResponse::ServiceUnavailable().finish(),
        Some(Fault::JwksHtml) => return web_page(),
        Some(Fault::JwksRedirectToCanary) => {
            return redirect(StatusCode::FOUND, &format!("{}/jwks.json", ehr.canary()));
        }
        Some(slow @ Fault::JwksSlow) => ehr.outlast(slow).await,
        _ => {}
    }
    let mut document = json!({"keys": keys(&ehr, fault)});
    if fault == Some(Fault::JwksHuge) {
        pad(&mut document);
    }
    cached_json(&request, &document)
}

fn keys(ehr: &DemoEhr, fault: Option<Fault>) -> Vec<Value> {
    let state = ehr.locked();
    let mut keys = state.keyring.jwks();
    match fault {
        Some(Fault::JwksEmpty) => keys.clear(),
        Some(Fault::JwksOnlyEd25519) => {
            keys = vec![json!({"kty": "OKP", "crv": "Ed25519", "kid": "ed", "use": "sig", "alg": "EdDSA",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})];
        }
        Some(Fault::IdTokenNoKidSingleKey) => {
            let signing = state.keyring.current.kid(state.signing_alg);
            keys.retain(|key| key["kid"] == signing);
        }
        Some(Fault::JwksBrokenEntriesFirst) => {
            let broken = [
                json!({"kty": "oct", "kid": "symmetric", "k": "c2VjcmV0"}),
                json!({"kty": "RSA", "kid": "no-numbers", "use": "sig"}),
                json!({"kty": "RSA", "kid": "for-encryption", "use": "enc", "n": keys[0]["n"], "e": "AQAB"}),
                json!({"kty": "XYZ", "kid": "unheard-of"}),
                json!({"kty": "EC", "kid": "off-curve", "crv": "P-256", "x": "AQ", "y": "AQ"}),
                json!("not even an object"),
            ];
            keys.splice(0..0, broken);
        }
        _ => {}
    }
    keys
}
