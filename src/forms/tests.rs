//! The shipped form on a realistic chart, and every refusal.

use std::path::Path;

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};

use super::*;

mod enabling;
mod pages;
mod parsing;
mod templates;

const CHART: &str = include_str!("../../tests/fixtures/forms/chart.json");

fn now() -> Zoned {
    date(2026, 9, 2)
        .at(9, 20, 0, 0)
        .to_zoned(TimeZone::get("America/Toronto").unwrap())
        .unwrap()
}

fn form() -> Form {
    let library = Library::load(Path::new("config/forms")).unwrap_or_else(|errors| panic!("{errors:#?}"));
    library.get("cardiology-consult").unwrap().clone()
}

fn chart() -> Chart {
    let sources: serde_json::Map<String, Value> = serde_json::from_str(CHART).unwrap();
    let read_at: Timestamp = "2026-09-02T13:14:30Z".parse().unwrap();
    let mut chart = Chart::new();
    for (name, resource) in sources {
        chart.insert(name, Source::Loaded { resource, read_at });
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

fn set(answers: &mut Answers, link_id: &str, text: &str) {
    answers.set(link_id, vec![text.to_owned()]);
}

#[test]
fn fills_scalars_with_the_latest_of_this_patient() {
    let (_, prefill, answers) = prefilled(&chart());
    let expected = [
        ("phone", "613-555-0102"),
        ("email", "e.tremblay@example.org"),
        ("language", "fr"),
        ("whereabouts", "home"),
        ("referrer", "Dr. Amélie Okafor"),
        ("clinic-name", "Riverside Family Health"),
        ("clinic-fax", "613-555-0198"),
        ("smoking-status", "8517006"),
        ("diabetes", "true"),
        ("hypertension", "true"),
        ("anticoagulant", "true"),
        ("systolic", "148"),
        ("diastolic", "86"),
        ("heart-rate", "72"),
        ("weight", "74.0"),
        ("height", "165.1"),
        ("creatinine", "88"),
        ("egfr", "> 90"),
        ("hba1c", "7.1"),
        ("ldl", ""),
        ("nt-probnp", ""),
        ("ecg-source", "chart"),
        ("ecg", "ehr:DocumentReference/d1"),
        ("lvef", "55"),
        ("voicemail", ""),
    ];
    for (link_id, value) in expected {
        assert_eq!(text(&answers, link_id), value, "{link_id}");
    }
    let weight = prefill.get("weight").unwrap();
    assert_eq!(weight.dated.as_deref(), Some("2026-03-03"));
    assert_eq!(weight.origin, ["vitals"]);
    assert_eq!(
        weight.dropped, 1,
        "the weight of another patient was left out and counted"
    );
    assert_eq!(prefill.get("ldl").unwrap().unusable.as_deref(), Some("130 mg/dL"));
    assert_eq!(prefill.get("nt-probnp").unwrap().not_loaded, None);
}

#[test]
fn pickers_offer_everything_and_select_what_is_active() {
    let (form, prefill, answers) = prefilled(&chart());
    let problems = prefill.get("problem-list").unwrap();
    let offered: Vec<(&str, bool)> = problems
        .candidates
        .iter()
        .map(|candidate| (candidate.key.as_str(), candidate.selected))
        .collect();
    assert_eq!(
        offered,
        [
            ("ehr:Condition/c1", true),
            ("ehr:Condition/c2", true),
            ("ehr:Condition/c3", false)
        ]
    );
    assert_eq!(problems.dropped, 1);
    let medications = prefill.get("medication-list").unwrap();
    assert_eq!(
        medications
            .candidates
            .iter()
            .map(|c| c.label.as_str())
            .collect::<Vec<_>>(),
        ["Apixaban 5 mg", "Ramipril"]
    );
    assert!(medications.more, "a page was cut");
    assert!(
        prefill.get("documents").unwrap().more,
        "the EHR attached a warning"
    );
    assert_eq!(
        text(&answers, "problem-list"),
        "ehr:Condition/c1; ehr:Condition/c2"
    );
    let picked = picked(&form, &answers, &prefill);
    assert!(
        picked
            .iter()
            .any(|one| one.reference == "MedicationRequest/m2" && one.display == "Ramipril")
    );
    assert!(!picked.iter().any(|one| one.reference == "Condition/c3"));
}

#[test]
fn not_loaded_is_never_an_empty_list() {
    let mut chart = chart();
    chart.insert("allergies", Source::NotLoaded(NotLoaded::Refused));
    chart.insert("labs", Source::NotLoaded(NotLoaded::NoAnswer));
    let (form, prefill, mut answers) = prefilled(&chart);
    let kind = |answers: &Answers, link_id: &str| {
        let page = view(&form, answers, &prefill, &[], "en");
        pages::find(&page, link_id).provenance.kind
    };
    assert_eq!(kind(&answers, "allergy-list"), ProvenanceKind::NotLoaded);
    assert_eq!(kind(&answers, "ldl"), ProvenanceKind::NotLoaded);
    assert_eq!(kind(&answers, "weight"), ProvenanceKind::FromEhr);
    let wanted = Problem {
        link_id: "allergy-list".to_owned(),
        kind: ProblemKind::ListNotLoaded,
    };
    assert!(
        check(&form, &answers, &prefill).contains(&wanted),
        "sending without the list needs a choice"
    );
    let line = |answers: &Answers| {
        let lines = readable(&form, answers, &prefill, "en");
        lines
            .into_iter()
            .find(|line| line.1.starts_with("Allergies"))
            .map(|line| line.2)
    };
    assert!(line(&answers).unwrap().contains("not loaded"));
    set(&mut answers, "allergy-list", "ehr:without-list");
    assert!(!check(&form, &answers, &prefill).contains(&wanted));
    assert!(line(&answers).unwrap().contains("not loaded"));
    let response = respond(&form, &answers, &prefill);
    assert!(!response.to_string().contains("without-list"));
    assert!(
        !response.to_string().contains("allergy-list"),
        "no empty list is stated"
    );
}

#[test]
fn a_required_list_cannot_be_sent_without() {
    let mut chart = chart();
    chart.insert("documents", Source::NotLoaded(NotLoaded::NoAnswer));
    chart.insert("reports", Source::NotLoaded(NotLoaded::NoAnswer));
    let (form, prefill, mut answers) = prefilled(&chart);
    set(&mut answers, "ecg-source", "chart");
    set(&mut answers, "ecg", "ehr:without-list");
    let problems = check(&form, &answers, &prefill);
    assert!(problems.contains(&Problem {
        link_id: "ecg".to_owned(),
        kind: ProblemKind::Required
    }));
    let page = view(&form, &answers, &prefill, &problems, "en");
    assert!(pages::find(&page, "ecg").without_list.is_none());
    assert!(pages::find(&page, "documents").without_list.is_some());
}

#[test]
fn an_encounter_of_another_patient_is_left_out() {
    let mut chart = chart();
    let resource = json!({"resourceType": "Encounter", "id": "e2", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p2"}});
    chart.insert(
        "encounter",
        Source::Loaded {
            resource,
            read_at: now().timestamp(),
        },
    );
    let (_, prefill, answers) = prefilled(&chart);
    assert_eq!(text(&answers, "whereabouts"), "");
    assert_eq!(prefill.get("whereabouts").unwrap().dropped, 1);
}

#[test]
fn none_recorded_differs_from_not_loaded() {
    let (form, prefill, answers) = prefilled(&chart());
    let page = view(&form, &answers, &prefill, &[], "en");
    assert_eq!(
        pages::find(&page, "allergy-list").provenance.kind,
        ProvenanceKind::NoneRecorded
    );
    let (form, prefill, answers) = prefilled(&Chart::new());
    let page = view(&form, &answers, &prefill, &[], "en");
    let allergies = pages::find(&page, "allergy-list");
    assert_eq!(allergies.provenance.kind, ProvenanceKind::NotLoaded);
    assert_eq!(allergies.provenance.reason, Some(NotLoaded::NotInContext));
}

#[test]
fn tells_edited_from_untouched_by_meaning() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let kind = |answers: &Answers, link_id: &str| {
        pages::find(&view(&form, answers, &prefill, &[], "fr"), link_id)
            .provenance
            .kind
    };
    set(&mut answers, "weight", " 74,00 ");
    set(&mut answers, "referrer", "Dr.  Amélie Okafor ");
    answers.set(
        "problem-list",
        vec!["ehr:Condition/c2".into(), "ehr:Condition/c1".into()],
    );
    for link_id in ["weight", "referrer", "problem-list"] {
        assert_eq!(kind(&answers, link_id), ProvenanceKind::FromEhr, "{link_id}");
    }
    set(&mut answers, "weight", "71.5");
    set(&mut answers, "egfr", "90");
    answers.set("problem-list", Vec::new());
    for link_id in ["weight", "egfr", "problem-list"] {
        assert_eq!(kind(&answers, link_id), ProvenanceKind::Edited, "{link_id}");
    }
    let page = view(&form, &answers, &prefill, &[], "fr");
    let weight = &pages::find(&page, "weight").provenance;
    assert_eq!(weight.chart_value.as_deref(), Some("74,0 kg"));
    assert_eq!(
        (weight.dated.as_deref(), weight.read_at.as_deref()),
        (Some("3 mars 2026"), Some("09:14"))
    );
}

#[test]
fn asks_by_branch_and_keeps_what_was_typed() {
    let (form, prefill, mut answers) = prefilled(&chart());
    assert!(!enabled(&form, &answers).contains("symptoms"));
    set(&mut answers, "reason", "29857009");
    set(&mut answers, "ccs", "41334000");
    assert!(enabled(&form, &answers).is_superset(&["symptoms", "onset", "ccs"].into()));
    set(&mut answers, "reason", "84114007");
    let on = enabled(&form, &answers);
    assert!(on.contains("nyha") && !on.contains("ccs"));
    assert_eq!(text(&answers, "ccs"), "41334000");
    assert!(!respond(&form, &answers, &prefill).to_string().contains("\"ccs\""));
    set(&mut answers, "reason", "110467000");
    assert!(
        !enabled(&form, &answers).contains("onset"),
        "an assessment before surgery has no onset"
    );
    set(&mut answers, "rest-pain", "true");
    assert!(enabled(&form, &answers).is_superset(&["emergency", "emergency-done"].into()));
    let missing: Vec<String> = check(&form, &answers, &prefill)
        .into_iter()
        .map(|problem| problem.link_id)
        .collect();
    assert!(missing.contains(&"emergency-done".to_owned()) && missing.contains(&"surgery".to_owned()));
    assert!(!missing.contains(&"ccs".to_owned()));
}

#[test]
fn checks_what_was_typed() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let found = |answers: &Answers, link_id: &str| {
        check(&form, answers, &prefill)
            .into_iter()
            .find(|problem| problem.link_id == link_id)
            .map(|problem| problem.kind)
    };
    set(&mut answers, "reason", "271594007");
    let limit = |text: &str| text.to_owned();
    let cases = [
        ("weight", "heavy", Some(ProblemKind::NotANumber)),
        (
            "weight",
            "401",
            Some(ProblemKind::TooLarge { limit: limit("400") }),
        ),
        ("weight", "0,5", Some(ProblemKind::TooSmall { limit: limit("1") })),
        ("weight", "71,5", None),
        ("syncope-episodes", "2.5", Some(ProblemKind::NotAWholeNumber)),
        ("voicemail", "maybe", Some(ProblemKind::NotYesOrNo)),
        ("urgency", "yesterday", Some(ProblemKind::NotAnOption)),
        ("language", "Inuktitut", None),
        (
            "problem-list",
            "ehr:Condition/gone",
            Some(ProblemKind::NotAnOption),
        ),
        ("problem-list", "Typed by hand", None),
        ("concern", "", Some(ProblemKind::Required)),
    ];
    for (link_id, typed, expected) in cases {
        let typed = if typed.is_empty() {
            Vec::new()
        } else {
            vec![typed.to_owned()]
        };
        answers.set(link_id, typed);
        assert_eq!(
            found(&answers, link_id),
            expected,
            "{link_id} {:?}",
            answers.get(link_id)
        );
    }
    set(&mut answers, "reason", "110467000");
    set(&mut answers, "surgery-date", "2026-13-45");
    assert_eq!(found(&answers, "surgery-date"), Some(ProblemKind::NotADate));
    set(&mut answers, "surgery-date", "2026-11");
    assert_eq!(found(&answers, "surgery-date"), None);
    set(&mut answers, "concern", &"é".repeat(1_001));
    assert_eq!(
        found(&answers, "concern"),
        Some(ProblemKind::TooLong { limit: limit("1000") })
    );
    answers.set("urgency", vec!["routine".into(), "asap".into()]);
    assert_eq!(found(&answers, "urgency"), Some(ProblemKind::OnlyOne));
}

#[test]
fn calculates_and_clears() {
    let (form, _, mut answers) = prefilled(&chart());
    let chart = chart();
    let env = chart.environment(&form, &now());
    calculate(&form, &mut answers, &env);
    assert_eq!(text(&answers, "bmi"), "27.1");
    set(&mut answers, "weight", "71,5");
    calculate(&form, &mut answers, &env);
    assert_eq!(text(&answers, "bmi"), "26.2");
    set(&mut answers, "height", "tall");
    calculate(&form, &mut answers, &env);
    assert_eq!(text(&answers, "bmi"), "");
}

#[test]
fn reads_fields_without_losing_or_trusting_them() {
    let form = form();
    let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let long = "x".repeat(30_000);
    let fields = [
        pair("a.concern", "one\r\ntwo\0three"),
        pair("a.weight", "heavy"),
        pair("a.referrer", "Dr.\u{202e} Roy"),
        pair("a.nothing-like-it", "x"),
        pair("csrf_token", "x"),
        pair("a.problem-list", "Typed"),
        pair("a.problem-list", "  "),
        pair("a.problem-list", "ehr:Condition/c1"),
        pair("a.cardiac-history", &long),
    ];
    let mut answers = Answers::from_fields(&form, fields.into_iter());
    assert_eq!(text(&answers, "concern"), "one\ntwo\u{fffd}three");
    assert_eq!(text(&answers, "weight"), "heavy");
    assert_eq!(text(&answers, "referrer"), "Dr.\u{fffd} Roy");
    assert_eq!(answers.get("problem-list"), ["Typed", "ehr:Condition/c1"]);
    assert_eq!(answers.get("cardiac-history")[0].len(), 20_000);
    assert!(answers.get("nothing-like-it").is_empty());
    answers.update_section(
        &form,
        "record",
        [pair("a.medication-list", "Aspirin"), pair("a.weight", "80")].into_iter(),
    );
    assert_eq!(
        (
            text(&answers, "weight").as_str(),
            text(&answers, "problem-list").as_str()
        ),
        ("heavy", "")
    );
    assert_eq!(text(&answers, "medication-list"), "Aspirin");
    let sealed = serde_json::to_string(&answers).unwrap();
    assert_eq!(serde_json::from_str::<Answers>(&sealed).unwrap(), answers);
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
fn writes_a_response_and_reads_it_back() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "reason", "110467000");
    set(&mut answers, "surgery-date", "2026-11");
    answers.set(
        "problem-list",
        vec!["ehr:Condition/c1".into(), "Autre chose".into()],
    );
    answers.set("copy-to", vec!["Dre Roy".into(), "Clinique du Lac".into()]);
    let response = respond(&form, &answers, &prefill);
    assert_eq!(
        response["questionnaire"],
        "https://passerelle.example/fhir/Questionnaire/cardiology-consult|1.0.0"
    );
    assert_eq!(response["authored"], "2026-09-02T09:20:00-04:00");
    let answer = |section: &str, link_id: &str| {
        let find = |parent: &Value, link_id: &str| {
            parent["item"]
                .as_array()
                .unwrap()
                .iter()
                .find(|item| item["linkId"] == link_id)
                .cloned()
                .unwrap()
        };
        find(&find(&response, section), link_id)["answer"].clone()
    };
    assert_eq!(
        answer("measurements", "egfr"),
        json!([{"valueQuantity": {"value": 90, "unit": "mL/min/1.73 m²", "code": "mL/min/{1.73_m2}",
            "system": "http://unitsofmeasure.org", "comparator": ">"}}])
    );
    assert_eq!(
        answer("symptoms", "surgery-date"),
        json!([{"valueDate": "2026-11"}])
    );
    assert_eq!(
        answer("record", "problem-list"),
        json!([{"valueCoding": {"system": "http://snomed.info/sct", "code": "38341003", "display": "Hypertension"}},
            {"valueString": "Autre chose"}])
    );
    assert_eq!(
        answer("tests", "ecg"),
        json!([{"valueReference": {"reference": "DocumentReference/d1", "display": "12-lead ECG"}}])
    );
    assert!(
        !response.to_string().contains("\"lvef\""),
        "a disabled question is not submitted"
    );
}

#[test]
fn reads_its_own_response_back() {
    let (form, prefill, mut answers) = prefilled(&chart());
    answers.set(
        "problem-list",
        vec!["ehr:Condition/c1".into(), "Autre chose".into()],
    );
    answers.set("copy-to", vec!["Dre Roy".into(), "Clinique du Lac".into()]);
    let response = respond(&form, &answers, &prefill);
    let back = Answers::from_response(&form, &prefill, &response);
    let only_enabled = enabled(&form, &answers);
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
fn reads_well_in_both_languages() {
    let (form, prefill, mut answers) = prefilled(&chart());
    set(&mut answers, "weight", "71.5");
    set(&mut answers, "tests-done", "echo");
    let lines = |lang: &str| -> Vec<String> {
        let lines = readable(&form, &answers, &prefill, lang);
        lines
            .into_iter()
            .map(|(section, label, value)| format!("{section} / {label} / {value}"))
            .collect()
    };
    let (english, french) = (lines("en"), lines("fr-CA"));
    assert!(
        english.contains(&"Measurements and results / Weight / 71.5 kg".to_owned()),
        "{english:#?}"
    );
    assert!(french.contains(&"Mesures et résultats / Poids / 71,5 kg".to_owned()));
    assert!(french.contains(&"Antécédents et facteurs de risque / Diabète / Oui".to_owned()));
    assert!(
        french.contains(
            &"Examens et documents / ECG tiré du dossier / 12-lead ECG (en date du 28 août 2026)".to_owned()
        ),
        "{french:#?}"
    );
    assert_eq!(english.len(), french.len());
}

#[test]
fn odd_resources_are_invalid_and_not_fatal() {
    let mut chart = chart();
    let read_at = now().timestamp();
    let odd = [
        json!({"resourceType": "Patient", "id": "p1", "telecom": "x", "communication": {"language": 5}, "name": {}}),
        json!({"resourceType": "Patient", "telecom": [{"system": "phone", "value": ["a", "b"]}]}),
        json!({"resourceType": "OperationOutcome"}),
        json!(5),
    ];
    for resource in odd {
        for name in ["patient", "vitals", "conditions", "documents", "roles"] {
            chart.insert(
                name,
                Source::Loaded {
                    resource: resource.clone(),
                    read_at,
                },
            );
            let (form, prefill, answers) = prefilled(&chart);
            let _ = view(&form, &answers, &prefill, &check(&form, &answers, &prefill), "fr");
        }
    }
    chart.insert(
        "patient",
        Source::Loaded {
            resource: json!({"resourceType": "Patient", "id": "p1",
        "telecom": [{"system": "phone", "use": "mobile", "value": ["a", "b"]}]}),
            read_at,
        },
    );
    let (_, prefill, _) = prefilled(&chart);
    assert_eq!(prefill.get("phone").unwrap().values.len(), 1);
    chart.insert(
        "vitals",
        Source::Loaded {
            resource: json!({"resourceType": "Bundle", "entry": [{"resource":
        {"resourceType": "Observation", "status": "final", "code": {"coding": [{"code": "29463-7"}]},
         "valueQuantity": {"value": 1e300, "unit": "kg"}}}]}),
            read_at,
        },
    );
    let (_, prefill, answers) = prefilled(&chart);
    assert_eq!(text(&answers, "weight"), "");
    assert!(prefill.get("weight").unwrap().unusable.is_some());
}

#[test]
fn prefill_survives_a_draft() {
    let (_, prefill, _) = prefilled(&chart());
    let sealed = serde_json::to_string(&prefill).unwrap();
    assert_eq!(serde_json::from_str::<Prefill>(&sealed).unwrap(), prefill);
    let mut chart = chart();
    chart.insert("labs", Source::NotLoaded(NotLoaded::NotGranted));
    let sealed = serde_json::to_string(&chart).unwrap();
    assert_eq!(serde_json::from_str::<Chart>(&sealed).unwrap(), chart);
}
