//! Examples of extraction of the SDC guide: the same answers by templates, by a template of a whole Bundle, and by
//! definitions.

use std::cell::Cell;

use jiff::Zoned;
use passerelle::forms::{Chart, Extraction, ExtractionInput, Form, ScreenedChart, extract};
use serde_json::{Value, json};

fn response() -> Value {
    let text = |link_id: &str, text: &str| json!({"linkId": link_id, "answer": [{"valueString": text}]});
    let contact = |name: &str| json!({"linkId": "contacts", "item": [text("contact-name", name), text("phone", "613-555-0101")]});
    json!({"resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed",
        "authored": "2026-09-02T09:20:00-04:00", "author": {"reference": "Practitioner/d1"}, "item": [
            {"linkId": "patient", "item": [
                {"linkId": "name", "item": [{"linkId": "given", "answer": [{"valueString": "Ann"}, {"valueString": "Lee"}]},
                    text("family", "Roy")]},
                {"linkId": "gender", "answer": [{"valueCoding": {"system": "http://hl7.org/fhir/administrative-gender", "code": "female"}}]},
                text("ihi", "12345"), text("mobile-phone", "613-555-0100")]},
            contact("Max"), contact("Eve"),
            {"linkId": "obs", "item": [{"linkId": "height", "answer": [{"valueDecimal": 1.63}]},
                {"linkId": "weight", "answer": [{"valueDecimal": 71.5}]},
                {"linkId": "complication", "answer": [{"valueBoolean": false}]}]}]})
}

/// Returns what is extracted with an example, or `None` without the suite.
fn extracted(name: &str) -> Option<Extraction> {
    let file = super::suite("questionnaires")?.join(name);
    let form = Form::parse_named(&super::json(&file), name).expect("the example can be used");
    let now: Zoned = "2026-09-02T09:20:00-04:00[America/Toronto]".parse().expect("a moment");
    let (chart, count) = (Chart::new(), Cell::new(0));
    let chart = ScreenedChart::of(&chart, now.date());
    let new_id = || {
        count.set(count.get() + 1);
        format!("urn:uuid:{}", count.get())
    };
    let input =
        ExtractionInput { chart: &chart, now: &now, response: "QuestionnaireResponse/r1", new_id: &new_id };
    Some(extract(&form, &response(), &input))
}

fn of_type<'e>(found: &'e Extraction, kind: &str) -> Vec<&'e Value> {
    let all = found.resources.iter().map(|one| &one.resource);
    all.filter(|resource| resource["resourceType"] == kind).collect()
}

fn has_the_answers(found: &Extraction) {
    assert_eq!(found.failures, []);
    let patient = found.resources.iter().find(|one| one.resource["resourceType"] == "Patient");
    let patient = patient.expect("a Patient is extracted");
    let (resource, url) = (&patient.resource, &patient.full_url);
    assert_eq!(resource["name"][0]["text"], "Ann Lee Roy");
    assert_eq!(resource["name"][0]["given"], json!(["Ann", "Lee"]));
    assert_eq!(resource["name"][0]["family"], "Roy");
    assert_eq!(resource["name"].as_array().map(Vec::len), Some(1));
    assert_eq!(resource["gender"], "female");
    assert_eq!(resource["identifier"][0]["value"], "12345");
    assert_eq!(resource["identifier"][0]["type"]["text"], "National Identifier (IHI)");
    assert_eq!(resource["telecom"][0]["value"], "613-555-0100");
    assert!(url.starts_with("urn:uuid:"), "{url}");
    assert!(patient.questions.contains(&"ihi".to_owned()), "{:?}", patient.questions);
    let persons = of_type(found, "RelatedPerson");
    assert_eq!(persons.iter().map(|it| &it["name"][0]["text"]).collect::<Vec<_>>(), ["Max", "Eve"]);
    assert!(persons.iter().all(|it| it["patient"]["reference"] == url.as_str()), "{persons:?}");
    let measured = of_type(found, "Observation");
    let of_code = |code: &str| {
        let found = measured.iter().find(|it| it["code"]["coding"][0]["code"] == code);
        *found.unwrap_or_else(|| panic!("{code} is not among {measured:#?}"))
    };
    let (height, weight) = (of_code("8302-2"), of_code("29463-7"));
    assert_eq!((&weight["valueQuantity"]["value"], &weight["status"]), (&json!(71.5), &json!("final")));
    assert_eq!(height["subject"]["reference"], url.as_str());
    assert_eq!(height["performer"][0]["reference"], "Practitioner/d1");
    assert_eq!(height["effectiveDateTime"], "2026-09-02T09:20:00-04:00");
    assert_eq!(height["derivedFrom"][0]["reference"], "QuestionnaireResponse/r1");
}

#[test]
fn extracts_the_examples_of_the_guide() {
    for name in [
        "sdc-extract-complex-template.json",
        "sdc-extract-complex-template2.json",
        "sdc-extract-complex-defn3.json",
    ] {
        let Some(found) = extracted(name) else { return };
        println!("{name}: {} resources", found.resources.len());
        has_the_answers(&found);
    }
}
