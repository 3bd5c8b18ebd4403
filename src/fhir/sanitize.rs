//! Sanitization of text from other systems.

use std::mem;

use serde_json::Value;

/// Replaces unsafe characters in all texts and member names with U+FFFD: control characters other than tab and line
/// breaks, so that both database engines store the same text and no log line can be forged; and invisible characters
/// that change the reading direction or break lines, so that a name is displayed as it is stored.
pub fn sanitize(value: &mut Value) {
    match value {
        Value::String(text) => {
            if has_unwanted(text) {
                *text = sanitized(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(sanitize),
        Value::Object(members) => {
            if members.keys().any(|name| has_unwanted(name)) {
                let named = |(name, member): (String, Value)| (sanitized(&name), member);
                *members = mem::take(members).into_iter().map(named).collect();
            }
            members.values_mut().for_each(sanitize);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn sanitized(text: &str) -> String {
    text.chars().map(|c| if is_unwanted(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn has_unwanted(text: &str) -> bool {
    // Most texts are plain ASCII, of which no letter has to be decoded.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    !text.bytes().all(is_plain) && text.chars().any(is_unwanted)
}

fn is_unwanted(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    let direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    control || direction || matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sanitizes_texts_and_member_names() {
        let mut value = json!({"a\u{0}": [{"b\u{202e}": "c\u{1b}\r\n\t", "d": 1}], "e": "\u{feff}é"});
        sanitize(&mut value);
        assert_eq!(value, json!({"a\u{fffd}": [{"b\u{fffd}": "c\u{fffd}\r\n\t", "d": 1}], "e": "\u{fffd}é"}));
    }
}
