//! Attachments: content of documents copied into the message, URLs removed.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::shape::{self, Members};
use crate::fhir::{FhirBaseUrl, content_path};

/// Copies content into attachments and removes their URLs: a receiver cannot read from the EHR, and a URL may contain a
/// credential. An attachment without content gets a data-absent-reason.
pub(super) fn inline(value: &mut Value, contents: &BTreeMap<String, Value>, base: &FhirBaseUrl) {
    walk(value, false, &mut |attachment| {
        let Some(url) = attachment.shift_remove("url") else {
            return;
        };
        attachment.shift_remove("_url");
        if attachment.get("data").is_some_and(Value::is_string) {
            return;
        }
        let path = url.as_str().and_then(|url| content_path(base, url));
        let content = path.and_then(|path| contents.get(&path));
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
