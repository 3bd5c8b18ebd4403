//! FHIR update of the resource types that apps may write.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::Value;

use crate::demo_ehr::fhir::access::Access;
use crate::demo_ehr::fhir::answer::{Refused, versioned};
use crate::demo_ehr::fhir::charts::version_of;
use crate::demo_ehr::fhir::faults::play_update;
use crate::demo_ehr::oauth::scopes::Interaction;
use crate::demo_ehr::state::DemoEhr;

/// Resource types that apps may write.
pub(super) const WRITABLE: &[&str] = &["ServiceRequest", "Task"];

/// `PUT /fhir/{type}/{id}`.
pub(in crate::demo_ehr) async fn update(
    request: HttpRequest,
    body: web::Bytes,
    path: web::Path<(String, String)>,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let (resource_type, id) = path.into_inner();
    put(&ehr, &request, &body, &resource_type, &id).unwrap_or_else(|refused| refused.answer())
}

fn put(
    ehr: &DemoEhr,
    request: &HttpRequest,
    body: &[u8],
    resource_type: &str,
    id: &str,
) -> Result<HttpResponse, Refused> {
    if !WRITABLE.contains(&resource_type) {
        let diagnostics = "this server supports updates of ServiceRequest and Task only";
        return Err(Refused::new(StatusCode::METHOD_NOT_ALLOWED, "not-supported", diagnostics));
    }
    let access = Access::check(ehr, request, resource_type, Interaction::Update)?;
    if let Some(played) = play_update(ehr, &access) {
        return Ok(played);
    }
    let mut resource = parse(request, body, resource_type, id)?;
    make_relative(&format!("{}/", ehr.fhir_base_url()), &mut resource);

    let charts = &mut ehr.locked().charts;
    let before = charts.find(resource_type, id);
    if !access.may_change(&resource) || before.as_ref().is_some_and(|before| !access.may_change(before)) {
        let diagnostics = "outside the record of the patient in context";
        return Err(Refused::new(StatusCode::FORBIDDEN, "forbidden", diagnostics));
    }
    check_version(request, before.as_deref())?;
    let kept = charts.put(resource_type, id, resource, &ehr.now().to_string());
    let status = if before.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok(answer(ehr, status, &kept))
}

fn answer(ehr: &DemoEhr, status: StatusCode, kept: &Value) -> HttpResponse {
    let name = |member: &str| kept[member].as_str().unwrap_or_default();
    let (base, version) = (ehr.fhir_base_url(), version_of(kept));
    let location = format!("{base}/{}/{}/_history/{version}", name("resourceType"), name("id"));
    let mut answer = versioned(status, kept);
    if let Ok(location) = header::HeaderValue::from_str(&location) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

/// Parses the body, which must be a resource of the type and id in the URL.
fn parse(request: &HttpRequest, body: &[u8], resource_type: &str, id: &str) -> Result<Value, Refused> {
    let invalid = |diagnostics| Refused::new(StatusCode::BAD_REQUEST, "invalid", diagnostics);
    if !matches!(request.content_type(), "application/fhir+json" | "application/json") {
        let diagnostics = "this server supports application/fhir+json only";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", diagnostics));
    }
    let resource: Value = serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
    if resource["resourceType"] != resource_type {
        return Err(invalid("the body is not a resource of this type"));
    }
    if resource["id"] != id {
        return Err(invalid("the id in the body differs from the id in the URL"));
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    if id.len() > 64 || !id.chars().all(allowed) {
        return Err(invalid("the id is not a FHIR id"));
    }
    Ok(resource)
}

/// Makes absolute references to this server relative, as charts and searches compare them.
fn make_relative(base: &str, node: &mut Value) {
    match node {
        Value::Array(items) => items.iter_mut().for_each(|item| make_relative(base, item)),
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("reference")
                && let Some(relative) = reference.strip_prefix(base)
            {
                *reference = relative.to_owned();
            }
            members.values_mut().for_each(|member| make_relative(base, member));
        }
        _ => {}
    }
}

/// Checks that `If-Match` names the current version (R4, http, "Managing Resource Contention").
fn check_version(request: &HttpRequest, before: Option<&Value>) -> Result<(), Refused> {
    let Some(expected) = request.headers().get(header::IF_MATCH) else {
        return Ok(());
    };
    let current = before.map(|before| format!("\"{}\"", version_of(before)));
    let expected = expected.to_str().unwrap_or_default().split(',').map(str::trim);
    let mut known = expected.map(|etag| etag.strip_prefix("W/").unwrap_or(etag));
    if known.any(|etag| current.as_deref().is_some_and(|current| etag == current || etag == "*")) {
        return Ok(());
    }
    Err(Refused::new(StatusCode::PRECONDITION_FAILED, "conflict", "the resource was changed in the meantime"))
}
