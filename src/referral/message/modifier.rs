//! Modifier extensions and implicit rules, which are refused.

use serde_json::Value;

use super::{error::Error, shape};

/// Refuses a resource with a `modifierExtension` or `implicitRules` at any depth: they may reverse its meaning, and
/// Passerelle does not know them.
pub(super) fn refuse_modifiers(resource: &Value) -> Result<(), Error> {
    if has_modifier(resource) {
        return Err(Error::Modifier(shape::type_of(resource).to_owned()));
    }
    Ok(())
}

/// Whether a value has a modifier at any depth. Empty modifiers are ignored.
pub(super) fn has_modifier(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_modifier),
        Value::Object(members) => members.iter().any(|(name, member)| {
            let is_modifier = matches!(name.as_str(), "modifierExtension" | "implicitRules");
            (is_modifier && has_content(member)) || has_modifier(member)
        }),
        _ => false,
    }
}

fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => items.iter().any(has_content),
        Value::Object(members) => !members.is_empty(),
        Value::String(text) => !text.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
