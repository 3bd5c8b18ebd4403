//! Supporting resources of a message: chart resources, QuestionnaireResponse, documents.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    content::MessageContent,
    error::{Error, Refused},
    header::{members, naming, number_system},
    modifier, references,
    requirements::CHOOSABLE_TYPES,
    shape::{self, Members},
};
use crate::fhir::{self, FhirBaseUrl, Subject};

/// The patient in the message.
pub(super) struct PatientEntry {
    /// `Patient/id` on the EHR, if it has an id.
    pub origin: Option<String>,
    /// `fullUrl` in the message.
    pub urn: String,
}

/// Adds the resources chosen from the chart, and returns their `fullUrl`s. Included resources are added too; the builder
/// leaves them out again if none refers to them.
pub(super) fn place_chosen(
    builder: &mut MessageBuilder<'_>,
    content: &MessageContent<'_>,
    subject: &PatientEntry,
) -> Result<Vec<String>, Refused> {
    let mut urns = Vec::new();
    for (index, resource) in content.supporting.iter().enumerate() {
        let resource_type = shape::type_of(resource);
        if !CHOOSABLE_TYPES.contains(&resource_type) {
            let error = Error::Unsupported(resource_type.to_owned());
            return Err(Refused { error, entry: label(resource) });
        }
        check(builder.base, content.patient, resource, subject, true)
            .map_err(|error| Refused { error, entry: label(resource) })?;
        let urn = add(builder, &format!("supporting/{index}"), resource);
        if !urns.contains(&urn) {
            urns.push(urn);
        }
    }
    place_included(builder, content, subject)?;
    Ok(urns)
}

/// Adds the included resources that the chosen ones refer to, directly or through others. An included resource that is
/// not referred to is not checked: it is not sent, whatever it is.
fn place_included(
    builder: &mut MessageBuilder<'_>,
    content: &MessageContent<'_>,
    subject: &PatientEntry,
) -> Result<(), Refused> {
    let mut waiting: Vec<&Value> = content.supporting.iter().collect();
    let named = content.included.iter().enumerate().rev();
    let mut not_placed: BTreeMap<String, (usize, &Value)> =
        named.filter_map(|(index, it)| Some((origin_of(builder, it)?, (index, it)))).collect();
    while let Some(resource) = waiting.pop() {
        for reference in references::all(resource) {
            let Some(origin) = references::origin(reference, builder.base) else { continue };
            let Some((index, included)) = not_placed.remove(&origin) else { continue };
            let resource_type = shape::type_of(included);
            if resource_type == "Medication" || CHOOSABLE_TYPES.contains(&resource_type) {
                check(builder.base, content.patient, included, subject, resource_type != "Medication")
                    .map_err(|error| Refused { error, entry: label(included) })?;
                add(builder, &format!("included/{index}"), included);
                waiting.push(included);
            }
        }
    }
    Ok(())
}

/// Text of an entry as a picker shows it; empty if it has none.
fn label(resource: &Value) -> String {
    let named = fhir::main_concept(resource).and_then(fhir::concept_text_or_code);
    let named = named.or(shape::text(resource, "description"));
    named.or(shape::text(&resource["medicationReference"], "display")).unwrap_or_default().to_owned()
}

fn origin_of(builder: &MessageBuilder<'_>, resource: &Value) -> Option<String> {
    let name = format!("{}/{}", shape::type_of(resource), shape::text(resource, "id")?);
    references::origin(&name, builder.base)
}

/// Adds a resource of the chart, with its `Type/id` on the EHR as origin.
fn add(builder: &mut MessageBuilder<'_>, role: &str, resource: &Value) -> String {
    let origin = origin_of(builder, resource);
    builder.add(role, origin, resource.as_object().cloned().unwrap_or_default())
}

/// Refuses a resource with modifiers, one entered in error, and one that is or may be about another patient.
pub(super) fn check(
    base: &FhirBaseUrl,
    patient: &Value,
    resource: &Value,
    subject: &PatientEntry,
    needs_subject: bool,
) -> Result<(), Error> {
    let resource_type = || shape::type_of(resource).to_owned();
    modifier::refuse_modifiers(resource)?;
    if fhir::is_entered_in_error(resource) {
        return Err(Error::EnteredInError(resource_type()));
    }
    let contained = shape::list(resource, "contained");
    let all_about_patient = [resource]
        .into_iter()
        .chain(contained)
        .flat_map(|part| [&part["subject"], &part["patient"]])
        .filter(|reference| !reference.is_null())
        .all(|reference| is_about(base, patient, reference, subject));
    let has_subject = !resource["subject"].is_null() || !resource["patient"].is_null();
    if !all_about_patient
        || (needs_subject && !has_subject)
        || has_other_focus(base, patient, resource, subject)
    {
        return Err(Error::OtherPatient(resource_type()));
    }
    Ok(())
}

