//! Official cases of `FHIRPath` for FHIR R4 (HL7's fhir-test-cases).

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use passerelle::fhirpath::{Decimal, Environment, Expression, Item};
use serde_json::Value;

/// Cases that fail in every zone, each with the reason. A case that passes may not be on this list.
const FAILING: &[(&str, &str)] = &[
    ("testSimpleFail", STRICT),
    ("testSimpleWithWrongContext", STRICT),
    ("testPolymorphismB", STRICT),
    ("testPolymorphismAsB", STRICT),
    ("testPolymorphicsB", STRICT),
    ("testDollarOrderNotAllowed", STRICT),
    ("testIif6", STRICT),
    ("HighBoundaryDateTimeMillisecond1", LAST_MINUTE),
    ("HighBoundaryDateTimeMillisecond3", LAST_MINUTE),
];

const STRICT: &str = "strict mode, which is optional: charts have elements that the model does not know, so that an \
    unknown one is empty, and `valueQuantity` is accepted as forms write it";
const LAST_MINUTE: &str = "the last moment of the hour 08 is 08:59:59.999, not 08:00:59.999";

/// Zones of the site in which the cases are evaluated, each with the cases that fail there only.
const ZONES: &[(&str, &[(&str, &str)])] =
    &[("UTC", &[]), ("America/Toronto", &[("testDateNotEqualTimezoneOffsetAfter", OTHER_DAY)])];

const OTHER_DAY: &str =
    "12:34 at +10:00 on the 25th is the 24th at this site, so that it is not the date 25th";

#[test]
fn passes_the_official_cases_but_for_the_listed_ones() {
    let Some(folder) = super::suite("fhirpath-r4") else { return };
    let cases = super::json(&folder.join("tests-r4.json"));
    let cases = cases.as_array().expect("the suite is a list");
    for (zone, failing_here) in ZONES {
        let failures = failures(cases, &folder, zone);
        println!("{zone}: {} of {} cases pass", cases.len() - failures.len(), cases.len());
        let listed = || FAILING.iter().chain(*failing_here);
        let unlisted = |name: &String| listed().all(|(listed, _)| listed != name);
        let unexpected: Vec<_> = failures.iter().filter(|(name, _)| unlisted(name)).collect();
        assert!(unexpected.is_empty(), "{zone}: {} unexpected: {unexpected:#?}", unexpected.len());
        let passing: Vec<_> = listed().filter(|(name, _)| !failures.contains_key(*name)).collect();
        assert!(passing.is_empty(), "{zone}: listed as failing, but passing: {passing:?}");
    }
}

/// Current time of the evaluation.
const NOW: &str = "2026-09-02T13:14:05.250Z";

/// Returns the cases that fail, each with the expression, the expected and the actual outcome.
fn failures(cases: &[Value], folder: &Path, zone: &str) -> BTreeMap<String, String> {
    let inputs = inputs(cases, folder);
    let now: Timestamp = NOW.parse().expect("a timestamp");
    let now = now.to_zoned(TimeZone::get(zone).expect("the zone is known"));
    let failure = |case: &Value| {
        let outcome = outcome(case, &inputs[&input(case)], &Environment::new(now.clone()));
        let expected = expected(case);
        let passes = match (&expected, &outcome) {
            (None, outcome) => outcome.is_err(),
            (Some(expected), Ok(found)) => same(expected, found),
            (Some(_), Err(_)) => false,
        };
        let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        (!passes).then(|| (text("name"), format!("{} -> {expected:?}, not {outcome:?}", text("expression"))))
    };
    cases.iter().filter_map(failure).collect()
}

fn inputs(cases: &[Value], folder: &Path) -> BTreeMap<String, Value> {
    let names: Vec<String> = cases.iter().map(input).collect();
    names.into_iter().map(|name| (name.clone(), super::json(&folder.join("inputs").join(name)))).collect()
}

/// Name of the resource of a case, as JSON. A case without one does not look at it.
fn input(case: &Value) -> String {
    case["input"].as_str().unwrap_or("patient-example.xml").replace(".xml", ".json")
}

/// Expected values, or `None` if an error is expected.
fn expected(case: &Value) -> Option<Vec<String>> {
    let outputs = case["outputs"].as_array().expect("a case lists its outputs");
    let text =
        |output: &Value| output["value"].as_str().unwrap_or_default().trim_start_matches('@').to_owned();
    case["invalid"].is_null().then(|| outputs.iter().map(text).collect())
}

fn outcome(case: &Value, resource: &Value, environment: &Environment<'_>) -> Result<Vec<String>, String> {
    let text = case["expression"].as_str().expect("a case has an expression");
    let expression = Expression::parse(text).map_err(|error| error.to_string())?;
    let items = expression.evaluate(environment, resource).map_err(|error| error.to_string())?;
    if case["predicate"] == true {
        let holds = items.iter().all(|item| item.as_bool() != Some(false)) && !items.is_empty();
        return Ok(vec![holds.to_string()]);
    }
    Ok(items.iter().map(written).collect())
}

fn written(item: &Item<'_>) -> String {
    match item {
        Item::Quantity(value, unit) => format!("{value} '{unit}'"),
        item => match item.to_json() {
            Value::String(text) => text.trim_start_matches('T').to_owned(),
            other => other.to_string(),
        },
    }
}

/// Whether two lists of values are the same. A decimal is compared by value if the suite does not give all its digits.
fn same(expected: &[String], found: &[String]) -> bool {
    let one = |(expected, found): (&String, &String)| {
        let expected = expected.trim_start_matches('T');
        let number = Decimal::parse(expected).zip(Decimal::parse(found));
        expected == found
            || number.is_some_and(|(left, right)| {
                left == right && (left.is_whole() || left.scale() == right.scale())
            })
    };
    expected.len() == found.len() && expected.iter().zip(found).all(one)
}
