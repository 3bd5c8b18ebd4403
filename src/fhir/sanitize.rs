use std::mem;

use serde_json::Value;

/// Makes text from outside safe to keep, the names of members included: control characters other than those that part
/// words and lines become U+FFFD, so that both database engines store the same and no log line is forged. So do
/// characters that nobody sees but that turn the reading direction or break lines: a name must read as it is written.
pub fn sanitize(value: &mut Value) {
    match value {
        Value::String(text) => {
            if text.chars().any(is_unwanted) {
                *text = cleaned(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(sanitize),
        Value::Object(members) => {
            if members.keys().any(|name| name.chars().any(is_unwanted)) {
                let named = |(name, member): (String, Value)| (cleaned(&name), member);
                *members = mem::take(members).into_iter().map(named).collect();
            }
            members.values_mut().for_each(sanitize);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn cleaned(text: &str) -> String {
    text.chars().map(|c| if is_unwanted(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
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
    fn cleans_texts_and_the_names_of_members() {
        let mut value = json!({"a\u{0}": [{"b\u{202e}": "c\u{1b}\r\n\t", "d": 1}], "e": "\u{feff}é"});
        sanitize(&mut value);
        assert_eq!(value, json!({"a\u{fffd}": [{"b\u{fffd}": "c\u{fffd}\r\n\t", "d": 1}], "e": "\u{fffd}é"}));
    }
}
