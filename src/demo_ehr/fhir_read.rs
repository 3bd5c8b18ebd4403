//! `GET /fhir/{type}/{id}`.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::DemoEhr;
use super::fhir_access::Access;
use super::fhir_answer::{outcome, versioned};
use super::fhir_faults::{play_read, spoil_documents};
use super::fixtures;
use super::scopes::Interaction;

pub(super) async fn read(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let (resource_type, id) = path.into_inner();
    if !fixtures::RESOURCE_TYPES.contains(&resource_type.as_str()) {
        return outcome(
            StatusCode::NOT_FOUND,
            "not-supported",
            "this server does not hold that resource type",
        );
    }
    let access = match Access::check(&ehr, &request, &resource_type, Interaction::Read) {
        Ok(access) => access,
        Err(refused) => return refused.answer(),
    };
    if let Some(played) = play_read(&ehr, &access, &resource_type, &id).await {
        return played;
    }
    let found = ehr.locked().charts.find(&resource_type, &id);
    match found.as_deref() {
        None => outcome(StatusCode::NOT_FOUND, "not-found", "no such resource"),
        Some(resource) if !access.may_see(resource) => {
            outcome(StatusCode::FORBIDDEN, "forbidden", "outside the record of the patient in context")
        }
        Some(binary) if resource_type == "Binary" && wants_bytes(&request) => bytes(binary),
        Some(resource) => {
            let mut resource = resource.clone();
            spoil_documents(&ehr, &mut resource);
            versioned(StatusCode::OK, &resource)
        }
    }
}

/// Everything this server does not do.
pub(super) async fn anything_else(request: HttpRequest) -> HttpResponse {
    if request.method() == Method::GET {
        return outcome(StatusCode::NOT_FOUND, "not-found", "there is nothing at this address");
    }
    outcome(StatusCode::METHOD_NOT_ALLOWED, "not-supported", "this server does nothing of that kind here")
}

/// A Binary comes as itself unless FHIR JSON is asked for (R4, Binary, "serving Binary resources").
fn wants_bytes(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepted| !accepted.contains("json"))
}

fn bytes(binary: &Value) -> HttpResponse {
    let data = STANDARD.decode(binary["data"].as_str().unwrap_or_default()).unwrap_or_default();
    let content_type = binary["contentType"].as_str().unwrap_or("application/octet-stream").to_owned();
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type(content_type)
        .body(data)
}
