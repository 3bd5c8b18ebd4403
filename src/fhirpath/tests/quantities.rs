//! Quantities and numbers.

use super::*;

#[test]
fn compares_quantities_in_different_units() {
    gives("4 'g' = 4000 'mg' and 4 'g' != 4040 'mg'", &json!([true]));
    gives("4 'g' ~ 4040 'mg' and 4040 'mg' ~ 4 'g' and 4.0 'g' !~ 4.04 'mg'", &json!([true]));
    gives("2 'kg' > 500 'g' and weight < 200 '[lb_av]'", &json!([true]));
    gives("1 'kg' = 1 'm' or 1 'kg' < 1 'm'", &json!([]));
    gives("(72 'kg' | 72000 'g' | 180 'cm').count()", &json!([2]));
    gives("37 'Cel' = 98.6 '[degF]'", &json!([true]));
    gives("1 'cm'.comparable(1 '[in_i]') and 1 'cm'.comparable(1 's').not()", &json!([true]));
    gives("(2 'kg' | 500 'g' | 1 'kg').sort().first()", &quantity("500", "g"));
}

#[test]
fn compares_calendar_durations() {
    gives("7 days = 1 week and 1 week = 7 'd' and 12 months = 1 year and 6 days < 1 week", &json!([true]));
    gives("1 year = 1 'a' or 1 month = 1 'mo' or 1 year = 365 days", &json!([]));
    gives("1 year ~ 1 'a'", &json!([true]));
}

#[test]
fn computes_with_quantities() {
    gives("180 'cm' + 0.2 'm'", &quantity("200", "cm"));
    gives("1 'g' - 250 'mg'", &quantity("750", "mg"));
    gives("1 'kg' + 1 'm'", &json!([]));
    gives("37 'Cel' + 1 '[degF]'", &json!([]));
    gives("2.0 'cm' * 2.0 'm' = 0.040 'm2' and 9 'g' / 3 'm' = 3 'g/m'", &json!([true]));
    gives("(72 'kg' / (1.80 'm' * 1.80 'm')).unit", &json!(["kg/m2"]));
    gives("3 * 4 'kg' = 12 'kg' and 12 'kg' / 3 = 4 'kg'", &json!([true]));
    gives("(6 'm' / 2 'm').toString()", &json!(["3 '1'"]));
    gives("1 'kg' / 0", &json!([]));
    gives("-(5 'mg') = (-5) * 1 'mg' and (-5.5 'mg').abs() = 5.5 'mg'", &json!([true]));
    gives("(1.234 'mg').round(1)", &quantity("1.2", "mg"));
    gives("(5 'mg' | 2 'mg').sum()", &quantity("7", "mg"));
    assert_eq!(run("37 'Cel' * 1 'm'"), Err(Error::WrongType("*")));
    assert_eq!(run("1 'kg' + 1"), Err(Error::WrongType("+")));
}

#[test]
fn gives_the_parts_of_a_computed_quantity() {
    gives("(3 'kg' + 2 'kg').value | (3 'kg').unit | (3 'kg').code", &json!([5, "kg"]));
    gives("(3 'kg').system", &json!(["http://unitsofmeasure.org"]));
    gives("(3 years).unit & (3 years).code", &json!(["yeara"]));
    gives("(3 'pills').unit & (3 'pills').code", &json!(["pills"]));
    gives("3 'pills'", &json!([{"value": 3, "unit": "pills"}]));
    gives("3 'kg'.nothing", &json!([]));
}

#[test]
fn reads_quantities_of_a_resource() {
    let weight = |text: &str, quantity: Value| {
        let observation = json!({"resourceType": "Observation", "valueQuantity": quantity});
        let environment = environment(&observation);
        let expression = Expression::parse(text).unwrap();
        let items = expression.evaluate(&environment, &observation);
        items.map(|items| items.iter().map(super::super::Item::to_json).collect::<Value>())
    };
    let ucum = "http://unitsofmeasure.org";
    let years = json!({"value": 2, "unit": "years", "system": ucum, "code": "a"});
    assert_eq!(weight("value = 2 years", years.clone()), Ok(json!([true])));
    assert_eq!(weight("value ~ 2 'a'", years.clone()), Ok(json!([true])));
    assert_eq!(weight("@2026-09-02 - value", years), Ok(json!(["2024-09-02"])));
    let local = json!({"value": 3, "system": "urn:local", "code": "min"});
    assert_eq!(weight("value = 180 's'", local), Ok(json!([])), "the code is not one of UCUM");
    let below = json!({"value": 5, "comparator": "<", "system": ucum, "code": "mg"});
    assert_eq!(weight("value < 6 'mg'", below), Err(Error::WrongType("<")), "less than 5 is no number");
}

#[test]
fn converts_to_quantities() {
    gives("1.toQuantity() = 1 '1' and true.toQuantity() = 1 '1'", &json!([true]));
    gives("'12 \\'kg\\''.toQuantity() = 12 'kg' and '1 day'.toQuantity() = 1 'd'", &json!([true]));
    gives(
        "'1 wk'.toQuantity() | '1.a'.toQuantity() | 'kg'.toQuantity() | '1 \\'kg'.toQuantity()",
        &json!([]),
    );
    gives("45 'g'.toQuantity('kg')", &quantity("0.045", "kg"));
    gives("45 'g'.convertsToQuantity('m')", &json!([false]));
}

#[test]
fn computes_roots_powers_and_logarithms() {
    gives("2.power(3) | 2.5.power(2) | 2.power(-1)", &json!([8, 6.25, 0.5]));
    gives("(-1).power(0.5) | (-1).sqrt() | 0.ln() | (-5).ln()", &json!([]));
    gives("81.sqrt() | 100.0.log(10) | 0.exp() | 1.ln()", &json!([9, 2, 1, 0]));
    gives("2.718281828.ln().round(3).toString()", &json!(["1.000"]));
    gives("(1 - 0.9605.power(1.2.exp())) * 100 > 12", &json!([true]));
    gives("(70/((175.0/100).power(2))).round(1)", &json!([22.9]));
    gives("{}.exp() | 2.power({}) | {}.sqrt()", &json!([]));
    assert_eq!(run("'a'.sqrt()"), Err(Error::WrongType("sqrt")));
}

#[test]
fn computes_boundaries_and_precision_of_numbers() {
    gives("1.587.lowBoundary().toString()", &json!(["1.58650000"]));
    gives("1.587.highBoundary(2).toString() & (-1.587).lowBoundary(0).toString()", &json!(["1.59-2"]));
    gives("1.587.lowBoundary(-1) | 1.587.lowBoundary(32)", &json!([]));
    gives("1.587 'cm'.lowBoundary(8).toString()", &json!(["1.58650000 'cm'"]));
    gives("1.58700.precision()", &json!([5]));
}

#[test]
fn computes_extremes_and_averages() {
    gives("(1|5|3).max() | (1|5|3).min() | (1|5|3).avg()", &json!([5, 1, 3]));
    gives("(@2026-01-02 | @2026-01-01).max()", &json!(["2026-01-02"]));
    gives("{}.max() | {}.avg() | {}.sum()", &json!([]));
    gives("(2 'kg' | 500 'g').min()", &quantity("500", "g"));
    gives("(1 'kg' | 1 'm').max()", &json!([]));
    assert_eq!(run("(1 | 'a').max()"), Err(Error::WrongType("max")));
}

fn quantity(value: &str, unit: &str) -> Value {
    let value: serde_json::Number = value.parse().unwrap();
    json!([{"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}])
}
