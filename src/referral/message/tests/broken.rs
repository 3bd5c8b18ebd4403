//! Messages from randomly broken input.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::{Case, base, patients};
use crate::referral::message::validate;

/// Values that a member may be replaced with.
fn junk() -> impl Strategy<Value = serde_json::Value> {
    prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(""),
        json!(" "),
        json!("x\u{0}<b>"),
        json!("#x"),
        json!("Patient/marc-andre"),
        json!("https://ehr.example.ca/fhir/Patient/1"),
        json!("urn:uuid:0198c3f0-7a51-7d10-8a6e-2f5b9c1d3e4f"),
        json!([]),
        json!([null, "a", {}]),
        json!({}),
        json!({ "reference": "Patient/eleonore" }),
        json!({ "reference": 5, "url": "x", "extension": [{ "url": "y" }], "text": {} }),
    ])
}

/// Change of one value: its index in the tree, modulo the number of values, and the replacement.
#[derive(Clone, Debug)]
struct Change {
    part: usize,
    place: usize,
    with: Option<Value>,
}

fn change() -> impl Strategy<Value = Change> {
    (any::<usize>(), any::<usize>(), prop::option::weighted(0.7, junk()))
        .prop_map(|(part, place, with)| Change { part, place, with })
}

fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                found.push(path.clone());
                paths(member, &path, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let path = format!("{at}/{index}");
                found.push(path.clone());
                paths(item, &path, found);
            }
        }
        _ => {}
    }
}

fn apply(value: &mut Value, change: &Change) {
    let mut found = Vec::new();
    paths(value, "", &mut found);
    if found.is_empty() {
        return;
    }
    let path = &found[change.place % found.len()];
    match (&change.with, path.rsplit_once('/').unwrap()) {
        (Some(with), _) => *value.pointer_mut(path).unwrap() = with.clone(),
        (None, (parent, name)) => match value.pointer_mut(parent).unwrap() {
            Value::Object(members) => drop(members.remove(&name.replace("~1", "/").replace("~0", "~"))),
            Value::Array(items) => drop(items.remove(name.parse().unwrap())),
            _ => unreachable!(),
        },
    }
}

fn break_case(case: &mut Case, change: &Change) {
    match change.part % 8 {
        0..3 => apply(&mut case.patient, change),
        3 => apply(case.signer.as_mut().unwrap(), change),
        4 => apply(case.roles.as_mut().unwrap(), change),
        5 => apply(&mut case.response, change),
        6 => apply(&mut case.service, change),
        _ => {
            let count = case.supporting.len() + case.included.len();
            let mut all = case.supporting.iter_mut().chain(&mut case.included);
            if let Some(resource) = all.nth(change.place % count.max(1)) {
                apply(resource, change);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Broken input of any kind results in a valid message or an error.
    #[test]
    fn builds_a_valid_message_or_returns_an_error_for_broken_input(
        patient in prop::sample::select(patients()),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut case = Case::of(&patient);
        case.enterer.clone_from(&case.signer);
        for change in &changes {
            break_case(&mut case, change);
        }
        if let Ok(bundle) = case.build() {
            prop_assert_eq!(validate(&bundle, &base()), Vec::<String>::new());
        }
    }
}
