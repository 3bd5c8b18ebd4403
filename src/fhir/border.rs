use serde_json::Value;

/// Makes text from outside safe to keep: control characters other than tab and line feed become U+FFFD, so that
/// both database engines store the same and no log line is forged.
pub fn clean(value: &mut Value) {
    match value {
        Value::String(text) => {
            if text.chars().any(is_unwanted) {
                *text = text
                    .chars()
                    .map(|c| if is_unwanted(c) { char::REPLACEMENT_CHARACTER } else { c })
                    .collect();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(members) => members.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn is_unwanted(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}
