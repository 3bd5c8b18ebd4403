//! ServiceRequest of a message.

use serde_json::{Value, json};

use super::{
    content::MessageContent,
    error::Error,
    header::{complete_codings, members, number_system},
    shape::{self, Members},
};

/// References of the ServiceRequest: `fullUrl`s, and the reference to the destination.
pub(super) struct RequestReferences {
    pub patient: String,
    pub requester: String,
    pub practitioner: String,
    pub performer: Value,
    pub supporting: Vec<String>,
}

/// Builds the ServiceRequest, the focus of the message.
pub(super) fn service_request(
    content: &MessageContent<'_>,
    intent: &str,
    authored: &str,
    references: RequestReferences,
) -> Result<Members, Error> {
    let category = complete_codings(content.category);
    if category.is_empty() {
        return Err(Error::Missing("category with system, code and display"));
    }
    let mut code = complete_codings(content.code);
    if code.is_empty() {
        code.clone_from(&category);
    }
    if !["routine", "urgent", "asap", "stat"].contains(&content.priority) {
        return Err(Error::Priority);
    }
    let reason = content.reason.trim();
    if reason.is_empty() {
        return Err(Error::Missing("reason"));
    }
    let as_references = |urns: Vec<String>| urns.into_iter().map(|urn| json!({ "reference": urn })).collect();
    // One concept for each coding, like the examples of the guide.
    let categories: Vec<Value> = category.into_iter().map(|coding| json!({ "coding": [coding] })).collect();
    let mut written = members(json!({
        "resourceType": "ServiceRequest",
        "identifier": [{ "system": number_system(content), "value": content.number.trim() }],
        "status": "active",
        "intent": intent,
        "category": categories,
        "priority": content.priority,
        "code": { "coding": code },
    }));
    let details = content.details.iter().filter(|text| !text.trim().is_empty());
    let details = details.map(|text| json!({ "text": text }));
    shape::set(&mut written, "orderDetail", details.collect());
    written.extend(members(json!({
        "subject": { "reference": references.patient },
        "authoredOn": authored,
        "requester": { "reference": references.requester },
        "performer": [references.performer],
        "reasonCode": [{ "text": reason }],
    })));
    shape::set(&mut written, "supportingInfo", as_references(references.supporting));
    if !content.narrative.trim().is_empty() {
        // FHIR does not permit a PractitionerRole as author of an annotation.
        let note = json!({
            "authorReference": { "reference": references.practitioner },
            "time": authored,
            "text": content.narrative.trim(),
        });
        written.insert("note".to_owned(), json!([note]));
    }
    Ok(written)
}
