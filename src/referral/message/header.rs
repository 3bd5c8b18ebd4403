use serde_json::{Value, json};

use super::{
    destination,
    draft::Draft,
    referral::Referral,
    shape::{self, Members},
};

/// The event of this message.
pub(super) const EVENT: &str = "add-service-request";

/// Who stands where in the message: `fullUrl`s, and the reference to the destination.
pub(super) struct Roles {
    pub author: String,
    pub enterer: Option<String>,
    pub receiver: Value,
    pub focus: String,
}

/// System of our referral numbers.
pub(super) fn number_system(referral: &Referral<'_>) -> String {
    naming(referral, "referral-id")
}

/// An identifier system of ours.
pub(super) fn naming(referral: &Referral<'_>, name: &str) -> String {
    format!("{}/NamingSystem/{name}", referral.public_url.trim_end_matches('/'))
}

/// The MessageHeader; adds the sending Organization.
pub(super) fn header(draft: &mut Draft<'_>, referral: &Referral<'_>, roles: &Roles) -> Members {
    let names = draft.names;
    let mut source = json!({
        "name": names.source_name,
        "software": "Passerelle",
        "version": env!("CARGO_PKG_VERSION"),
        "endpoint": referral.public_url.trim_end_matches('/'),
    });
    let mut sender = json!({ "resourceType": "Organization", "name": names.source_name });
    if !names.support_email.is_empty() {
        let contact = json!({ "system": "email", "value": names.support_email });
        sender["telecom"] = json!([contact]);
        source["contact"] = contact;
    }
    let sender = draft.add("sender", None, members(sender));
    let mut header = members(json!({
        "resourceType": "MessageHeader",
        "extension": [
            {
                "url": names.referral_identifier_extension,
                "valueIdentifier": { "system": number_system(referral), "value": referral.number },
            },
            {
                "url": names.routing_extension,
                "valueCoding": { "system": names.routing_system, "code": names.routing_code },
            },
        ],
        "eventCoding": { "system": names.event_system, "code": EVENT, "display": EVENT },
        "destination": [{
            "name": referral.service.name_in("en"),
            "endpoint": destination::endpoint(&referral.service.route),
            "receiver": roles.receiver,
        }],
        "sender": { "reference": sender },
        "author": { "reference": roles.author },
        "source": source,
        "focus": [{ "reference": roles.focus }],
    }));
    if let Some(enterer) = &roles.enterer {
        header.insert("enterer".to_owned(), json!({ "reference": enterer }));
    }
    header
}

/// The members of an object written here.
pub(super) fn members(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}

/// Codings a receiver can use: with system, code and display, and without our translations.
pub(super) fn complete_codings(codings: &[Value]) -> Vec<Value> {
    let complete = codings.iter().filter_map(|coding| {
        let system = shape::text(coding, "system")?;
        let code = shape::text(coding, "code")?;
        let display = shape::text(coding, "display")?;
        Some(json!({ "system": system, "code": code, "display": display }))
    });
    complete.collect()
}
