//! Names of people.

use serde_json::{Value, json};

use super::shape;

/// Names of a person, each with a family or given name, or a data-absent-reason. `fallback` is used if the resource has
/// no name.
pub(super) fn names(resource: &Value, fallback: &str) -> Vec<Value> {
    let all: Vec<Value> = shape::list(resource, "name").filter_map(name).collect();
    if !all.is_empty() {
        return all;
    }
    let unknown = match fallback.trim() {
        "" => json!({ "_family": shape::absent("unknown") }),
        text => json!({ "text": text, "_family": shape::absent("as-text") }),
    };
    vec![unknown]
}

/// One name, or `None` if it is empty.
pub(super) fn name(given: &Value) -> Option<Value> {
    let mut written = shape::pick(given, &["extension", "use"]);
    let parts = |name: &str| -> Vec<&str> {
        let texts = given[name].as_array().into_iter().flatten();
        let texts = texts.filter_map(Value::as_str).map(str::trim);
        texts.filter(|text| !text.is_empty()).collect()
    };
    let (family, first) = (shape::text(given, "family"), parts("given"));
    let joined = [first.join(" "), family.unwrap_or_default().to_owned()].join(" ");
    let text = shape::text(given, "text").unwrap_or(joined.trim());
    if text.is_empty() {
        return None;
    }
    written.insert("text".to_owned(), text.into());
    if let Some(family) = family {
        written.insert("family".to_owned(), family.into());
    }
    if family.is_none() && first.is_empty() {
        written.insert("_family".to_owned(), shape::absent("as-text"));
    }
    for (name, texts) in [("given", first), ("prefix", parts("prefix")), ("suffix", parts("suffix"))] {
        shape::set(&mut written, name, texts.into_iter().map(Value::from).collect());
    }
    written.extend(shape::pick(given, &["period"]));
    Some(Value::Object(written))
}
