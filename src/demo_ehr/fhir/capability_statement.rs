//! `CapabilityStatement` of the simulated EHR.

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fhir::answer::{Refused, fhir};
use crate::demo_ehr::fhir::update::WRITABLE;
use crate::demo_ehr::fixtures::RESOURCE_TYPES;
use crate::demo_ehr::oauth::discovery::without_fault;
use crate::demo_ehr::shapes::documents::security;
use crate::demo_ehr::state::DemoEhr;

fn resource(kind: &str) -> Value {
    let mut resource = json!({"type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}]});
    if let Some(interactions) = resource["interaction"].as_array_mut()
        && WRITABLE.contains(&kind)
    {
        interactions.push(json!({"code": "update"}));
        resource["versioning"] = json!("versioned-update");
        resource["updateCreate"] = json!(true);
    }
    resource
}

/// `GET /fhir/metadata`.
pub(in crate::demo_ehr) async fn metadata(ehr: web::Data<DemoEhr>) -> HttpResponse {
    if ehr.plays(Fault::MetadataNeedsToken) {
        return Refused::unauthorized("Bearer").answer();
    }
    let resources: Vec<Value> = RESOURCE_TYPES.iter().map(|kind| resource(kind)).collect();
    let mut statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-09-01",
        "kind": "instance",
        "software": {"name": "Simulated EHR"},
        "implementation": {"description": "Simulated EHR with fictional patients", "url": ehr.fhir_base_url()},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "security": security(&ehr, &without_fault(&ehr)),
            "resource": resources
        }]
    });
    if ehr.plays(Fault::MetadataOtherFhirVersion) {
        statement["fhirVersion"] = json!("5.0.0");
    }
    let rest = &mut statement["rest"];
    match ehr.fault() {
        Some(Fault::DiscoveryOnlyCapabilityStatement) => *rest = json!([{"mode": "client"}, rest[0]]),
        Some(Fault::DiscoveryOnlyEmptyCapabilityStatement) => rest[0]["security"] = json!({}),
        _ => {}
    }
    fhir(&statement)
}
