//! `PUT /fhir/{type}/{id}`: what apps may write.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::DemoEhr;
use super::charts::version_of;
use super::fhir_access::Access;
use super::fhir_answer::{Refused, versioned};
use super::fhir_faults::play_update;
use super::scopes::Interaction;

/// The resource types that apps may write.
pub(super) const WRITABLE: &[&str] = &["ServiceRequest", "Task"];

pub(super) async fn update(
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
        let diagnostics = "this server takes ServiceRequest and Task only";
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

/// The body, if it is a resource of that type and id.
fn parse(request: &HttpRequest, body: &[u8], resource_type: &str, id: &str) -> Result<Value, Refused> {
    let invalid = |diagnostics| Refused::new(StatusCode::BAD_REQUEST, "invalid", diagnostics);
    if !matches!(request.content_type(), "application/fhir+json" | "application/json") {
        let diagnostics = "this server speaks application/fhir+json";
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-supported", diagnostics));
    }
    let resource: Value = serde_json::from_slice(body).map_err(|_| invalid("the body is not JSON"))?;
    if resource["resourceType"] != resource_type {
        return Err(invalid("the body is not a resource of this type"));
    }
    if resource["id"] != id {
        return Err(invalid("the body has another id than the URL"));
    }
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    if id.len() > 64 || !id.chars().all(allowed) {
        return Err(invalid("the id is not a FHIR id"));
    }
    Ok(resource)
}

/// Absolute references to this server become relative ones, so that charts and searches know them again.
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

/// `If-Match` names the version the app has seen (R4, http, "Managing Resource Contention").
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
    Err(Refused::new(
        StatusCode::PRECONDITION_FAILED,
        "conflict",
        "somebody has changed the resource meanwhile",
    ))
}
