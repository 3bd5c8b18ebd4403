//! Published Questionnaires: those that can be used as they are, and the expressions of all of them.

use std::path::PathBuf;

use jiff::Zoned;
use passerelle::fhirpath::Expression;
use passerelle::forms::{Answers, Chart, Form, calculate, check, populate, readable, view};
use serde::Deserialize;
use serde_json::Value;

/// Recorded figures of the suite.
#[derive(Deserialize)]
struct Figures {
    questionnaires: Questionnaires,
}

#[derive(Deserialize)]
struct Questionnaires {
    usable: usize,
    refused_expressions: usize,
}

fn figures() -> Questionnaires {
    let figures: Figures = toml::from_str(include_str!("../suites.toml")).expect("the figures are complete");
    figures.questionnaires
}

/// Returns the files of the suite, or `None` if there is none here.
fn files() -> Option<Vec<PathBuf>> {
    let entries = std::fs::read_dir(super::suite("questionnaires")?).expect("the suite is a folder");
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    Some(files)
}

#[test]
fn uses_published_questionnaires_as_they_are() {
    let Some(files) = files() else { return };
    let now: Zoned = "2026-09-02T09:20:00-04:00[America/Toronto]".parse().expect("a moment");
    let mut usable = 0;
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        match Form::parse_named(&super::json(file), &name) {
            Ok(form) => {
                usable += 1;
                shows(&form, &now);
            }
            Err(errors) => println!("{name} is refused: {errors:?}"),
        }
    }
    println!("{usable} of {} forms can be used", files.len());
    let wanted = figures().usable;
    assert!(usable >= wanted, "{usable} forms can be used, {wanted} are recorded");
}

/// Fills and shows a form without a chart. Fails if that panics, or an answer is in two places.
fn shows(form: &Form, now: &Zoned) {
    let chart = Chart::new();
    let prefill = populate(form, &chart, now);
    let mut answers = Answers::from_prefill(form, &prefill);
    calculate(form, &mut answers, &chart, now);
    let settled = answers.clone();
    calculate(form, &mut answers, &chart, now);
    assert_eq!(answers, settled, "{}: one save settles every rule", form.id());
    let problems = check(form, &answers, &prefill);
    for lang in ["en", "fr"] {
        assert!(!view(form, &answers, &prefill, &problems, lang).sections.is_empty(), "{}", form.id());
        assert!(readable(form, &answers, &prefill, lang).len() < 5_000);
    }
}

#[test]
fn parses_the_expressions_of_published_questionnaires() {
    let Some(files) = files() else { return };
    let mut texts = Vec::new();
    for file in &files {
        collect(&super::json(file), &mut texts);
    }
    let refused: Vec<_> =
        texts.iter().filter_map(|text| Some((text, Expression::parse(text).err()?))).collect();
    println!("{} of {} expressions are refused: {refused:#?}", refused.len(), texts.len());
    assert!(!texts.is_empty(), "the suite has expressions");
    let most = figures().refused_expressions;
    assert!(refused.len() * 1_000 <= texts.len() * most, "{} of {}", refused.len(), texts.len());
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (Some("text/fhirpath"), Some(expression)) = (text("language"), text("expression")) {
                into.push(expression.to_owned());
            }
            members.values().for_each(|member| collect(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
