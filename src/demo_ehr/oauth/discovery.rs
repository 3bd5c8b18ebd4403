//! `smart-configuration` and `openid-configuration`, and their faults.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::cached::{cached, cached_json};
use crate::demo_ehr::http::gzip_bomb::gzip_bomb;
use crate::demo_ehr::http::misbehave::{cut, drip, endless, pad, redirect, web_page};
use crate::demo_ehr::oauth::client_assertion::signing_algs;
use crate::demo_ehr::shapes::documents::reshape_configuration;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::DemoEhr;

/// `GET /fhir/.well-known/smart-configuration`.
pub(in crate::demo_ehr) async fn smart_configuration(
    request: HttpRequest,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    if ehr.shape() == Shape::Smart1 {
        return HttpResponse::NotFound().finish();
    }
    let fault = ehr.fault();
    match fault {
        Some(
            Fault::DiscoveryNotFound
            | Fault::DiscoveryOnlyCapabilityStatement
            | Fault::DiscoveryOnlyEmptyCapabilityStatement,
        ) => return HttpResponse::NotFound().finish(),
        Some(Fault::DiscoveryServerError) => return HttpResponse::InternalServerError().finish(),
        Some(Fault::DiscoveryHtml) => return web_page(),
        Some(Fault::DiscoveryRedirectToCanary) => {
            let location = format!("{}/.well-known/smart-configuration", ehr.canary());
            return redirect(StatusCode::FOUND, &location);
        }
        Some(slow @ Fault::DiscoverySlow) => ehr.outlast(slow).await,
        Some(Fault::DiscoveryDrip) => return drip(without_fault(&ehr).to_string()),
        Some(Fault::DiscoveryEndless) => return endless(),
        Some(Fault::DiscoveryGzipBomb) => {
            return HttpResponse::Ok()
                .insert_header((header::CONTENT_ENCODING, "gzip"))
                .content_type("application/json")
                .body(gzip_bomb(&without_fault(&ehr).to_string()));
        }
        _ => {}
    }
    let content_type =
        if fault == Some(Fault::DiscoveryAsFhirJson) { "application/fhir+json" } else { "application/json" };
    cached(&request, content_type, played_text(&ehr, fault, without_fault(&ehr)))
}

/// Builds smart-configuration without a fault.
pub(in crate::demo_ehr) fn without_fault(ehr: &DemoEhr) -> Value {
    let mut document = json!({
        "issuer": ehr.issuer(),
        "jwks_uri": ehr.endpoint("jwks.json"),
        "authorization_endpoint": ehr.endpoint("authorize"),
        "token_endpoint": ehr.endpoint("token"),
        "introspection_endpoint": ehr.endpoint("introspect"),
        "revocation_endpoint": ehr.endpoint("revoke"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": signing_algs(ehr),
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "fhirUser", "launch", "launch/patient", "launch/encounter", "online_access",
            "offline_access", "patient/*.rs", "user/*.rs", "patient/*.read", "user/*.read", "system/*.rs", "system/*.read",
            "system/ServiceRequest.ru"],
        "capabilities": ["launch-ehr", "launch-standalone", "authorize-post", "client-confidential-symmetric",
            "client-confidential-asymmetric",
            "sso-openid-connect", "context-ehr-patient", "context-ehr-encounter", "context-banner", "context-style",
            "permission-patient", "permission-user", "permission-v1", "permission-v2", "permission-offline",
            "permission-online"]
    });
    reshape_configuration(ehr, &mut document);
    document
}