/// Whether a reference is to the patient of the message: to their resource, or by one of their identifiers.
fn is_about(base: &FhirBaseUrl, patient: &Value, reference: &Value, subject: &PatientEntry) -> bool {
    let Some(text) = shape::text(reference, "reference") else {
        return Subject::of_reference(reference, patient) == Subject::ThisPatient;
    };
    let origin = references::origin(text, base);
    text == subject.urn || (origin.is_some() && origin == subject.origin)
}

/// Whether an Observation has a focus other than the patient, such as a fetus, that has no display name: without a name
/// in the message it would read as the patient's own.
fn has_other_focus(base: &FhirBaseUrl, patient: &Value, resource: &Value, subject: &PatientEntry) -> bool {
    shape::list(resource, "focus")
        .any(|focus| shape::text(focus, "display").is_none() && !is_about(base, patient, focus, subject))
}

/// Builds the `QuestionnaireResponse`, about this patient and signed by `author`.
pub(super) fn response(
    builder: &MessageBuilder<'_>,
    content: &MessageContent<'_>,
    subject: &PatientEntry,
    author: &str,
) -> Result<Members, Error> {
    let given = content.response;
    if shape::type_of(given) != "QuestionnaireResponse" {
        return Err(Error::Missing("QuestionnaireResponse"));
    }
    modifier::refuse_modifiers(given)?;
    let own = shape::text(&given["subject"], "reference");
    let origin = own.and_then(|text| references::origin(text, builder.base));
    if origin.is_some() && origin != subject.origin {
        return Err(Error::OtherPatient("QuestionnaireResponse".to_owned()));
    }
    let mut written = shape::resource(
        "QuestionnaireResponse",
        given,
        &["language", "contained", "extension", "questionnaire"],
    );
    let form = shape::text(given, "questionnaire").unwrap_or_default();
    let form = form.split('|').next().unwrap_or_default();
    if let Some(form) = form.rsplit('/').next().filter(|form| !form.is_empty()) {
        let identifier = json!({ "system": naming(content, "form"), "value": form });
        written.insert("identifier".to_owned(), identifier);
    }
    written.insert("status".to_owned(), "completed".into());
    written.insert("subject".to_owned(), json!({ "reference": subject.urn }));
    written.extend(shape::pick(given, &["authored"]));
    written.insert("author".to_owned(), json!({ "reference": author }));
    let mut answers = shape::pick(given, &["item"]);
    answers.values_mut().for_each(|items| refer_to_documents(builder, content, items));
    written.extend(answers);
    Ok(written)
}

/// Own extension of an answer of type attachment: the document with its bytes, which a message carries once.
const ANSWER_DOCUMENT: &str = "https://passerelle.example/fhir/StructureDefinition/answer-document";

fn document_role(index: usize) -> String {
    format!("document/{index}")
}

/// Adds to each answer of type attachment a reference to the document with the same hash.
fn refer_to_documents(builder: &MessageBuilder<'_>, content: &MessageContent<'_>, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refer_to_documents(builder, content, item)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| refer_to_documents(builder, content, member));
            let hash = members.get("valueAttachment").and_then(|attachment| attachment["hash"].as_str());
            let document = content.documents.iter().position(|document| Some(document.hash) == hash);
            if let Some(index) = document {
                let reference = json!({ "reference": builder.urn(&document_role(index)) });
                let extension = json!([{ "url": ANSWER_DOCUMENT, "valueReference": reference }]);
                members.insert("extension".to_owned(), extension);
            }
        }
        _ => {}
    }
}

/// Adds the documents that are not from the chart, and returns their `fullUrl`s.
pub(super) fn place_documents(
    builder: &mut MessageBuilder<'_>,
    content: &MessageContent<'_>,
    subject: &PatientEntry,
    author: &str,
) -> Vec<String> {
    let documents = content.documents.iter().enumerate().map(|(index, document)| {
        let added_at = document.added_at.to_zoned(content.authored_at.time_zone().clone());
        let written = members(json!({
            "resourceType": "DocumentReference",
            "identifier": [{ "system": number_system(content), "value": content.number.trim() }],
            "status": "current",
            "subject": { "reference": subject.urn },
            "date": added_at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            "author": [{ "reference": author }],
            "description": document.title,
            "content": [{ "attachment": {
                "contentType": document.content_type,
                "data": STANDARD.encode(document.content),
                "size": document.content.len(),
                "hash": document.hash,
                "title": document.title,
            } }],
        }));
        builder.add(&document_role(index), None, written)
    });
    documents.collect()
}
