//! References: read from a resource, and rewritten to point into the message.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::fhir::{FhirBaseUrl, Reference};

/// Returns `Type/id` of a reference to the EHR, relative or absolute, without its version. `None` for any other.
pub(super) fn origin(reference: &str, base: &FhirBaseUrl) -> Option<String> {
    Some(Reference::under(base, reference)?.to_string())
}

/// Targets that the references of one resource may have.
pub(super) struct Targets<'t> {
    /// Base URL of the EHR.
    pub base: &'t FhirBaseUrl,
    /// `Type/id` on the EHR to `fullUrl` in the message.
    pub known: &'t BTreeMap<String, String>,
    /// Every `fullUrl` of the message.
    pub own: &'t BTreeSet<String>,
    /// Ids of the contained resources.
    pub contained: &'t BTreeSet<String>,
}

impl Targets<'_> {
    /// Rewrites references to point into the message. Without a target there, a reference keeps only its display name and
    /// identifier; a reference with neither becomes null.
    pub fn rewrite(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.rewrite(item)),
            Value::Object(members) => {
                members.values_mut().for_each(|member| self.rewrite(member));
                let reference = match members.get("reference") {
                    None | Some(Value::Object(_) | Value::Array(_)) => return,
                    Some(reference) => reference.as_str().and_then(|text| self.resolve(text)),
                };
                members.remove("_reference");
                if let Some(reference) = reference {
                    members.insert("reference".to_owned(), reference.into());
                    return;
                }
                members.remove("reference");
                let has_name = members.get("display").is_some_and(Value::is_string);
                let has_number =
                    members.get("identifier").is_some_and(|identifier| identifier["value"].is_string());
                if !has_name && !has_number {
                    *value = Value::Null;
                }
            }
            _ => {}
        }
    }

    fn resolve(&self, reference: &str) -> Option<String> {
        if let Some(id) = reference.strip_prefix('#') {
            let is_here = id.is_empty() || self.contained.contains(id);
            return is_here.then(|| reference.to_owned());
        }
        if self.own.contains(reference) {
            return Some(reference.to_owned());
        }
        self.known.get(&origin(reference, self.base)?).cloned()
    }
}

/// Collects the references in a value, at any depth.
pub(super) fn all(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => {
            found.extend(members.get("reference").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, found));
        }
        _ => {}
    }
}
