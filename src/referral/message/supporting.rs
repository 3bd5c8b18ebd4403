use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    Error,
    draft::Draft,
    header::{members, naming, number_system},
    modifier, references,
    referral::Referral,
    requirements::CHOSEN,
    shape::{self, Members},
};

/// What is known of the patient: `Patient/id` on the EHR, if it has an id, and `fullUrl` in the message.
pub(super) struct Subject {
    pub origin: Option<String>,
    pub urn: String,
}

/// Adds what was chosen from the chart, and gives the `fullUrl`s. What only came along is added too, and falls out
/// again when nothing leads to it.
pub(super) fn place_chosen(
    draft: &mut Draft<'_>,
    referral: &Referral<'_>,
    subject: &Subject,
) -> Result<Vec<String>, Error> {
    let mut urns = Vec::new();
    for (index, resource) in referral.supporting.iter().enumerate() {
        let resource_type = shape::type_of(resource);
        if !CHOSEN.contains(&resource_type) {
            return Err(Error::Unsupported(resource_type.to_owned()));
        }
        check(draft, resource, subject, true)?;
        let urn = add(draft, &format!("supporting/{index}"), resource);
        if !urns.contains(&urn) {
            urns.push(urn);
        }
    }
    for (index, resource) in referral.included.iter().enumerate() {
        let resource_type = shape::type_of(resource);
        if resource_type == "Medication" || CHOSEN.contains(&resource_type) {
            check(draft, resource, subject, resource_type != "Medication")?;
            add(draft, &format!("included/{index}"), resource);
        }
    }
    Ok(urns)
}

fn add(draft: &mut Draft<'_>, role: &str, resource: &Value) -> String {
    let name = shape::text(resource, "id").map(|id| format!("{}/{id}", shape::type_of(resource)));
    let origin = name.and_then(|name| references::origin(&name, draft.base));
    draft.add(role, origin, resource.as_object().cloned().unwrap_or_default())
}

fn check(draft: &Draft<'_>, resource: &Value, subject: &Subject, needs_subject: bool) -> Result<(), Error> {
    let resource_type = || shape::type_of(resource).to_owned();
    modifier::refuse_modifiers(resource)?;
    let statuses = [&resource["status"], &resource["docStatus"]];
    let verification = shape::list(&resource["verificationStatus"], "coding").map(|coding| &coding["code"]);
    if statuses.into_iter().chain(verification).any(|status| status == "entered-in-error") {
        return Err(Error::EnteredInError(resource_type()));
    }
    let contained = shape::list(resource, "contained");
    let everyone_is_ours = [resource]
        .into_iter()
        .chain(contained)
        .flat_map(|part| [&part["subject"], &part["patient"]])
        .filter(|reference| !reference.is_null())
        .all(|reference| is_about(draft, reference, subject));
    let says_whose = !resource["subject"].is_null() || !resource["patient"].is_null();
    if !everyone_is_ours || (needs_subject && !says_whose) || has_other_focus(draft, resource, subject) {
        return Err(Error::OtherPatient(resource_type()));
    }
    Ok(())
}

fn is_about(draft: &Draft<'_>, reference: &Value, subject: &Subject) -> bool {
    let Some(text) = shape::text(reference, "reference") else {
        return false;
    };
    let origin = references::origin(text, draft.base);
    text == subject.urn || (origin.is_some() && origin == subject.origin)
}

/// An Observation may be about something else than its subject, such as a fetus. Where no name for that could go
/// along, it would read as the patient's own.
fn has_other_focus(draft: &Draft<'_>, resource: &Value, subject: &Subject) -> bool {
    shape::list(resource, "focus")
        .any(|focus| shape::text(focus, "display").is_none() && !is_about(draft, focus, subject))
}

/// The `QuestionnaireResponse`, about this patient and signed by `author`.
pub(super) fn response(
    draft: &Draft<'_>,
    referral: &Referral<'_>,
    subject: &Subject,
    author: &str,
) -> Result<Members, Error> {
    let given = referral.response;
    if shape::type_of(given) != "QuestionnaireResponse" {
        return Err(Error::Missing("QuestionnaireResponse"));
    }
    modifier::refuse_modifiers(given)?;
    let own = shape::text(&given["subject"], "reference");
    let is_other = own.and_then(|text| references::origin(text, draft.base));
    if is_other.is_some() && is_other != subject.origin {
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
        let identifier = json!({ "system": naming(referral, "form"), "value": form });
        written.insert("identifier".to_owned(), identifier);
    }
    written.insert("status".to_owned(), "completed".into());
    written.insert("subject".to_owned(), json!({ "reference": subject.urn }));
    written.extend(shape::pick(given, &["authored"]));
    written.insert("author".to_owned(), json!({ "reference": author }));
    written.extend(shape::pick(given, &["item"]));
    Ok(written)
}

/// Adds our own documents.
pub(super) fn place_documents(
    draft: &mut Draft<'_>,
    referral: &Referral<'_>,
    subject: &Subject,
    authored: &str,
    author: &str,
) -> Vec<String> {
    let documents = referral.documents.iter().enumerate().map(|(index, document)| {
        let written = members(json!({
            "resourceType": "DocumentReference",
            "identifier": [{ "system": number_system(referral), "value": referral.number.trim() }],
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
        draft.add(&format!("document/{index}"), None, written)
    });
    documents.collect()
}
