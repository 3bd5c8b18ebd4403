//! Attachments: content of documents copied into the message, URLs removed.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{
    references,
    shape::{self, Members},
};
use crate::fhir::FhirBaseUrl;

/// Binary resources by reference, such as `Binary/1`.
pub(super) type Contents<'a> = BTreeMap<String, &'a Value>;

/// Collects the Binary resources among the included ones.
pub(super) fn contents(included: &[Value]) -> Contents<'_> {
    let binaries = included.iter().filter(|resource| shape::type_of(resource) == "Binary");
    binaries.filter_map(|binary| Some((format!("Binary/{}", shape::text(binary, "id")?), binary))).collect()
}

/// Copies content into attachments and removes their URLs: a receiver cannot read from the EHR, and a URL may contain a
/// credential. An attachment without content gets a data-absent-reason.
pub(super) fn inline(value: &mut Value, contents: &Contents<'_>, base: &FhirBaseUrl) {
    walk(value, false, &mut |attachment| {
        let Some(url) = attachment.shift_remove("url") else {
            return;
        };
        attachment.shift_remove("_url");
        if attachment.get("data").is_some_and(Value::is_string) {
            return;
        }
        let origin = url.as_str().and_then(|url| references::origin(url, base));
        let content = origin.and_then(|origin| contents.get(&origin).copied());
        if !content.is_some_and(|binary| fill(attachment, binary)) {
            attachment.insert("_url".to_owned(), shape::absent("not-permitted"));
        }
    });
}

fn fill(attachment: &mut Members, binary: &Value) -> bool {
    let Some(data) = shape::text(binary, "data") else {
        return false;
    };
    let Ok(bytes) = STANDARD.decode(data) else {
        return false;
    };
    attachment.shift_remove("hash");
    if let Some(content_type) = shape::text(binary, "contentType") {
        attachment.insert("contentType".to_owned(), content_type.into());
    }
    attachment.insert("size".to_owned(), bytes.len().into());
    attachment.insert("data".to_owned(), data.into());
    true
}

/// Calls `found` for each object with a `url` outside extensions. In a message these are attachments: no other element
/// that we send has a `url`.
fn walk(value: &mut Value, is_extension: bool, found: &mut impl FnMut(&mut Members)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, is_extension, found)),
        Value::Object(members) => {
            if !is_extension {
                found(members);
            }
            for (name, member) in members.iter_mut() {
                walk(member, name == "extension", found);
            }
        }
        _ => {}
    }
}

/// Lists the titles of documents in a message whose content is missing.
#[must_use]
pub fn without_content(bundle: &Value) -> Vec<String> {
    let mut titles = Vec::new();
    for entry in shape::list(bundle, "entry") {
        let resource = &entry["resource"];
        if shape::type_of(resource) != "DocumentReference" {
            continue;
        }
        let missing = |content: &&Value| content["attachment"]["data"].as_str().is_none();
        let title = |content: &Value| {
            let texts = [
                shape::text(&content["attachment"], "title"),
                shape::text(resource, "description"),
                shape::text(&resource["type"], "text"),
            ];
            texts.into_iter().flatten().next().unwrap_or_default().to_owned()
        };
        titles.extend(shape::list(resource, "content").filter(missing).map(title));
    }
    titles
}
