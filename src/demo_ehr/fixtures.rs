//! Charts of fictional patients, embedded as JSON.

use std::sync::OnceLock;

use serde_json::Value;

/// Resource types of this EHR, and of the scopes that it grants.
pub(super) const RESOURCE_TYPES: &[&str] = &[
    "AllergyIntolerance",
    "Binary",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "FamilyMemberHistory",
    "Immunization",
    "Location",
    "MedicationRequest",
    "Observation",
    "Organization",
    "Patient",
    "Person",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "RelatedPerson",
    "ServiceRequest",
    "Task",
];

const FILES: [&str; 6] = [
    include_str!("fixtures/clinic.json"),
    include_str!("fixtures/eleonore.json"),
    include_str!("fixtures/marc-andre.json"),
    include_str!("fixtures/patients.json"),
    include_str!("fixtures/charts.json"),
    include_str!("fixtures/service_requests.json"),
];

/// All resources, in file order.
pub(super) fn resources() -> &'static [Value] {
    static RESOURCES: OnceLock<Vec<Value>> = OnceLock::new();
    RESOURCES.get_or_init(|| {
        let parse = |text| serde_json::from_str::<Vec<Value>>(text);
        FILES
            .iter()
            .flat_map(|text| parse(text).expect("fixtures are JSON arrays; a test reads them all"))
            .collect()
    })
}

/// Lists the resources of one type.
pub(super) fn of_type(resource_type: &str) -> impl Iterator<Item = &'static Value> {
    resources().iter().filter(move |resource| resource["resourceType"] == resource_type)
}

/// Finds one resource by type and id.
pub(super) fn find(resource_type: &str, id: &str) -> Option<&'static Value> {
    of_type(resource_type).find(|resource| resource["id"] == id)
}

/// Id of the patient whose record a resource belongs to, or `None` if it belongs to no patient.
pub(super) fn patient_of(resource: &Value) -> Option<&str> {
    if resource["resourceType"] == "Patient" {
        return resource["id"].as_str();
    }
    let references = ["subject", "patient", "for", "securityContext"].map(|member| &resource[member]);
    references.into_iter().find_map(|it| it["reference"].as_str()?.strip_prefix("Patient/"))
}

/// Ids of a patient other than `own`, and of an encounter of that patient.
pub(super) fn other_patient(own: &str) -> (&'static str, &'static str) {
    if own == "eleonore" { ("marc-andre", "marc-andre-visit") } else { ("eleonore", "eleonore-visit") }
}

/// Id of the patient's encounter in progress.
pub(super) fn current_encounter(patient: &str) -> Option<&'static str> {
    of_type("Encounter")
        .find(|it| it["status"] == "in-progress" && patient_of(it) == Some(patient))
        .and_then(|it| it["id"].as_str())
}
