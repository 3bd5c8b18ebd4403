//! Invariants of text from FHIR data.

use serde_json::Value;

/// Whether a text may be stored, logged and shown: no control characters except whitespace, no invisible or
/// direction-changing characters.
pub fn is_clean(text: &str) -> bool {
    !text.chars().any(|c| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let hides = matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}');
        (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || turns || hides
    })
}

/// Asserts that all strings and member names are clean, and that the value parses to itself.
pub fn assert_clean(value: &Value) {
    visit(value, &mut |text| assert!(is_clean(text), "{text:?}"));
    let written = serde_json::to_vec(value).expect("a value can be written");
    assert!(!written.contains(&0) && std::str::from_utf8(&written).is_ok());
    let again: Value = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(again, *value);
}

fn visit(value: &Value, see: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => see(text),
        Value::Array(items) => items.iter().for_each(|item| visit(item, see)),
        Value::Object(members) => {
            for (name, member) in members {
                see(name);
                visit(member, see);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Nesting depth.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
