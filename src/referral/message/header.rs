//! MessageHeader, and our identifier systems.

use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    content::MessageContent,
    destination,
    shape::{self, Members},
};
use crate::fhir::TRANSLATION;

/// Event code of the message.
pub(super) const EVENT: &str = "add-service-request";

/// Participants of a message: `fullUrl`s, and the reference to the destination.
pub(super) struct Participants {
    pub author: String,
    pub enterer: Option<String>,
    pub receiver: Value,
    pub focus: String,
}

/// Returns the identifier system of referral numbers.
pub(super) fn number_system(content: &MessageContent<'_>) -> String {
    naming(content, "referral-id")
}

/// Returns one of our identifier systems.
pub(super) fn naming(content: &MessageContent<'_>, name: &str) -> String {
    format!("{}/NamingSystem/{name}", content.public_url.trim_end_matches('/'))
}

/// Builds the MessageHeader, and adds the sending Organization.
pub(super) fn header(
    builder: &mut MessageBuilder<'_>,
    content: &MessageContent<'_>,
    participants: &Participants,
) -> Members {
    let names = builder.names;
    let mut source = json!({
        "name": names.source_name,
        "software": "Passerelle",
        "version": env!("CARGO_PKG_VERSION"),
        "endpoint": content.public_url.trim_end_matches('/'),
    });
    let mut sender = json!({ "resourceType": "Organization", "name": names.source_name });
    if !names.support_email.is_empty() {
        let contact = json!({ "system": "email", "value": names.support_email });
        sender["telecom"] = json!([contact]);
        source["contact"] = contact;
    }
    let sender = builder.add("sender", None, members(sender));
    let mut header = members(json!({
        "resourceType": "MessageHeader",
        "extension": [
            {
                "url": names.referral_identifier_extension,
                "valueIdentifier": { "system": number_system(content), "value": content.number },
            },
            {
                "url": names.routing_extension,
                "valueCoding": { "system": names.routing_system, "code": names.routing_code },
            },
        ],
        "eventCoding": { "system": names.event_system, "code": EVENT, "display": EVENT },
        "destination": [{
            "name": content.service.name_in("en"),
            "endpoint": destination::endpoint(&content.service.route),
            "receiver": participants.receiver,
        }],
        "sender": { "reference": sender },
        "author": { "reference": participants.author },
        "source": source,
        "focus": [{ "reference": participants.focus }],
    }));
    if let Some(enterer) = &participants.enterer {
        header.insert("enterer".to_owned(), json!({ "reference": enterer }));
    }
    header
}

/// Returns the members of a JSON object.
pub(super) fn members(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

/// Codings with system, code and display, and the translations of the display.
pub(super) fn complete_codings(codings: &[Value]) -> Vec<Value> {
    let complete = codings.iter().filter_map(|coding| {
        let system = shape::text(coding, "system")?;
        let code = shape::text(coding, "code")?;
        let display = shape::text(coding, "display")?;
        let mut written = json!({ "system": system, "code": code, "display": display });
        let translations = shape::list(&coding["_display"], "extension")
            .filter(|extension| shape::text(extension, "url") == Some(TRANSLATION));
        let translations: Vec<Value> = translations.cloned().collect();
        if !translations.is_empty() {
            written["_display"] = json!({ "extension": translations });
        }
        Some(written)
    });
    complete.collect()
}