fn played_text(ehr: &DemoEhr, fault: Option<Fault>, mut document: Value) -> String {
    if let Some(fault) = fault {
        spoil(ehr, fault, &mut document);
    }
    match fault {
        Some(Fault::DiscoveryTruncated) => cut(&document),
        Some(Fault::DiscoveryNotAnObject) => json!([document]).to_string(),
        Some(Fault::DiscoveryDeepNesting) => {
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            document.to_string().replacen('{', &format!(r#"{{"deep":{deep},"#), 1)
        }
        Some(Fault::DiscoveryDuplicateIssuer) => {
            let first = format!(r#"{{"issuer":"{}/another","#, ehr.issuer());
            document.to_string().replacen('{', &first, 1)
        }
        _ => document.to_string(),
    }
}

fn spoil(ehr: &DemoEhr, fault: Fault, document: &mut Value) {
    let canary = ehr.canary();
    let issuer = ehr.issuer();
    let path = ehr.settings.base_url.path().trim_end_matches('/').to_owned();
    let mut set = |name: &str, value: Value| document[name] = value;
    match fault {
        Fault::DiscoveryImpostor => set("issuer", json!(canary)),
        Fault::DiscoveryIssuerDiffers => set("issuer", json!(format!("{issuer}/another"))),
        Fault::DiscoveryTokenEndpointOnForeignHost => set("token_endpoint", json!(format!("{canary}/token"))),
        Fault::DiscoveryTokenEndpointWithFragment => {
            set("token_endpoint", json!(format!("{}#x", ehr.endpoint("token"))));
        }
        Fault::DiscoveryAuthorizeEndpointOnForeignHost => {
            set("authorization_endpoint", json!(format!("{canary}/authorize")));
        }
        Fault::DiscoveryAuthorizeEndpointJavascript => {
            set("authorization_endpoint", json!("javascript:alert('demo-ehr')"));
        }
        Fault::DiscoveryAuthorizeEndpointWithQuery => {
            let own = "policy=1&client_id=another-client&state=another-state";
            let endpoint = format!("{}?{own}", ehr.endpoint("authorize"));
            set("authorization_endpoint", json!(endpoint));
        }
        Fault::DiscoveryIntrospectionEndpointOnForeignHost => {
            set("introspection_endpoint", json!(format!("{canary}/introspect")));
        }
        Fault::DiscoveryJwksUriOnForeignHost => set("jwks_uri", json!(format!("{canary}/jwks.json"))),
        Fault::DiscoveryOnlyBasic => {
            set("token_endpoint_auth_methods_supported", json!(["client_secret_basic"]));
        }
        Fault::DiscoveryTokenEndpointFtp => {
            set("token_endpoint", json!(format!("ftp{}", ehr.endpoint("token").trim_start_matches("http"))));
        }
        Fault::DiscoveryOnlyPermissionV1 => {
            if let Some(capabilities) = document["capabilities"].as_array_mut() {
                capabilities.retain(|one| one != "permission-v2");
            }
        }
        Fault::DiscoveryPlainPkceOnly => set("code_challenge_methods_supported", json!(["plain"])),
        Fault::DiscoveryIssPromised | Fault::DiscoveryIssPromisedAndKept => {
            set("authorization_response_iss_parameter_supported", json!(true));
        }
        Fault::DiscoveryWrongTypes => {
            set("token_endpoint", json!(5));
            set("capabilities", Value::Null);
        }
        Fault::DiscoveryRelativeEndpoints => {
            set("authorization_endpoint", json!(format!("{path}/auth/authorize")));
            set("token_endpoint", json!(format!("{path}/auth/token")));
        }
        Fault::DiscoveryHugeBody => pad(document),
        Fault::DiscoveryIntrospectionEndpointMissing => {
            keep(document, |name| name != "introspection_endpoint");
        }
        Fault::DiscoveryTokenEndpointMissing => keep(document, |name| name != "token_endpoint"),
        Fault::DiscoveryMinimal => {
            keep(document, |name| matches!(name, "authorization_endpoint" | "token_endpoint"));
        }
        _ => {}
    }
}

fn keep(document: &mut Value, wanted: impl Fn(&str) -> bool) {
    if let Some(members) = document.as_object_mut() {
        members.retain(|name, _| wanted(name));
    }
}

/// `GET /auth/.well-known/openid-configuration`, or at the path that the EHR's shape uses.
pub(in crate::demo_ehr) async fn openid_configuration(
    request: HttpRequest,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    if !ehr.shape().serves_openid_configuration_at(request.path()) {
        return HttpResponse::NotFound().finish();
    }
    let issuer = ehr.issuer();
    let mut document = json!({
        "issuer": issuer,
        "jwks_uri": ehr.endpoint("jwks.json"),
        "authorization_endpoint": ehr.endpoint("authorize"),
        "token_endpoint": ehr.endpoint("token"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "scopes_supported": ["openid", "fhirUser"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", ehr.shape().user_claim(), "at_hash"]
    });
    match ehr.fault() {
        Some(Fault::OpenidConfigurationIssuerDiffers) => {
            document["issuer"] = json!(format!("{issuer}/another"));
        }
        Some(Fault::OpenidConfigurationForeignEndpoints) => {
            document["authorization_endpoint"] = json!(format!("{}/authorize", ehr.canary()));
            document["token_endpoint"] = json!(format!("{}/token", ehr.canary()));
        }
        _ => {}
    }
    cached_json(&request, &document)
}
