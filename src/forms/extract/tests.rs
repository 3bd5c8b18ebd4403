//! Extraction from small responses. The examples of SDC are in `tests/suites/`.

use std::cell::Cell;

use jiff::Zoned;
use serde_json::{Value, json};

use super::super::chart::{Chart, ScreenedChart};
use super::super::questionnaire::Form;
use super::*;

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

fn extension(name: &str, (key, value): (&str, Value)) -> Value {
    json!({"url": format!("{SDC}{name}"), key: value})
}

fn extract_flag() -> Value {
    extension("observationExtract", ("valueBoolean", json!(true)))
}

#[track_caller]
fn extracted(form: &Value, items: &Value) -> Extraction {
    let mut form = form.clone();
    form["resourceType"] = json!("Questionnaire");
    let form = Form::parse_named(&form, "f").unwrap_or_else(|errors| panic!("{errors:#?}"));
    let response = json!({"resourceType": "QuestionnaireResponse", "id": "r1", "status": "completed",
        "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/v1"},
        "authored": "2026-09-02T09:20:00-04:00", "author": {"reference": "Practitioner/d1"}, "item": items});
    let now: Zoned = "2026-09-02T09:20:00-04:00[America/Toronto]".parse().unwrap();
    let (chart, count) = (Chart::new(), Cell::new(0));
    let chart = ScreenedChart::of(&chart, now.date());
    let new_id = || {
        count.set(count.get() + 1);
        format!("urn:uuid:{}", count.get())
    };
    let input =
        ExtractionInput { chart: &chart, now: &now, response: "QuestionnaireResponse/r1", new_id: &new_id };
    extract(&form, &response, &input)
}

fn loinc(code: &str) -> Value {
    json!([{"system": "http://loinc.org", "code": code}])
}

/// Each item knows the variables of the groups around it, as they are for its own row.
#[test]
fn knows_the_variables_of_items() {
    let variable = |name: &str, text: &str| {
        json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {
            "name": name, "language": "text/fhirpath", "expression": text}})
    };
    let stated = json!({"url": format!("{SDC}definitionExtract"), "extension": [
        {"url": "definition", "valueCanonical": "http://hl7.org/fhir/StructureDefinition/Condition"}]});
    let noted = json!({"url": format!("{SDC}definitionExtractValue"), "extension": [
        {"url": "definition", "valueUri": "http://hl7.org/fhir/StructureDefinition/Condition#Condition.note.text"},
        {"url": "expression", "valueExpression": {"language": "text/fhirpath", "expression": "%both & '/' & %all"}}]});
    let of_group = [
        stated,
        variable("name", "item.where(linkId = 'name').answer.value"),
        variable("both", "%name & ' (' & item.where(linkId = 'side').answer.value & ')'"),
    ];
    let form = json!({"extension": [variable("all", "%resource.item.count().toString()")], "item": [
        {"linkId": "g", "type": "group", "repeats": true, "extension": of_group, "item": [
            {"linkId": "name", "type": "string", "definition": "http://hl7.org/fhir/StructureDefinition/Condition#Condition.code.text"},
            {"linkId": "side", "type": "string", "extension": [noted]}]}]});
    let row = |name: &str, side: &str| {
        json!({"linkId": "g", "item": [{"linkId": "name", "answer": [{"valueString": name}]},
            {"linkId": "side", "answer": [{"valueString": side}]}]})
    };
    let found = extracted(&form, &json!([row("Pain", "left"), row("Ulcer", "right")]));
    assert_eq!(found.failures, []);
    let notes: Vec<&Value> = found.resources.iter().map(|it| &it.resource["note"][0]["text"]).collect();
    assert_eq!(notes, ["Pain (left)/2", "Ulcer (right)/2"]);
}

