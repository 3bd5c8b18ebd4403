//! Benchmark of the shipped forms and of single expressions: `cargo bench --bench forms`, with `-- --smoke` for a short run.
//!
//! For each form: filling it from a chart, calculating, checking the answers, and rendering its page. A second column
//! counts allocations, if built with `--features count-allocations`.

use std::hint::black_box;
use std::time::Instant;

use jiff::{Timestamp, Zoned};
use passerelle::config::{Keys, KeysFile};
use passerelle::fhirpath::{Environment, Expression};
use passerelle::forms::{
    Answers, Chart, Form, Library, RowAction, Source, begin, calculate, check, outline, populate, view,
};
use passerelle::referral::PreviewPage;
use passerelle::web::{Allocations, CsrfKey, Lang, Metrics, SiteFolder, Web};
use serde_json::{Value, json};

/// Allocator of the shipped program.
#[cfg(not(feature = "count-allocations"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(feature = "count-allocations")]
#[global_allocator]
static ALLOCATOR: &passerelle::web::CountingAllocator = &passerelle::web::COUNTING_ALLOCATOR;

const CHART: &str = include_str!("../tests/fixtures/forms/chart.json");

/// Repetitions of each measurement.
struct Rounds(u32);

impl Rounds {
    /// Prints the mean of a round: time in microseconds, and allocations where they are counted. One round is not counted: it
    /// fills caches.
    fn measure<T>(&self, what: &str, mut once: impl FnMut() -> T) {
        black_box(once());
        let (before, began) = (Allocations::read(), Instant::now());
        for _ in 0..self.0 {
            black_box(once());
        }
        let (took, after) = (began.elapsed(), Allocations::read());
        let rounds = f64::from(self.0);
        let counted = before.zip(after).map(|(before, after)| {
            let [count, bytes] = [after.count - before.count, after.bytes - before.bytes]
                .map(|sum| f64::from(u32::try_from(sum / u64::from(self.0)).unwrap_or(u32::MAX)));
            format!("{count:>8.0} allocations {:>8.1} KiB", bytes / 1024.0)
        });
        let time = took.as_secs_f64() * 1e6 / rounds;
        println!("{what:<52}{time:>10.1} us {}", counted.unwrap_or_default());
    }
}

/// Form of 120 questions, each with a constraint on another one, and of 20 rows with a calculation each.
fn large(rounds: &Rounds, chart: &Chart, now: &Zoned) {
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
    println!("\n120 questions, 20 rows");
    rounds.measure("  calculate", || calculate(&form, &mut answers.clone(), chart, now));
    calculate(&form, &mut answers, chart, now);
    rounds.measure("  check", || check(&form, &answers, &prefill));
    rounds.measure("  view", || view(&form, &answers, &prefill, &[], "fr"));
}

/// Fills, calculates, checks and renders one form, in English as the launch benchmark does.
fn shipped(rounds: &Rounds, web: &Web, form: &Form, chart: &Chart, now: &Zoned) {
    let prefill = populate(form, chart, now);
    let answers = begin(form, &prefill, chart, now);
    let page = || {
        let shown = outline(form, &answers, &prefill, &[], Lang::En.code());
        let page = PreviewPage::of(web, Lang::En, &shown).map_err(|error| error.to_string());
        page.and_then(|page| web.render_sample(Lang::En, &page)).expect("the form can be shown")
    };
    println!("\n{}, a page of {} bytes", form.id(), page().len());
    rounds.measure("  fill", || populate(form, chart, now));
    rounds.measure("  calculate", || calculate(form, &mut answers.clone(), chart, now));
    rounds.measure("  check", || check(form, &answers, &prefill));
    rounds.measure("  render", page);
}

/// Pages as the app renders them, with keys of their own.
fn web() -> Web {
    let file = std::env::temp_dir().join(format!("passerelle-bench-forms-{}.keys", std::process::id()));
    KeysFile::write_new(&file).expect("a temporary file can be written");
    let keys = Keys::from_file(&file).expect("the file was written just now");
    std::fs::remove_file(&file).expect("the file was written just now");
    let url = "http://localhost".parse().expect("an origin");
    Web::new(&SiteFolder::new(None), CsrfKey::new(&keys), url, Metrics::default())
        .expect("the files are shipped")
}

fn main() {
    let rounds = Rounds(if std::env::args().any(|argument| argument == "--smoke") { 5 } else { 2_000 });
    let now: Zoned =
        "2026-09-02T09:20:00-04:00[America/Toronto]".parse().expect("the moment is written as jiff reads it");
    let sources: serde_json::Map<String, Value> = serde_json::from_str(CHART).expect("the chart is JSON");
    let patient = sources["patient"].clone();
    let mut chart = Chart::new();
    for (name, resource) in sources {
        chart.insert(&name, Source::Loaded { resource: resource.into(), read_at: Timestamp::UNIX_EPOCH });
    }
    let (web, library) = (web(), Library::built_in().expect("the shipped forms can be read"));
    library.list().for_each(|form| shipped(&rounds, &web, form, &chart, &now));
    large(&rounds, &chart, &now);
    println!("\nexpressions");
    let environment = Environment::new(now);
    for text in [
        "name.where(use = 'official').given.first()",
        "identifier.where(type.coding.exists(code='JHN')).value",
        "birthDate <= today() - 18 years",
    ] {
        let expression = Expression::parse(text).expect("the expression parses");
        rounds.measure(&format!("  {text}"), || {
            expression.evaluate(&environment, &patient).map(|found| found.len())
        });
    }
}
