//! Values that an expression concludes from an empty chart, or from one that was not read.

use super::populated::{SDC, bundle, initial, loaded, parsed, patient, prescription, query};
use super::*;

/// Returns a form with questions that conclude something from the prescriptions and the patient, and its chart.
fn concluding() -> Form {
    let calculated = json!({"url": format!("{SDC}calculatedExpression"), "valueExpression": {
        "language": "text/fhirpath", "expression": "iif(%meds.entry.exists(), 1, 0)"}});
    let taken = json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {
        "name": "taken", "language": "text/fhirpath", "expression": "%meds.entry.resource.medication.text"}});
    let boolean = |id: &str, text: &str| json!({"linkId": id, "type": "boolean", "text": id, "extension": [initial(text)]});
    let string = |id: &str, text: &str| json!({"linkId": id, "type": "string", "text": id, "extension": [initial(text)]});
    let mut hidden = boolean("hidden", "%meds.entry.exists()");
    let marks = hidden["extension"].as_array_mut().unwrap();
    marks.push(
        json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true}),
    );
    let text = json!({"linkId": "text", "type": "string", "text": "Text"});
    parsed(
        &[query("meds", "MedicationRequest?patient={{%patient.id}}"), taken],
        &json!([
            boolean("any", "%meds.entry.exists()"),
            boolean("none", "%taken.empty()"),
            boolean("female", "%patient.gender = 'female'"),
            boolean("male", "%patient.gender = 'male'"),
            boolean("tagged", "%patient.extension.exists()"),
            string("word", "iif(%meds.entry.exists(), 'treated', 'untreated')"),
            string("sex", "iif(%patient.gender = 'male', 'M', 'F')"),
            string("name", "iif(%patient.exists(), %patient.id, %meds.id)"),
            string("first", "%taken.combine(%patient.id).first()"),
            hidden,
            {"linkId": "points", "type": "integer", "text": "Points", "extension": [calculated]},
            text
        ]),
    )
}

/// Texts of the answers with which the form begins; empty if a question is not filled.
fn begun(chart: &Chart) -> (Prefill, std::collections::BTreeMap<String, String>) {
    let form = concluding();
    let prefill = populate(&form, chart, &now());
    let answers = begin(&form, &prefill, chart, &now());
    let ids = form.questions().into_iter().map(|item| item.link_id.clone());
    let texts = ids.map(|id| (id.clone(), text(&answers, &id))).collect();
    (prefill, texts)
}

#[test]
fn never_concludes_from_a_source_that_was_not_loaded() {
    let mut chart = patient();
    chart.insert("meds", Source::NotLoaded(NotLoaded::NotGranted));
    let (prefill, texts) = begun(&chart);
    for id in ["any", "none", "word", "hidden", "points"] {
        assert_eq!(texts[id], "", "{id}");
    }
    for id in ["any", "none", "word", "hidden"] {
        assert_eq!(prefill.get(id).unwrap().not_loaded, Some(NotLoaded::NotGranted), "{id}");
    }
    // What is in the chart is kept, and a branch that is not taken does not matter.
    assert_eq!((texts["first"].as_str(), texts["name"].as_str()), ("p1", "p1"));
}

#[test]
fn never_takes_an_empty_list_for_an_answer_of_the_chart() {
    let mut chart = patient();
    loaded(&mut chart, "meds", bundle(&[]));
    let (prefill, texts) = begun(&chart);
    for id in ["any", "none", "word", "tagged"] {
        assert_eq!(texts[id], "", "{id}");
    }
    // A rule of the form may need to know; it is not a value of the chart.
    assert_eq!((texts["hidden"].as_str(), texts["points"].as_str()), ("false", "0"));
    assert!(prefill.get("hidden").unwrap().is_default);
}

#[test]
fn fills_what_the_chart_says() {
    let mut chart = patient();
    loaded(&mut chart, "meds", bundle(&[prescription("m1", "Apixaban")]));
    let (prefill, texts) = begun(&chart);
    let wanted = [
        ("any", "true"),
        ("none", "false"),
        ("female", "true"),
        ("male", "false"),
        ("tagged", ""),
        ("word", "treated"),
        ("sex", "F"),
        ("first", "Apixaban"),
        ("hidden", "true"),
        ("points", "1"),
    ];
    for (id, text) in wanted {
        assert_eq!(texts[id], text, "{id}");
    }
    assert!(!prefill.get("hidden").unwrap().is_default);
}
