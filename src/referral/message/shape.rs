//! Access to untrusted JSON: a member of a wrong type counts as absent.

use serde_json::{Map, Value, json};

/// Members of an object.
pub(super) type Members = Map<String, Value>;

/// Returns a member that is a text, trimmed and not empty.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value[name].as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// Iterates over the objects in a member that is a list.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value[name].as_array().into_iter().flatten().filter(|item| item.is_object())
}

/// Returns the `resourceType`; empty if there is none.
pub(super) fn type_of(resource: &Value) -> &str {
    resource["resourceType"].as_str().unwrap_or_default()
}

/// Copies the named members, each with its `_` sibling.
pub(super) fn pick(from: &Value, names: &[&str]) -> Members {
    let keys = names.iter().flat_map(|name| [(*name).to_owned(), format!("_{name}")]);
    keys.filter_map(|key| {
        let value = from.get(&key)?.clone();
        Some((key, value))
    })
    .collect()
}

/// Builds a resource of the named members, each with its `_` sibling.
pub(super) fn resource(resource_type: &str, from: &Value, names: &[&str]) -> Members {
    let mut members = Members::new();
    members.insert("resourceType".to_owned(), resource_type.into());
    members.extend(pick(from, names));
    members
}

/// Sets a member, or removes it if there are no values.
pub(super) fn set(members: &mut Members, name: &str, values: Vec<Value>) {
    if values.is_empty() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), Value::Array(values));
    }
}

/// Builds the `_` sibling of an absent primitive, with its data-absent-reason.
///
/// Source: <http://hl7.org/fhir/R4/extension-data-absent-reason.html>.
pub(super) fn absent(reason: &str) -> Value {
    json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": reason,
    }] })
}

/// Removes values that FHIR forbids: null, empty texts, lists and objects, extensions without a value. Also removes
/// narrative, which may differ from the data that is sent: an object named `text`, or with a `div`.
///
/// Lists of primitive siblings (`_line` beside `line`) are removed too: removing items would shift their positions.
pub(super) fn prune(value: &mut Value) {
    keep(value, false);
}

fn keep(value: &mut Value, is_extension: bool) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => {
            items.retain_mut(|item| item.get("div").is_none() && keep(item, is_extension));
            !items.is_empty()
        }
        Value::Object(members) => {
            members.retain(|name, member| {
                let is_sibling = name.starts_with('_');
                let is_narrative = member.is_object() && (name == "text" || member.get("div").is_some());
                (!is_sibling || member.is_object()) && !is_narrative && keep(member, name == "extension")
            });
            if is_extension {
                let is_value = |name: &String| name.starts_with("value") || name == "extension";
                members.get("url").is_some_and(Value::is_string) && members.keys().any(is_value)
            } else {
                !members.is_empty()
            }
        }
    }
}
