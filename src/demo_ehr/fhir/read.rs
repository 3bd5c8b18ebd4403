//! FHIR read.

use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::demo_ehr::fhir::access::Access;
use crate::demo_ehr::fhir::answer::{bytes, outcome, versioned};
use crate::demo_ehr::fhir::document_faults::{spoil_documents, spoiled_content};
use crate::demo_ehr::fhir::faults::play_read;
use crate::demo_ehr::fixtures;
use crate::demo_ehr::oauth::scopes::Interaction;
use crate::demo_ehr::state::DemoEhr;

/// `GET /fhir/{type}/{id}`.
pub(in crate::demo_ehr) async fn read(
    request: HttpRequest,
    path: web::Path<(String, String)>,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let (resource_type, id) = path.into_inner();
    if !fixtures::RESOURCE_TYPES.contains(&resource_type.as_str()) {
        return outcome(
            StatusCode::NOT_FOUND,
            "not-supported",
            "this server does not support that resource type",
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
        Some(binary) if resource_type == "Binary" => spoiled_content(&ehr, binary).unwrap_or_else(|| {
            if wants_bytes(&request) { bytes(binary) } else { versioned(StatusCode::OK, binary) }
        }),
        Some(resource) => {
            let mut resource = resource.clone();
            spoil_documents(&ehr, &mut resource);
            versioned(StatusCode::OK, &resource)
        }
    }
}

/// Any other request below `/fhir/`.
pub(in crate::demo_ehr) async fn anything_else(request: HttpRequest) -> HttpResponse {
    if request.method() == Method::GET {
        return outcome(StatusCode::NOT_FOUND, "not-found", "no resource at this URL");
    }
    outcome(StatusCode::METHOD_NOT_ALLOWED, "not-supported", "this server does not support that method here")
}

/// Whether the client wants the content of a Binary: it does not accept JSON (R4, Binary, "serving Binary resources").
fn wants_bytes(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepts.is_some_and(|accepted| !accepted.contains("json"))
}
