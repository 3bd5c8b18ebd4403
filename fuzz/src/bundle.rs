//! A search result in which every resource is made another patient's.

use passerelle::forms::Prefill;
use serde_json::{Value, json};

use crate::chart::form;

/// The same Bundle, about somebody else from the first entry to the last.
pub fn of_another(bundle: &Value) -> Value {
    let mut bundle = bundle.clone();
    let entries = bundle.get_mut("entry").and_then(Value::as_array_mut).into_iter().flatten();
    for resource in entries.filter_map(|entry| entry.get_mut("resource")?.as_object_mut()) {
        resource.insert("subject".to_owned(), json!({"reference": "Patient/somebody-else"}));
        if resource.get("resourceType").is_some_and(|kind| kind == "Patient") {
            resource.insert("id".to_owned(), json!("somebody-else"));
        }
    }
    bundle
}

/// Both give the same answers and offer the same choices.
pub fn assert_same_content(one: &Prefill, other: &Prefill) {
    for (link_id, filled) in one.items() {
        let same = other.get(link_id).expect("the form asks the same of every chart");
        assert_eq!(filled.values, same.values, "{link_id}");
        assert_eq!(filled.candidates, same.candidates, "{link_id}");
        assert_eq!(filled.unusable, same.unusable, "{link_id}");
    }
    assert_eq!(one.items().count(), other.items().count(), "{}", form().id());
}
