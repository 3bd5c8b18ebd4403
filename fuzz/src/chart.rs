//! The shipped form on a chart with one untrusted part.

use std::sync::LazyLock;

use jiff::{Zoned, tz::TimeZone};
use passerelle::forms::{
    Answers, Chart, Details, Form, Library, Prefill, Source, calculate, check, populate, readable,
    to_response, view,
};
use serde_json::{Map, Value};

use crate::ehr::NOW;

/// Id of the chart's patient.
pub const PATIENT: &str = "p1";

pub fn form() -> &'static Form {
    static SHIPPED: LazyLock<Library> =
        LazyLock::new(|| Library::built_in().expect("the shipped forms can be read"));
    SHIPPED.get("cardiology-consult").expect("the form is shipped")
}

pub fn moment() -> Zoned {
    NOW.to_zoned(TimeZone::UTC)
}

/// Chart of a realistic patient and user, with this response to every search of the form.
pub fn with_answer(bundle: &Value) -> Chart {
    static SOURCES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
        let text = include_str!("../../tests/fixtures/forms/chart.json");
        serde_json::from_str(text).expect("the fixture is JSON")
    });
    let mut chart = Chart::new();
    let loaded = |value: &Value| Source::Loaded { resource: value.clone().into(), read_at: NOW };
    for name in ["patient", "user"] {
        chart.insert(name, loaded(&SOURCES[name]));
    }
    for query in form().queries() {
        chart.insert(&query.name, loaded(bundle));
    }
    chart
}

/// Runs everything that the app does with a form: fill, calculate, check, show, send.
pub fn use_form(chart: &Chart) -> (Prefill, Answers, Value) {
    let (form, now) = (form(), moment());
    let prefill = populate(form, chart, &now);
    let mut answers = Answers::from_prefill(form, &prefill);
    calculate(form, &mut answers, chart, &now);
    let response = show(&answers, &prefill);
    (prefill, answers, response)
}

/// Shows the answers as a form, reads them out in the other language, and sends them.
pub fn show(answers: &Answers, prefill: &Prefill) -> Value {
    let (form, now) = (form(), moment());
    let problems = check(form, answers, prefill);
    let _ = view(form, answers, prefill, &problems, "en");
    let _ = readable(form, answers, prefill, "fr");
    let details =
        Details { id: "qr1", subject: "Patient/p1", author: "Practitioner/dr1", authored: &now, lang: "fr" };
    to_response(form, answers, prefill, &details)
}
