use serde_json::Value;

use super::{Error, shape};

/// Refuses what may turn the meaning of a resource around without our understanding it: `modifierExtension` anywhere
/// in it, and `implicitRules`.
pub(super) fn refuse_modifiers(resource: &Value) -> Result<(), Error> {
    if has_modifier(resource) {
        return Err(Error::Modifier(shape::type_of(resource).to_owned()));
    }
    Ok(())
}

/// Whether a modifier stands anywhere in a value; an empty one says nothing.
pub(super) fn has_modifier(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_modifier),
        Value::Object(members) => members.iter().any(|(name, member)| {
            let is_modifier = matches!(name.as_str(), "modifierExtension" | "implicitRules");
            (is_modifier && says_something(member)) || has_modifier(member)
        }),
        _ => false,
    }
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => !members.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
