//! Resources that a form asks to be made of its answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    error::Error,
    references, requirements, shape,
    supporting::{PatientEntry, check},
};
use crate::fhir::FhirBaseUrl;

/// Address of the patient in a resource that is made: the message has another.
pub const SUBJECT: &str = "urn:subject";
/// Address of the answers in a resource that is made.
pub const RESPONSE: &str = "urn:response";
/// Address of the clinician who signs in a resource that is made.
pub const SIGNER: &str = "urn:signer";
/// Own extension of a resource that is made of answers and has no `derivedFrom`: a reference to the response.
const MADE_FROM: &str = "https://passerelle.example/fhir/StructureDefinition/made-from";
/// Types whose subject is the element `patient`.
const OF_PATIENT: [&str; 5] =
    ["AllergyIntolerance", "Device", "FamilyMemberHistory", "Immunization", "RelatedPerson"];

/// Resources of the message that those that are made refer to, by `fullUrl`.
pub(super) struct Made<'m> {
    pub subject: &'m str,
    pub performer: &'m str,
    pub response: &'m str,
}

/// Checks that a resource that is made can be sent with a referral about this patient. One that names no subject is about the
/// patient.
///
/// # Errors
/// The reason against it.
pub fn check_made(resource: &Value, patient: &Value, base: &FhirBaseUrl) -> Result<(), Error> {
    let id = shape::text(patient, "id").map(|id| format!("Patient/{id}"));
    let origin = id.and_then(|id| references::origin(&id, base));
    let subject = PatientEntry { urn: SUBJECT.to_owned(), origin };
    check(base, patient, resource, &subject, false)?;
    let mut whole = resource.clone();
    whole[subject_of(resource)] = json!({ "reference": SUBJECT });
    shape::prune(&mut whole);
    requirements::check_chosen(&whole)
}

/// Adds the resources, which [`check_made`] accepts, and returns their `fullUrl`s.
pub(super) fn place_made(
    builder: &mut MessageBuilder<'_>,
    resources: &[(String, Value)],
    made: &Made<'_>,
) -> Vec<String> {
    let role = |number: usize| format!("made/{number}");
    let mut urns = addresses(resources, |number| builder.urn(&role(number)));
    urns.extend([
        (SUBJECT, made.subject.to_owned()),
        (RESPONSE, made.response.to_owned()),
        (SIGNER, made.performer.to_owned()),
    ]);
    let mut added = Vec::new();
    for (number, (_, resource)) in resources.iter().enumerate() {
        let mut resource = resource.clone();
        lead_to(&mut resource, &urns);
        let subject = subject_of(&resource);
        resource[subject] = json!({ "reference": made.subject });
        let from_answers = json!({ "reference": made.response });
        if shape::type_of(&resource) == "Observation" {
            resource["performer"] = json!([{ "reference": made.performer }]);
            push(&mut resource, "derivedFrom", from_answers);
        } else {
            push(&mut resource, "extension", json!({ "url": MADE_FROM, "valueReference": from_answers }));
        }
        let members = resource.as_object().cloned().unwrap_or_default();
        added.push(builder.add(&role(number), None, members));
    }
    added
}

/// Whether a resource of a message is made of the answers of the response with this `fullUrl`.
#[must_use]
pub fn is_made(resource: &Value, response: &str) -> bool {
    let marks = shape::list(resource, "extension").filter(|mark| mark["url"] == MADE_FROM);
    let marks = marks.map(|mark| &mark["valueReference"]);
    let is_observation = shape::type_of(resource) == "Observation";
    let sources = shape::list(resource, "derivedFrom").filter(|_| is_observation);
    marks.chain(sources).any(|source| source["reference"] == response)
}

/// Returns a resource without the mark that it is made of answers.
#[must_use]
pub fn without_mark(resource: &Value) -> Value {
    let mut resource = resource.clone();
    if let Some(extensions) = resource["extension"].as_array_mut() {
        extensions.retain(|extension| extension["url"] != MADE_FROM);
    }
    resource
}

fn subject_of(resource: &Value) -> &'static str {
    if OF_PATIENT.contains(&shape::type_of(resource)) { "patient" } else { "subject" }
}

/// Returns the `fullUrl`s by the addresses under which the resources refer to each other. An address that two have is none.
fn addresses(resources: &[(String, Value)], urn: impl Fn(usize) -> String) -> BTreeMap<&str, String> {
    let (mut urns, mut shared) = (BTreeMap::new(), BTreeSet::new());
    for (number, (address, _)) in resources.iter().enumerate() {
        if urns.insert(address.as_str(), urn(number)).is_some() {
            shared.insert(address.as_str());
        }
    }
    urns.retain(|address, _| !shared.contains(address));
    urns
}

fn push(resource: &mut Value, name: &str, element: Value) {
    match resource[name].as_array_mut() {
        Some(elements) if elements.contains(&element) => {}
        Some(elements) => elements.push(element),
        None => resource[name] = json!([element]),
    }
}

/// Rewrites the references to the other resources that are made, the patient, the answers and the signer.
fn lead_to(value: &mut Value, urns: &BTreeMap<&str, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| lead_to(item, urns)),
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("reference")
                && let Some(urn) = urns.get(reference.as_str())
            {
                reference.clone_from(urn);
            }
            members.values_mut().for_each(|member| lead_to(member, urns));
        }
        _ => {}
    }
}
