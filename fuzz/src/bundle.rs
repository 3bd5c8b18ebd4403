//! A search result changed so that every resource belongs to another patient.

use passerelle::forms::Prefill;
use serde_json::{Value, json};

use crate::chart::form;

/// Returns the same Bundle with every resource about another patient.
pub fn of_another(bundle: &Value) -> Value {
    let mut bundle = bundle.clone();
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    for resource in entries.filter_map(|entry| entry.get_mut("resource")?.as_object_mut()) {
        resource.insert("subject".to_owned(), json!({"reference": "Patient/another-patient"}));
        if resource.get("resourceType").is_some_and(|kind| kind == "Patient") {
            resource.insert("id".to_owned(), json!("another-patient"));
        }
    }
    bundle
}

/// Asserts that both have the same answers and choices.
pub fn assert_same_content(one: &Prefill, other: &Prefill) {
    for (link_id, filled) in one.items() {
        let same = other.get(link_id).expect("the form asks the same of every chart");
        assert_eq!(filled.values, same.values, "{link_id}");
        assert_eq!(filled.candidates, same.candidates, "{link_id}");
        assert_eq!(filled.unusable, same.unusable, "{link_id}");
    }
    assert_eq!(one.items().count(), other.items().count(), "{}", form().id());
}
