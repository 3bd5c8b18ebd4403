//! Priority of a request among the answers of its form.

use serde_json::Value;

const PRIORITY_SYSTEM: &str = "http://hl7.org/fhir/request-priority";

/// Finds the coding of the priority among the answers of a response, at any depth. `None` if no answer says how urgent it is.
#[must_use]
pub fn asked_priority(response: &Value) -> Option<&Value> {
    match response {
        Value::Object(members) if members.get("system").is_some_and(|system| system == PRIORITY_SYSTEM) => {
            Some(response)
        }
        Value::Object(members) => members.values().find_map(asked_priority),
        Value::Array(items) => items.iter().find_map(asked_priority),
        _ => None,
    }
}
