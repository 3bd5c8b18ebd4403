//! Supporting resources of a message: chart resources, QuestionnaireResponse, documents.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    content::MessageContent,
    error::Error,
    header::{members, naming, number_system},
    modifier, references,
    requirements::CHOOSABLE_TYPES,
    shape::{self, Members},
};

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
) -> Result<Vec<String>, Error> {
    let mut urns = Vec::new();
    for (index, resource) in content.supporting.iter().enumerate() {
        let resource_type = shape::type_of(resource);
        if !CHOOSABLE_TYPES.contains(&resource_type) {
            return Err(Error::Unsupported(resource_type.to_owned()));
        }
        check(builder, resource, subject, true)?;
        let urn = add(builder, &format!("supporting/{index}"), resource);
        if !urns.contains(&urn) {
            urns.push(urn);
        }
    }
    for (index, resource) in content.included.iter().enumerate() {
        let resource_type = shape::type_of(resource);
        if resource_type == "Medication" || CHOOSABLE_TYPES.contains(&resource_type) {
            check(builder, resource, subject, resource_type != "Medication")?;
            add(builder, &format!("included/{index}"), resource);
        }
    }
    Ok(urns)
}

/// Adds a resource of the chart, with its `Type/id` on the EHR as origin.
fn add(builder: &mut MessageBuilder<'_>, role: &str, resource: &Value) -> String {
    let name = shape::text(resource, "id").map(|id| format!("{}/{id}", shape::type_of(resource)));
    let origin = name.and_then(|name| references::origin(&name, builder.base));
    builder.add(role, origin, resource.as_object().cloned().unwrap_or_default())
}

/// Refuses a resource with modifiers, one entered in error, and one that is or may be about another patient.
fn check(
    builder: &MessageBuilder<'_>,
    resource: &Value,
    subject: &PatientEntry,
    needs_subject: bool,
) -> Result<(), Error> {
    let resource_type = || shape::type_of(resource).to_owned();
    modifier::refuse_modifiers(resource)?;
    let statuses = [&resource["status"], &resource["docStatus"]];
    let verification = shape::list(&resource["verificationStatus"], "coding").map(|coding| &coding["code"]);
    if statuses.into_iter().chain(verification).any(|status| status == "entered-in-error") {
        return Err(Error::EnteredInError(resource_type()));
    }
    let contained = shape::list(resource, "contained");
    let all_about_patient = [resource]
        .into_iter()
        .chain(contained)
        .flat_map(|part| [&part["subject"], &part["patient"]])
        .filter(|reference| !reference.is_null())
        .all(|reference| is_about(builder, reference, subject));
    let has_subject = !resource["subject"].is_null() || !resource["patient"].is_null();
    if !all_about_patient || (needs_subject && !has_subject) || has_other_focus(builder, resource, subject) {
        return Err(Error::OtherPatient(resource_type()));
    }
    Ok(())
}

fn is_about(builder: &MessageBuilder<'_>, reference: &Value, subject: &PatientEntry) -> bool {
    let Some(text) = shape::text(reference, "reference") else {
        return false;
    };
    let origin = references::origin(text, builder.base);
    text == subject.urn || (origin.is_some() && origin == subject.origin)
}

/// Whether an Observation has a focus other than the patient, such as a fetus, that has no display name: without a name
/// in the message it would read as the patient's own.
fn has_other_focus(builder: &MessageBuilder<'_>, resource: &Value, subject: &PatientEntry) -> bool {
    shape::list(resource, "focus")
        .any(|focus| shape::text(focus, "display").is_none() && !is_about(builder, focus, subject))
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
    written.extend(shape::pick(given, &["item"]));
    Ok(written)
}

/// Adds the documents that are not from the chart, and returns their `fullUrl`s.
pub(super) fn place_documents(
    builder: &mut MessageBuilder<'_>,
    content: &MessageContent<'_>,
    subject: &PatientEntry,
    authored: &str,
    author: &str,
) -> Vec<String> {
    let documents = content.documents.iter().enumerate().map(|(index, document)| {
        let written = members(json!({
            "resourceType": "DocumentReference",
            "identifier": [{ "system": number_system(content), "value": content.number.trim() }],
            "status": "current",
            "subject": { "reference": subject.urn },
            "date": authored,
            "author": [{ "reference": author }],
            "description": document.title,
            "content": [{ "attachment": {
                "contentType": document.content_type,
                "data": STANDARD.encode(document.content),
                "size": document.content.len(),
                "title": document.title,
                "creation": authored,
            } }],
        }));
        builder.add(&format!("document/{index}"), None, written)
    });
    documents.collect()
}
