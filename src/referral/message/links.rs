use serde_json::Value;

use crate::fhir::FhirBaseUrl;

/// Takes addresses of the EHR out of every text. Names of code and identifier systems stay: they lead nowhere.
pub(super) fn remove(value: &mut Value, base: &FhirBaseUrl) {
    walk(value, "", false, &mut |_, text| cut(text, base));
}

/// As [`remove`], while references and attachments still have to be followed.
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

/// Whether a text contains an address of the EHR.
pub(super) fn mentions(text: &str, base: &FhirBaseUrl) -> bool {
    let text = text.to_ascii_lowercase();
    spellings(base).iter().any(|spelling| text.contains(spelling))
}

fn spellings(base: &FhirBaseUrl) -> [String; 2] {
    let received = base.as_received().trim_end_matches('/');
    [base.canonical().to_ascii_lowercase(), received.to_ascii_lowercase()]
}

/// Whether a member names a system or an extension, or says where a message goes.
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
