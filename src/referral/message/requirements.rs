//! Elements that the guide and FHIR require of the resources of a message.

use serde_json::Value;

use super::{error::Error, shape};

/// Resource types that the guide has a profile for.
pub(super) const PROFILED_TYPES: &[&str] = &[
    "MessageHeader",
    "ServiceRequest",
    "Patient",
    "PractitionerRole",
    "Practitioner",
    "Organization",
    "Location",
    "HealthcareService",
    "DocumentReference",
    "QuestionnaireResponse",
];

/// Resource types that a clinician may choose from a chart.
pub(super) const CHOOSABLE_TYPES: &[&str] = &[
    "AllergyIntolerance",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "FamilyMemberHistory",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
];

/// Required elements by resource type, as JSON pointers. Of pointers joined by `|`, one is enough.
pub(super) const REQUIRED_ELEMENTS: &[(&str, &[&str])] = &[
    (
        "MessageHeader",
        &[
            "/meta/profile/0",
            "/eventCoding/system",
            "/eventCoding/code",
            "/extension/0/valueIdentifier/system",
            "/extension/0/valueIdentifier/value",
            "/extension/1/valueCoding/code",
            "/destination/0/endpoint",
            "/destination/0/receiver/reference",
            "/source/endpoint",
            "/source/name",
            "/sender/reference",
            "/author/reference",
            "/focus/0/reference",
        ],
    ),
    (
        "ServiceRequest",
        &[
            "/meta/profile/0",
            "/identifier/0/system",
            "/identifier/0/value",
            "/status",
            "/intent",
            "/category/0/coding/0/system",
            "/category/0/coding/0/code",
            "/category/0/coding/0/display",
            "/code/coding/0/system",
            "/code/coding/0/code",
            "/code/coding/0/display",
            "/priority",
            "/subject/reference",
            "/authoredOn",
            "/requester/reference",
            "/performer/0/reference",
            "/reasonCode/0/text",
            "/supportingInfo/0/reference",
        ],
    ),
    (
        "Patient",
        &[
            "/meta/profile/0",
            "/name/0/family|/name/0/given/0|/name/0/_family",
            "/birthDate|/_birthDate",
            "/gender|/_gender",
        ],
    ),
    ("PractitionerRole", &["/organization/reference|/location/0/reference"]),
    ("Practitioner", &["/name/0/family|/name/0/given/0|/name/0/_family"]),
    ("HealthcareService", &["/name"]),
    ("Organization", &["/name|/_name|/identifier/0/value"]),
    ("QuestionnaireResponse", &["/status", "/subject/reference", "/author/reference"]),
    ("DocumentReference", &["/status", "/content/0/attachment"]),
    ("Condition", &["/subject/reference", "/code"]),
    ("AllergyIntolerance", &["/patient/reference", "/code"]),
    ("Observation", &["/status", "/subject/reference", "/code"]),
    ("DiagnosticReport", &["/status", "/subject/reference", "/code"]),
    ("Procedure", &["/status", "/subject/reference", "/code"]),
    ("Medication", &["/code"]),
    (
        "MedicationRequest",
        &["/status", "/subject/reference", "/medicationCodeableConcept|/medicationReference"],
    ),
    (
        "MedicationStatement",
        &["/status", "/subject/reference", "/medicationCodeableConcept|/medicationReference"],
    ),
    ("Immunization", &["/status", "/patient/reference", "/vaccineCode"]),
    ("FamilyMemberHistory", &["/status", "/patient/reference", "/relationship"]),
    ("Device", &["/patient/reference"]),
];

/// Lists the required elements that a resource lacks.
pub(super) fn missing(resource: &Value) -> Vec<&'static str> {
    let resource_type = shape::type_of(resource);
    let of_type = REQUIRED_ELEMENTS.iter().filter(|(name, _)| *name == resource_type);
    let lacks =
        |alternatives: &&&str| alternatives.split('|').all(|pointer| resource.pointer(pointer).is_none());
    of_type.flat_map(|(_, pointers)| pointers.iter().filter(lacks).copied()).collect()
}

/// Refuses a chosen resource that, as it would be sent, has no code or text, or lacks an element that FHIR requires.
pub(super) fn check_chosen(resource: &Value) -> Result<(), Error> {
    let resource_type = shape::type_of(resource);
    if resource_type != "Medication" && !CHOOSABLE_TYPES.contains(&resource_type) {
        return Ok(());
    }
    let concepts = ["code", "medicationCodeableConcept", "vaccineCode", "relationship"];
    let is_empty = |name: &str| {
        let concept = &resource[name];
        let coded = shape::list(concept, "coding")
            .any(|coding| shape::text(coding, "code").is_some() || shape::text(coding, "display").is_some());
        !concept.is_null() && !coded && shape::text(concept, "text").is_none()
    };
    if concepts.iter().any(|name| is_empty(name)) || !missing(resource).is_empty() {
        return Err(Error::NoCode(resource_type.to_owned()));
    }
    Ok(())
}
