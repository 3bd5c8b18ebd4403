//! FHIRPath expression of a form, on a chart: first line the expression, then the resource.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use passerelle::fhirpath::{Environment, Expression, ValueSets};
use passerelle_fuzz::chart::moment;
use serde_json::Value;

/// Value sets that contain the codes as long as their URL.
#[derive(Debug)]
struct ByLength;

impl ValueSets for ByLength {
    fn contains(&self, value_set: &str, _: Option<&str>, code: &str) -> Option<bool> {
        (!value_set.is_empty()).then(|| value_set.len() == code.len())
    }
}

fuzz_target!(|text: &str| {
    let (expression, resource) = text.split_once('\n').unwrap_or((text, "{}"));
    let Ok(expression) = Expression::parse(expression) else { return };
    let Ok(resource) = serde_json::from_str::<Value>(resource) else { return };
    let mut environment = Environment::new(moment());
    environment.set("patient", &resource);
    environment.set("questionnaire", &resource);
    environment.set_value_sets(Arc::new(ByLength));
    let once = expression.evaluate(&environment, &resource);
    let again = expression.evaluate(&environment, &resource);
    let json = |found: Result<Vec<passerelle::fhirpath::Item<'_>>, passerelle::fhirpath::Error>| {
        found.map(|items| items.iter().map(passerelle::fhirpath::Item::to_json).collect::<Vec<_>>()).ok()
    };
    let (once, again) = (json(once), json(again));
    assert_eq!(once, again, "the same question has the same answer");
    for value in once.into_iter().flatten() {
        let written = serde_json::to_string(&value).expect("a value can be written");
        assert!(serde_json::from_str::<Value>(&written).is_ok());
    }
});
