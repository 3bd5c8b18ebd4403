//! The built-in form on a realistic chart, and refused forms.

use std::path::Path;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use super::*;

mod answering;
mod attached;
mod concluded;
mod constrained;
mod decided;

mod enabling;
mod filling;
mod folded;
mod forgiven;
mod harm;
mod held_back;
mod kinds;
mod mutated;
mod outlined;
mod pages;
mod parsing;
mod populated;
mod reading;
mod referenced;
mod rows;
mod ruled;
mod templates;
mod unfilled;

const CHART: &str = include_str!("../../tests/fixtures/forms/chart.json");

fn now() -> Zoned {
    date(2026, 9, 2).at(9, 20, 0, 0).to_zoned(TimeZone::get("America/Toronto").unwrap()).unwrap()
}

fn form() -> Form {
    let library = Library::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"));
    Form::clone(library.get("cardiology-consult").unwrap())
}

fn chart() -> Chart {
    let sources: serde_json::Map<String, Value> = serde_json::from_str(CHART).unwrap();
    let read_at: Timestamp = "2026-09-02T13:14:30Z".parse().unwrap();
    let mut chart = Chart::new();
    for (name, resource) in sources {
        chart.insert(name, Source::Loaded { resource: resource.into(), read_at });
    }
    chart
}

fn text(answers: &Answers, link_id: &str) -> String {
    answers.get(link_id).join("; ")
}

fn prefilled(chart: &Chart) -> (Form, Prefill, Answers) {
    let form = form();
    let prefill = populate(&form, chart, &now());
    let answers = Answers::from_prefill(&form, &prefill);
    (form, prefill, answers)
}

fn places(all: &[&str]) -> std::collections::BTreeSet<String> {
    all.iter().map(|place| (*place).to_owned()).collect()
}

fn set(answers: &mut Answers, link_id: &str, text: &str) {
    answers.set(link_id, vec![text.to_owned()]);
}

fn respond(form: &Form, answers: &Answers, prefill: &Prefill) -> Value {
    let details = Details {
        id: "qr1",
        subject: "Patient/p1",
        author: "Practitioner/dr1",
        authored: &now(),
        lang: "fr",
    };
    to_response(form, answers, prefill, &details)
}

#[test]
fn writes_a_response() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "reason", "110467000");
    set(&mut answers, "surgery-date", "2026-11");
    answers.set("problem-list", vec!["ehr:Condition/c1".into(), "Autre chose".into()]);
    answers.set("copy-to", vec!["Dre Roy".into(), "Clinique du Lac".into()]);
    let response = respond(&form, &answers, &prefill);
    assert_eq!(
        response["questionnaire"],
        "https://passerelle.example/fhir/Questionnaire/cardiology-consult|1.3.2"
    );
    assert_eq!(response["authored"], "2026-09-02T09:20:00-04:00");
    let answer = |section: &str, link_id: &str| {
        let find = |parent: &Value, link_id: &str| {
            parent["item"].as_array().unwrap().iter().find(|item| item["linkId"] == link_id).cloned().unwrap()
        };
        find(&find(&response, section), link_id)["answer"].clone()
    };
    assert_eq!(
        answer("measurements", "egfr"),
        json!([{"valueQuantity": {"value": 90, "unit": "mL/min/1.73 m²", "code": "mL/min/{1.73_m2}",
            "system": "http://unitsofmeasure.org", "comparator": ">"},
            "extension": [{"url": "https://passerelle.example/fhir/StructureDefinition/answer-source",
                "valueReference": {"reference": "Observation/l2", "display": "dossier, 20 août 2026"}}]}])
    );
    assert_eq!(answer("symptoms", "surgery-date"), json!([{"valueDate": "2026-11"}]));
    assert_eq!(
        answer("record", "problem-list"),
        json!([{"valueCoding": {"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"}},
            {"valueString": "Autre chose"}])
    );
    assert_eq!(
        answer("tests", "ecg"),
        json!([{"valueReference": {"reference": "DocumentReference/d1", "display": "12-lead ECG"}}])
    );
    assert!(!response.to_string().contains("\"lvef\""), "a disabled question is not submitted");
}

#[test]
fn parses_its_own_response() {
    let (form, prefill, mut answers) = prefilled(&chart());
    answers.set("problem-list", vec!["ehr:Condition/c1".into(), "Autre chose".into()]);
    answers.set("copy-to", vec!["Dre Roy".into(), "Clinique du Lac".into()]);
    let response = respond(&form, &answers, &prefill);
    let back = Answers::from_response(&form, &prefill, &response);
    let only_enabled = enabled(&form, &answers);
    assert!(!only_enabled.is_empty());
    for item in form.questions() {
        if only_enabled.contains(item.link_id.as_str()) {
            assert!(
                typed::same(item, back.get(&item.link_id), answers.get(&item.link_id), &[]),
                "{}: {:?} became {:?}",
                item.link_id,
                answers.get(&item.link_id),
                back.get(&item.link_id)
            );
        }
    }
}

#[test]
fn formats_answers_in_both_languages() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "weight", "71.5");
    set(&mut answers, "tests-done", "echo");
    let lines = |lang: &str| -> Vec<String> {
        let lines = readable(&form, &answers, &prefill, lang);
        lines.iter().map(|line| format!("{} / {} / {}", line.section, line.label, line.value)).collect()
    };
    let (english, french) = (lines("en"), lines("fr-CA"));
    let starts = |lines: &[String], start: &str| lines.iter().any(|line| line.starts_with(start));
    let weight = "Measurements and results / Weight / 71.5 kg (entered for this referral; chart: ";
    assert!(starts(&english, weight), "{english:#?}");
    let poids = "Mesures et résultats / Poids / 71,5 kg (saisi pour cette demande\u{202f}; dossier\u{a0}: ";
    assert!(starts(&french, poids), "{french:#?}");
    assert!(french.contains(
        &"Antécédents et facteurs de risque / Diabète / Oui (dossier, tel que lu le 2 sept. 2026)".to_owned()
    ));
    assert!(
        french.contains(
            &"Examens et documents / ECG tiré du dossier / 12-lead ECG (en date du 28 août 2026)".to_owned()
        ),
        "{french:#?}"
    );
    assert_eq!(english.len(), french.len());
}
