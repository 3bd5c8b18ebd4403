use serde_json::Value;

/// Makes text from outside safe to keep: control characters other than tab and line feed become U+FFFD, so that
/// both database engines store the same and no log line is forged. So do characters that nobody sees but that turn
/// the reading direction or break lines: a name must read as it is written.
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
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    control || direction || matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}
