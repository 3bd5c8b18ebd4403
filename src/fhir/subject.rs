//! Comparison of a resource's subject with the patient of a chart.

use serde_json::Value;

/// Relation of a resource to the patient of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// It is about this patient, or of a type that is about no patient.
    ThisPatient,
    /// It is about another patient.
    AnotherPatient,
    /// It names no patient, or one that cannot be compared: on another server, or by an unknown identifier.
    Unknown,
}

/// Elements that refer to the patient, in the resource types of the Patient compartment.
const SUBJECTS: [&str; 4] = ["subject", "patient", "beneficiary", "individual"];

/// Resource types that a search may include and that are about no patient.
const ABOUT_NO_PATIENT: [&str; 13] = [
    "Device",
    "Endpoint",
    "HealthcareService",
    "Location",
    "Medication",
    "OperationOutcome",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "Schedule",
    "Substance",
    "ValueSet",
];

impl Subject {
    /// Compares a resource with a Patient of the same server. References are relative, as [`Client`](super::Client)
    /// writes them.
    #[must_use]
    pub fn of(resource: &Value, patient: &Value) -> Self {
        let kind = resource["resourceType"].as_str().unwrap_or_default();
        if kind == "Patient" {
            return if resource["id"] == patient["id"] { Self::ThisPatient } else { Self::AnotherPatient };
        }
        let named = SUBJECTS.iter().map(|name| &resource[*name]).find(|subject| !subject.is_null());
        let participants = || {
            let actors = resource["participant"].as_array().into_iter().flatten().map(|it| &it["actor"]);
            actors
                .filter(|actor| actor["reference"].as_str().is_some_and(|text| text.starts_with("Patient/")))
        };
        match named {
            Some(Value::Array(subjects)) => Self::any(subjects.iter(), patient),
            Some(subject) => Self::of_reference(subject, patient),
            None if kind == "Appointment" => Self::any(participants(), patient),
            None if ABOUT_NO_PATIENT.contains(&kind) => Self::ThisPatient,
            None => Self::Unknown,
        }
    }

    /// Compares one reference with the Patient.
    #[must_use]
    pub fn of_reference(reference: &Value, patient: &Value) -> Self {
        match reference["reference"].as_str() {
            Some(text) => match text.strip_prefix("Patient/") {
                Some(id) if patient["id"] == id => Self::ThisPatient,
                None if text.contains(':') || text.starts_with('#') => Self::Unknown,
                // Another patient, or a subject of another type, such as a Group or a Device.
                Some(_) | None => Self::AnotherPatient,
            },
            None => Self::of_identifier(&reference["identifier"], patient),
        }
    }

    fn of_identifier(identifier: &Value, patient: &Value) -> Self {
        let own = patient["identifier"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut same_system = own
            .iter()
            .filter(|it| it["system"].is_string() && it["system"] == identifier["system"])
            .peekable();
        if same_system.peek().is_none() || !identifier["value"].is_string() {
            Self::Unknown
        } else if same_system.any(|it| it["value"] == identifier["value"]) {
            Self::ThisPatient
        } else {
            Self::AnotherPatient
        }
    }

    fn any<'v>(references: impl Iterator<Item = &'v Value>, patient: &Value) -> Self {
        let found: Vec<Self> = references.map(|it| Self::of_reference(it, patient)).collect();
        if found.contains(&Self::ThisPatient) {
            Self::ThisPatient
        } else if found.contains(&Self::AnotherPatient) {
            Self::AnotherPatient
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn compares_references_and_identifiers_with_the_patient() {
        let patient = json!({ "resourceType": "Patient", "id": "p1", "identifier": [{ "system": "urn:m", "value": "77" }] });
        let condition = |subject: Value| json!({ "resourceType": "Condition", "subject": subject });
        for (resource, subject) in [
            (condition(json!({ "reference": "Patient/p1" })), Subject::ThisPatient),
            (condition(json!({ "reference": "Patient/p2" })), Subject::AnotherPatient),
            (condition(json!({ "reference": "http://internal/fhir/Patient/p1" })), Subject::Unknown),
            (condition(json!({ "identifier": { "system": "urn:m", "value": "77" } })), Subject::ThisPatient),
            (
                condition(json!({ "identifier": { "system": "urn:m", "value": "78" } })),
                Subject::AnotherPatient,
            ),
            (condition(json!({ "identifier": { "system": "urn:n", "value": "77" } })), Subject::Unknown),
            (condition(json!({ "display": "Ann Sample" })), Subject::Unknown),
            (condition(json!({ "reference": "Group/g1" })), Subject::AnotherPatient),
            (json!({ "resourceType": "Condition" }), Subject::Unknown),
            (json!({ "resourceType": "Organization" }), Subject::ThisPatient),
            (
                json!({ "resourceType": "Coverage", "beneficiary": { "reference": "Patient/p1" } }),
                Subject::ThisPatient,
            ),
            (
                json!({ "resourceType": "Account", "subject": [{ "reference": "Patient/p1" }] }),
                Subject::ThisPatient,
            ),
            (
                json!({ "resourceType": "Appointment", "participant": [{ "actor": { "reference": "Patient/p2" } }] }),
                Subject::AnotherPatient,
            ),
            (json!({ "resourceType": "Patient", "id": "p2" }), Subject::AnotherPatient),
        ] {
            assert_eq!(Subject::of(&resource, &patient), subject, "{resource}");
        }
    }
}
