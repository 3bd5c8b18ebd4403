//! URLs of the EHR in texts: removed before sending, found in validation.

use serde_json::Value;

use crate::fhir::FhirBaseUrl;

/// Removes URLs of the EHR from every text. Names of code and identifier systems are kept: they are not links.
pub(super) fn remove(value: &mut Value, base: &FhirBaseUrl) {
    walk(value, "", false, &mut |_, text| cut(text, base));
}

/// Removes URLs like [`remove`], but keeps references and attachment URLs, which are still to be resolved.
pub(super) fn remove_but_references(value: &mut Value, base: &FhirBaseUrl) {
    walk(value, "", false, &mut |name, text| {
        if !matches!(name, "reference" | "url") {
            cut(text, base);
        }
    });
}

fn cut(text: &mut String, base: &FhirBaseUrl) {
    for spelling in spellings(base) {
        while let Some(start) = text.to_ascii_lowercase().find(&spelling) {
            let rest = &text[start..];
            let length = rest.find(|c: char| c.is_whitespace() || "\"<>()".contains(c));
            let end = start + length.unwrap_or(rest.len());
            text.replace_range(start..end, "");
        }
    }
}

/// Whether a text contains a URL of the EHR.
pub(super) fn mentions(text: &str, base: &FhirBaseUrl) -> bool {
    let text = text.to_ascii_lowercase();
    spellings(base).iter().any(|spelling| text.contains(spelling))
}

fn spellings(base: &FhirBaseUrl) -> [String; 2] {
    let received = base.as_received().trim_end_matches('/');
    [base.canonical().to_ascii_lowercase(), received.to_ascii_lowercase()]
}

/// Whether a member is the name of a system or extension, or the endpoint of a message, which may be a URL.
pub(super) fn is_name(name: &str, in_extension: bool) -> bool {
    matches!(name, "system" | "endpoint") || (in_extension && name == "url")
}

fn walk(value: &mut Value, name: &str, in_extension: bool, found: &mut impl FnMut(&str, &mut String)) {
    match value {
        Value::String(text) if !is_name(name, in_extension) => found(name, text),
        Value::Array(items) => {
            for item in items {
                walk(item, name, in_extension, found);
            }
        }
        Value::Object(members) => {
            for (member, content) in members.iter_mut() {
                walk(content, member, name == "extension", found);
            }
        }
        _ => {}
    }
}