#[test]
fn makes_observations_of_coded_answers() {
    let unit = json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
        "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kilograms"}});
    let category =
        extension("observation-extract-category", ("valueCodeableConcept", json!({"text": "vital"})));
    let form = json!({"extension": [extract_flag()], "item": [
        {"linkId": "g", "type": "group", "extension": [category], "item": [
            {"linkId": "w", "type": "decimal", "code": loinc("29463-7"), "extension": [unit]}]},
        {"linkId": "s", "type": "choice", "repeats": true, "code": loinc("72166-2"),
            "answerOption": [{"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "b"}}]},
        {"linkId": "n", "type": "string"},
        {"linkId": "off", "type": "boolean", "code": loinc("1-1"),
            "extension": [extension("observationExtract", ("valueBoolean", json!(false)))]}]});
    let found = extracted(
        &form,
        &json!([{"linkId": "g", "item": [{"linkId": "w", "answer": [{"valueDecimal": 71.5}]}]},
            {"linkId": "s", "answer": [{"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "b"}}]},
            {"linkId": "n", "answer": [{"valueString": "x"}]},
            {"linkId": "off", "answer": [{"valueBoolean": true}]}]),
    );
    assert_eq!(found.failures, []);
    assert_eq!(found.resources.len(), 3);
    let weight = &found.resources[0];
    assert_eq!(
        weight.resource,
        json!({"resourceType": "Observation", "status": "final", "code": {"coding": loinc("29463-7")},
            "category": [{"text": "vital"}], "subject": {"reference": "Patient/p1"},
            "encounter": {"reference": "Encounter/v1"}, "effectiveDateTime": "2026-09-02T09:20:00-04:00",
            "issued": "2026-09-02T09:20:00-04:00", "performer": [{"reference": "Practitioner/d1"}],
            "derivedFrom": [{"reference": "QuestionnaireResponse/r1"}],
            "valueQuantity": {"value": 71.5, "unit": "kilograms", "system": "http://unitsofmeasure.org", "code": "kg"}})
    );
    assert_eq!((weight.full_url.as_str(), &weight.questions[..]), ("urn:uuid:1", &["w".to_owned()][..]));
    let smoking: Vec<_> =
        found.resources[1..].iter().map(|it| &it.resource["valueCodeableConcept"]).collect();
    assert_eq!(smoking, [&json!({"coding": [{"code": "a"}]}), &json!({"coding": [{"code": "b"}]})]);
    assert!(found.resources[1].resource.get("category").is_none());
}

#[test]
fn makes_no_observation_of_an_unchanged_value_of_the_chart() {
    let form = json!({"extension": [extract_flag()], "item": [
        {"linkId": "w", "type": "decimal", "code": loinc("29463-7")}]});
    let source = |reference: Option<&str>| {
        json!([{"url": "https://passerelle.example/fhir/StructureDefinition/answer-source",
            "valueReference": {"display": "chart, 1 Jan 2026", "reference": reference}}])
    };
    for (reference, count) in [(Some("Observation/o1"), 0), (None, 1)] {
        let mut answer = json!({"valueDecimal": 71.5, "extension": source(reference)});
        if reference.is_none() {
            answer["extension"][0]["valueReference"].as_object_mut().unwrap().remove("reference");
        }
        let found = extracted(&form, &json!([{"linkId": "w", "answer": [answer]}]));
        assert_eq!(found.resources.len(), count, "{reference:?}");
    }
}

#[test]
fn relates_observations_to_that_of_their_group() {
    let related = |relation: &str| extension("observationExtract", ("valueCode", json!(relation)));
    let question = |link_id: &str, code: &str, relation: &str| json!({"linkId": link_id, "type": "integer", "code": loinc(code), "extension": [related(relation)]});
    let form = json!({"item": [{"linkId": "bp", "type": "group", "code": loinc("85354-9"), "extension": [extract_flag()],
        "item": [question("sys", "8480-6", "component"), question("dia", "8462-4", "component"),
            question("map", "8478-0", "member")]}]});
    let answer = |link_id: &str, value: u32| json!({"linkId": link_id, "answer": [{"valueInteger": value}]});
    let items = json!([{"linkId": "bp", "item": [answer("sys", 131), answer("dia", 80), answer("map", 97)]}]);
    let found = extracted(&form, &items);
    let panel = &found.resources[0];
    assert_eq!(panel.resource["component"][1]["valueInteger"], 80);
    assert_eq!(panel.resource["hasMember"], json!([{"reference": found.resources[1].full_url}]));
    assert_eq!((panel.questions.join(" ").as_str(), found.resources.len()), ("sys dia map", 2));
    // A panel without any answer says nothing.
    assert_eq!(extracted(&form, &json!([{"linkId": "bp", "item": []}])).resources, []);
}

#[test]
fn never_attributes_an_answer_to_another_subject() {
    let form = json!({"extension": [extract_flag()], "item": [
        {"linkId": "h", "type": "integer", "code": loinc("8302-2")},
        {"linkId": "child", "type": "group", "repeats": true, "item": [
            {"linkId": "who", "type": "reference", "extension": [extension("isSubject", ("valueBoolean", json!(true)))]},
            {"linkId": "ch", "type": "integer", "code": loinc("8302-2")}]}]});
    let child = |who: Value| {
        json!({"linkId": "child", "item": [{"linkId": "who", "answer": [{"valueReference": who}]},
            {"linkId": "ch", "answer": [{"valueInteger": 90}]}]})
    };
    let own = json!({"linkId": "h", "answer": [{"valueInteger": 170}]});
    let found = extracted(
        &form,
        &json!([own, child(json!({"reference": "Patient/c1"})), child(json!({"display": "Baby"}))]),
    );
    let subjects: Vec<_> = found.resources.iter().map(|it| &it.resource["subject"]["reference"]).collect();
    assert_eq!(subjects, ["Patient/p1", "Patient/c1"]);
    assert_eq!(found.failures[0].place, "ch");
}

const PATIENT: &str = "http://hl7.org/fhir/StructureDefinition/Patient";

fn definition_value(path: &str, (key, value): (&str, &str)) -> Value {
    json!({"url": format!("{SDC}definitionExtractValue"), "extension": [
        {"url": "definition", "valueUri": format!("{PATIENT}#{path}")}, {"url": key, "valueCode": value}]})
}

#[test]
fn makes_resources_by_definitions() {
    let context = json!({"url": format!("{SDC}definitionExtract"), "extension": [
        {"url": "definition", "valueCanonical": PATIENT},
        {"url": "fullUrl", "valueString": "%NewPatient"}, {"url": "ifNoneExist", "valueString": "'identifier=1'"}]});
    let question = |link_id: &str, path: &str, repeats: bool| json!({"linkId": link_id, "type": "string", "repeats": repeats, "definition": format!("{PATIENT}#{path}")});
    let mut phone = question("phone", "Patient.telecom.value", true);
    phone["extension"] = json!([definition_value("Patient.telecom.system", ("fixed-value", "phone"))]);
    let form = json!({"extension": [extension("extractAllocateId", ("valueString", json!("NewPatient")))], "item": [
        {"linkId": "p", "type": "group", "extension": [context], "item": [
            {"linkId": "name", "type": "group", "repeats": true, "definition": format!("{PATIENT}#Patient.name"),
                "item": [question("given", "Patient.name.given", true), question("family", "Patient.name.family", false)]},
            phone,
            question("city", "Patient.address.city", false),
            question("zip", "Patient.address.postalCode", false),
            {"linkId": "sex", "type": "choice", "answerOption": [{"valueCoding": {"code": "female"}}],
                "definition": format!("{PATIENT}#Patient.gender")},
            question("odd", "Patient.colour", false)]}]});
    let answer = |link_id: &str, texts: &[&str]| {
        let answers: Vec<Value> = texts.iter().map(|text| json!({"valueString": text})).collect();
        json!({"linkId": link_id, "answer": answers})
    };
    let name = |given: &[&str], family: &str| json!({"linkId": "name", "item": [answer("given", given), answer("family", &[family])]});
    let found = extracted(
        &form,
        &json!([{"linkId": "p", "item": [name(&["Ann", "Lee"], "Roy"), name(&["Anne"], "Côté"),
            answer("phone", &["1", "2"]), answer("city", &["Ottawa"]), answer("zip", &["K1A"]),
            {"linkId": "sex", "answer": [{"valueCoding": {"code": "female"}}]}, answer("odd", &["blue"])]}]),
    );
    let patient = &found.resources[0];
    assert_eq!(
        patient.resource,
        json!({"resourceType": "Patient", "gender": "female",
            "name": [{"given": ["Ann", "Lee"], "family": "Roy"}, {"given": ["Anne"], "family": "Côté"}],
            "telecom": [{"value": "1", "system": "phone"}, {"value": "2", "system": "phone"}],
            "address": [{"city": "Ottawa", "postalCode": "K1A"}]})
    );
    assert_eq!(
        (patient.full_url.as_str(), &patient.request),
        ("urn:uuid:1", &json!({"ifNoneExist": "identifier=1"}))
    );
    assert_eq!(patient.questions.join(" "), "given family phone city zip sex odd");
    assert_eq!(found.failures.len(), 1, "{:?}", found.failures);
    assert_eq!(
        (found.failures[0].place.as_str(), found.failures[0].reason.to_string()),
        ("odd", "FHIR R4 has no such element: Patient.colour".to_owned())
    );
}

#[test]
fn says_that_it_updates_no_resource() {
    let context = extension(
        "itemExtractionContext",
        (
            "valueExpression",
            json!({"language": "application/x-fhir-query", "expression": "Patient?_id={{%patient.id}}"}),
        ),
    );
    let form = json!({"item": [{"linkId": "p", "type": "group", "extension": [context], "item": [
        {"linkId": "q", "type": "string", "definition": format!("{PATIENT}#Patient.gender")}]}]});
    let found = extracted(
        &form,
        &json!([{"linkId": "p", "item": [{"linkId": "q", "answer": [{"valueString": "x"}]}]}]),
    );
    assert_eq!((found.resources.len(), found.failures[0].place.as_str()), (0, "p"));
}

#[test]
fn fills_templates() {
    let value =
        |text: &str| json!({"extension": [extension("templateExtractValue", ("valueString", json!(text)))]});
    let template = json!({"resourceType": "Condition", "id": "t", "subject": {"_reference": value("%resource.subject.reference")},
        "code": {"coding": [value("item.where(linkId = 'what').answer.value")]},
        "severity": {"text": "mild", "_text": value("item.where(linkId = 'how').answer.value")},
        "note": [{"extension": [extension("templateExtractContext", ("valueString", json!("item.where(linkId = 'note').answer.value")))],
            "_text": value("$this")}]});
    let form = json!({"contained": [template], "item": [{"linkId": "g", "type": "group", "repeats": true,
        "extension": [{"url": format!("{SDC}templateExtract"), "extension": [{"url": "template", "valueReference": {"reference": "#t"}}]}],
        "item": [{"linkId": "what", "type": "choice", "answerOption": [{"valueCoding": {"system": "urn:s", "code": "a"}}]},
            {"linkId": "how", "type": "string"}, {"linkId": "note", "type": "string", "repeats": true}]}]});
    let row = |code: &str, notes: &[&str]| {
        let notes: Vec<Value> = notes.iter().map(|note| json!({"valueString": note})).collect();
        json!({"linkId": "g", "item": [{"linkId": "what", "answer": [{"valueCoding": {"system": "urn:s", "code": code}}]},
            {"linkId": "note", "answer": notes}]})
    };
    let found = extracted(&form, &json!([row("a", &["one", "two"]), row("b", &[])]));
    assert_eq!(found.failures, []);
    let coded = |code: &str| json!({"coding": [{"system": "urn:s", "code": code}]});
    assert_eq!(
        found.resources[0].resource,
        json!({"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": coded("a"),
            "note": [{"text": "one"}, {"text": "two"}]})
    );
    assert_eq!(found.resources[1].resource["code"], coded("b"));
    assert_eq!(found.resources[0].questions.join(" "), "what note");
    assert_eq!(extracted(&form, &json!([])).resources, []);
}

fn template(text: &str) -> Value {
    json!({"url": format!("{SDC}templateExtract"), "extension": [{"url": "template", "valueReference": {"reference": text}}]})
}

fn remarks(form: &Value) -> Vec<(String, String)> {
    let mut form = form.clone();
    form["resourceType"] = json!("Questionnaire");
    let form = Form::parse_named(&form, "f").unwrap_or_else(|errors| panic!("{errors:#?}"));
    form.remarks().iter().map(|remark| (remark.place.clone(), remark.text())).collect()
}

#[test]
fn finds_the_faults_of_a_template_before_anyone_answers() {
    let value =
        |text: &str| json!({"extension": [extension("templateExtractValue", ("valueString", json!(text)))]});
    let condition =
        |text: &str| json!({"resourceType": "Condition", "id": "t", "code": {"_text": value(text)}});
    let form = |contained: Value, reference: &str| json!({"contained": [contained], "item": [{"linkId": "q", "type": "string", "extension": [template(reference)]}]});
    assert_eq!(remarks(&form(condition("answer.value"), "#t")), []);
    for (contained, reference, about) in [
        (condition("answer.value"), "#u", "not contained"),
        (condition("answer.value +"), "#t", "answer.value +"),
        (condition("%nothing"), "#t", "nothing"),
        (
            json!({"resourceType": "Condition", "id": "t", "note": [{"_text": value("answer.value")}]}),
            "#t",
            "without an element that it needs: Condition: code",
        ),
        (
            json!({"resourceType": "Patient", "id": "t", "gender": "other"}),
            "#t",
            "not sent with a referral: Patient",
        ),
        (
            json!({"resourceType": "MedicationRequest", "id": "t"}),
            "#t",
            "not sent with a referral: MedicationRequest",
        ),
    ] {
        let found = remarks(&form(contained, reference));
        assert!(found.len() == 1 && found[0].0 == "q" && found[0].1.contains(about), "{about}: {found:?}");
    }
    let odd = json!({"item": [{"linkId": "p", "type": "group",
        "extension": [{"url": format!("{SDC}definitionExtract"), "extension": [{"url": "definition", "valueCanonical": PATIENT}]}],
        "item": [{"linkId": "odd", "type": "string", "definition": format!("{PATIENT}#Patient.colour")}]}]});
    assert_eq!(remarks(&odd)[0].0, "odd");
    assert!(
        remarks(&odd)[0].1.starts_with("FHIR R4 has no such element: Patient.colour "),
        "{:?}",
        remarks(&odd)
    );
}

#[test]
fn keeps_what_may_be_sent_within_its_bounds() {
    let value =
        |text: &str| json!({"extension": [extension("templateExtractValue", ("valueString", json!(text)))]});
    let condition = json!({"resourceType": "Condition", "id": "t", "code": {"_text": value("answer.value")}});
    let form = json!({"contained": [condition], "item": [
        {"linkId": "q", "type": "string", "repeats": true, "extension": [template("#t")]}]});
    let answers = |texts: Vec<String>| {
        let answers: Vec<Value> = texts.iter().map(|text| json!({"valueString": text})).collect();
        extracted(&form, &json!([{"linkId": "q", "answer": answers}])).sendable()
    };
    let many = answers((0..101).map(|number| number.to_string()).collect());
    assert_eq!((many.resources.len(), many.failures.len()), (100, 1));
    let large = answers(vec!["x".repeat(70_000)]);
    assert_eq!((large.resources.len(), large.failures[0].place.as_str()), (0, "q"));
}
