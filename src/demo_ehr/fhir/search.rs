//! FHIR search: filter, sort, page, include.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::demo_ehr::fhir::access::Access;
use crate::demo_ehr::fhir::answer::{fhir_text, outcome};
use crate::demo_ehr::fhir::bundle::{OFFSET, entry};
use crate::demo_ehr::fhir::charts::Resource;
use crate::demo_ehr::fhir::faults::{play_search, spoil_bundle, spoil_text};
use crate::demo_ehr::fhir::search_parameters::{date_of, matches, references_in};
use crate::demo_ehr::fixtures;
use crate::demo_ehr::http::parameters::pairs;
use crate::demo_ehr::oauth::scopes::Interaction;
use crate::demo_ehr::state::DemoEhr;

const DEFAULT_COUNT: usize = 50;
const MAX_COUNT: usize = 200;

/// `GET /fhir/{type}?…` and `POST /fhir/{type}/_search`.
pub(in crate::demo_ehr) async fn search(
    request: HttpRequest,
    body: web::Bytes,
    path: web::Path<String>,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let resource_type = path.into_inner();
    if !fixtures::RESOURCE_TYPES.contains(&resource_type.as_str()) {
        return outcome(
            StatusCode::NOT_FOUND,
            "not-supported",
            "this server does not support that resource type",
        );
    }
    let access = match Access::check(&ehr, &request, &resource_type, Interaction::Search) {
        Ok(access) => access,
        Err(refused) => return refused.answer(),
    };
    let mut parameters = pairs(request.query_string().as_bytes());
    if request.method() == Method::POST {
        parameters.extend(pairs(&body));
    }
    let later = number(&parameters, OFFSET).is_some();
    if let Some(played) = play_search(&ehr, &access, &resource_type, later).await {
        return played;
    }
    let mut bundle = searchset(&ehr, &access, &resource_type, &parameters);
    spoil_bundle(&ehr, &access, &resource_type, &mut bundle);
    fhir_text(StatusCode::OK, spoil_text(&ehr, bundle.to_string()))
}

fn searchset(ehr: &DemoEhr, access: &Access, resource_type: &str, parameters: &[(String, String)]) -> Value {
    let base = ehr.fhir_base_url();
    let found = found(ehr, access, resource_type, parameters);
    let count = number(parameters, "_count").unwrap_or(DEFAULT_COUNT).min(MAX_COUNT);
    let offset = number(parameters, OFFSET).unwrap_or(0).min(found.len());
    let page = &found[offset..found.len().min(offset + count)];

    let mut entries: Vec<Value> = page.iter().map(|resource| entry(ehr, resource, "match")).collect();
    entries.extend(included(ehr, access, page, parameters).iter().map(|it| entry(ehr, it, "include")));
    let mut links =
        vec![json!({"relation": "self", "url": page_url(&base, resource_type, parameters, offset)})];
    if count > 0 && offset + count < found.len() {
        let next = page_url(&base, resource_type, parameters, offset + count);
        links.push(json!({"relation": "next", "url": next}));
    }
    let mut bundle = json!({"resourceType": "Bundle", "type": "searchset", "total": found.len(), "link": links, "entry": entries});
    if entries_are_empty(&bundle)
        && let Some(members) = bundle.as_object_mut()
    {
        // FHIR JSON has no empty arrays.
        members.remove("entry");
    }
    bundle
}

fn entries_are_empty(bundle: &Value) -> bool {
    bundle["entry"].as_array().is_none_or(Vec::is_empty)
}

fn found(
    ehr: &DemoEhr,
    access: &Access,
    resource_type: &str,
    parameters: &[(String, String)],
) -> Vec<Resource> {
    let base = ehr.fhir_base_url();
    let fits =
        |resource: &Value| parameters.iter().all(|(name, value)| matches(&base, resource, name, value));
    let mut found = ehr.locked().charts.of_type(resource_type);
    found.retain(|resource| access.may_see(resource) && fits(resource));
    match parameters.iter().find(|(name, _)| name == "_sort").map(|(_, value)| value.as_str()) {
        Some("-date" | "-authoredon" | "-_lastUpdated" | "-recorded-date" | "-period") => {
            found.sort_by(|one, other| date_of(other).cmp(date_of(one)));
        }
        Some("date" | "authoredon" | "_lastUpdated" | "recorded-date" | "period") => {
            found.sort_by(|one, other| date_of(one).cmp(date_of(other)));
        }
        _ => {}
    }
    found
}

fn number(parameters: &[(String, String)], name: &str) -> Option<usize> {
    parameters.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.parse().ok())
}

fn page_url(base: &str, resource_type: &str, parameters: &[(String, String)], offset: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters.iter().filter(|(name, _)| name != OFFSET));
    if offset > 0 {
        query.append_pair(OFFSET, &offset.to_string());
    }
    format!("{base}/{resource_type}?{}", query.finish())
}

/// Resources named by `_include`, each once, as far as the scopes permit.
fn included(
    ehr: &DemoEhr,
    access: &Access,
    page: &[Resource],
    parameters: &[(String, String)],
) -> Vec<Resource> {
    let base = ehr.fhir_base_url();
    let mut included: Vec<Resource> = Vec::new();
    for (_, wanted) in parameters.iter().filter(|(name, _)| name == "_include") {
        let Some((source, parameter)) = wanted.split_once(':') else {
            continue;
        };
        let parameter = parameter.split(':').next().unwrap_or_default();
        let sources = page.iter().filter(|resource| resource["resourceType"] == source);
        for reference in sources.flat_map(|resource| references_in(&base, resource, parameter)) {
            let target = reference.split_once('/').and_then(|(kind, id)| ehr.locked().charts.find(kind, id));
            let target = target.filter(|it| access.may_include(it) && !included.contains(it));
            included.extend(target);
        }
    }
    included
}
