use serde_json::{Value, json};

use super::{
    Error,
    header::{complete_codings, members, number_system},
    referral::Referral,
    shape::{self, Members},
};

/// What the ServiceRequest refers to.
pub(super) struct Links {
    pub patient: String,
    pub requester: String,
    pub practitioner: String,
    pub performer: Value,
    pub supporting: Vec<String>,
}

/// The ServiceRequest, the focus of the message.
pub(super) fn service_request(
    referral: &Referral<'_>,
    intent: &str,
    authored: &str,
    links: Links,
) -> Result<Members, Error> {
    let category = complete_codings(referral.category);
    if category.is_empty() {
        return Err(Error::Missing("category with system, code and display"));
    }
    let mut code = complete_codings(referral.code);
    if code.is_empty() {
        code.clone_from(&category);
    }
    if !["routine", "urgent", "asap", "stat"].contains(&referral.priority) {
        return Err(Error::Priority);
    }
    let reason = referral.reason.trim();
    if reason.is_empty() {
        return Err(Error::Missing("reason"));
    }
    let references = |urns: Vec<String>| urns.into_iter().map(|urn| json!({ "reference": urn })).collect();
    // One concept for each coding, as the guide's own messages have it.
    let categories: Vec<Value> = category.into_iter().map(|coding| json!({ "coding": [coding] })).collect();
    let mut written = members(json!({
        "resourceType": "ServiceRequest",
        "identifier": [{ "system": number_system(referral), "value": referral.number.trim() }],
        "status": "active",
        "intent": intent,
        "category": categories,
        "priority": referral.priority,
        "code": { "coding": code },
    }));
    let details = referral.details.iter().filter(|text| !text.trim().is_empty());
    let details = details.map(|text| json!({ "text": plain(text) }));
    shape::set(&mut written, "orderDetail", details.collect());
    written.extend(members(json!({
        "subject": { "reference": links.patient },
        "authoredOn": authored,
        "requester": { "reference": links.requester },
        "performer": [links.performer],
        "reasonCode": [{ "text": plain(reason) }],
    })));
    shape::set(&mut written, "supportingInfo", references(links.supporting));
    if !referral.narrative.trim().is_empty() {
        // An annotation's author may be no PractitionerRole.
        let note = json!({
            "authorReference": { "reference": links.practitioner },
            "time": authored,
            "text": plain(referral.narrative.trim()),
        });
        written.insert("note".to_owned(), json!([note]));
    }
    Ok(written)
}

/// Plain text that stays plain where a receiver shows it as HTML or Markdown: nothing in it opens a tag.
pub(super) fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        written.push(character);
        let opens = |next: &char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
        if character == '<' && characters.peek().is_some_and(opens) {
            written.push(' ');
        }
    }
    written
}
