//! Benchmark of filling and showing the shipped form, and of single expressions: `cargo bench --bench forms`.

use std::hint::black_box;
use std::time::Instant;

use jiff::{Timestamp, Zoned};
use passerelle::fhirpath::{Environment, Expression};
use passerelle::forms::{Answers, Chart, Form, Library, RowAction, Source, calculate, check, populate, view};
use serde_json::{Value, json};

const CHART: &str = include_str!("../tests/fixtures/forms/chart.json");
const ROUNDS: u32 = 2_000;

/// Prints the mean time of a round, in microseconds.
fn measure<T>(what: &str, mut once: impl FnMut() -> T) {
    let began = Instant::now();
    for _ in 0..ROUNDS {
        black_box(once());
    }
    println!("{what:<52}{:>10.1} us", began.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS));
}

/// Form of 120 questions, each with a constraint on another one, and of 20 rows with a calculation each.
fn large(chart: &Chart, now: &Zoned) {
    let expression = |text: &str| json!({"language": "text/fhirpath", "expression": text});
    let question = |number: usize| {
        let other = number / 2;
        let text = format!("answer.value < %resource.item.item.where(linkId = 'q{other}').answer.value + 9");
        json!({"linkId": format!("q{number}"), "type": "integer", "initial": [{"valueInteger": 1}], "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/targetConstraint",
            "extension": [{"url": "expression", "valueExpression": expression(&text)}]}]})
    };
    let mut items: Vec<Value> = (0..120).map(question).collect();
    items.push(json!({"linkId": "row", "type": "group", "repeats": true, "item": [
        {"linkId": "n", "type": "integer", "initial": [{"valueInteger": 1}]},
        {"linkId": "d", "type": "integer", "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": expression("%context.answer.value + %resource.item.item.where(linkId = 'q1').answer.value")}]}]}));
    let form = json!({"resourceType": "Questionnaire", "id": "large", "title": "Large", "item": [
        {"linkId": "g", "type": "group", "item": items}]});
    let form = Form::parse(&form).expect("the form is valid");
    let prefill = populate(&form, chart, now);
    let mut answers = Answers::from_prefill(&form, &prefill);
    let add = RowAction::parse("add:row").expect("the action is written as a button has it");
    (1..20).for_each(|_| answers.change_rows(&form, &prefill, &add));
    measure("calculate 120 questions, 20 rows", || calculate(&form, &mut answers.clone(), chart, now));
    calculate(&form, &mut answers, chart, now);
    measure("check 120 questions, 20 rows", || check(&form, &answers, &prefill));
    measure("view 120 questions, 20 rows", || view(&form, &answers, &prefill, &[], "fr"));
}

fn main() {
    let now: Zoned =
        "2026-09-02T09:20:00-04:00[America/Toronto]".parse().expect("the moment is written as jiff reads it");
    let sources: serde_json::Map<String, Value> = serde_json::from_str(CHART).expect("the chart is JSON");
    let patient = sources["patient"].clone();
    let mut chart = Chart::new();
    for (name, resource) in sources {
        chart.insert(&name, Source::Loaded { resource: resource.into(), read_at: Timestamp::UNIX_EPOCH });
    }
    let library = Library::built_in().expect("the shipped forms can be read");
    let form = library.get("cardiology-consult").expect("the form is shipped");
    let prefill = populate(form, &chart, &now);
    let answers = Answers::from_prefill(form, &prefill);

    measure("populate", || populate(form, &chart, &now));
    measure("calculate", || calculate(form, &mut answers.clone(), &chart, &now));
    measure("check", || check(form, &answers, &prefill));
    measure("view", || view(form, &answers, &prefill, &[], "fr"));
    large(&chart, &now);
    let environment = Environment::new(now);
    for text in [
        "name.where(use = 'official').given.first()",
        "identifier.where(type.coding.exists(code='JHN')).value",
        "birthDate <= today() - 18 years",
    ] {
        let expression = Expression::parse(text).expect("the expression parses");
        measure(text, || expression.evaluate(&environment, &patient).map(|found| found.len()));
    }
}
