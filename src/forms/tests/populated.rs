//! Filling by contexts of groups, batches of searches, linked Observations, and queries that use each other.

use super::*;

pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

fn launch(name: &str, kind: &str) -> Value {
    json!({"url": format!("{SDC}launchContext"), "extension": [
        {"url": "name", "valueCoding": {"code": name}}, {"url": "type", "valueCode": kind}]})
}

pub(super) fn query(name: &str, text: &str) -> Value {
    json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {
        "name": name, "language": "application/x-fhir-query", "expression": text}})
}

pub(super) fn initial(text: &str) -> Value {
    json!({"url": format!("{SDC}initialExpression"),
        "valueExpression": {"language": "text/fhirpath", "expression": text}})
}

fn source(extensions: &[Value], items: &Value) -> Value {
    let launch = launch("patient", "Patient");
    let extensions: Vec<&Value> = [&launch].into_iter().chain(extensions).collect();
    json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "extension": extensions, "item": items})
}

#[track_caller]
pub(super) fn parsed(extensions: &[Value], items: &Value) -> Form {
    Form::parse(&source(extensions, items)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

pub(super) fn loaded(chart: &mut Chart, name: &str, resource: Value) {
    let read_at: Timestamp = "2026-09-02T13:14:30Z".parse().unwrap();
    chart.insert(name, Source::Loaded { resource: resource.into(), read_at });
}

pub(super) fn bundle(resources: &[Value]) -> Value {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    json!({"resourceType": "Bundle", "type": "searchset", "entry": entries})
}

pub(super) fn patient() -> Chart {
    let mut chart = Chart::new();
    loaded(&mut chart, "patient", json!({"resourceType": "Patient", "id": "p1", "gender": "female"}));
    chart
}

pub(super) fn prescription(id: &str, text: &str) -> Value {
    json!({"resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": text}})
}

/// Returns a form with a row for each prescription, and a chart that has these.
pub(super) fn medications(prescriptions: &[Value]) -> (Form, Chart) {
    let context = json!({"url": format!("{SDC}itemPopulationContext"), "valueExpression": {
        "name": "rx", "language": "text/fhirpath", "expression": "%meds.entry.resource"}});
    let named = json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {
        "name": "drug", "language": "text/fhirpath", "expression": "%rx.medication.text"}});
    let form = parsed(
        &[query("meds", "MedicationRequest?patient={{%patient.id}}")],
        &json!([{"linkId": "med", "type": "group", "repeats": true, "text": "Medication", "extension": [context, named], "item": [
            {"linkId": "name", "type": "string", "text": "Name", "extension": [initial("%drug")]},
            {"linkId": "taken", "type": "boolean", "text": "Taken?", "initial": [{"valueBoolean": true}]},
            {"linkId": "shout", "type": "string", "text": "Shout", "extension": [
                {"url": format!("{SDC}calculatedExpression"), "valueExpression": {
                    "language": "text/fhirpath", "expression": "%rx.medication.text.upper()"}}]}]}]),
    );
    let mut chart = patient();
    loaded(&mut chart, "meds", bundle(prescriptions));
    (form, chart)
}

pub(super) fn names(answers: &Answers) -> Vec<String> {
    answers.rows("med").iter().map(|row| text(answers, &format!("name~{row}"))).collect()
}

#[test]
fn fills_a_row_for_each_entry_of_the_chart() {
    let (form, chart) = medications(&[prescription("m1", "Ramipril"), prescription("m2", "Apixaban")]);
    let prefill = populate(&form, &chart, &now());
    let mut answers = Answers::from_prefill(&form, &prefill);
    assert_eq!(names(&answers), ["Ramipril", "Apixaban"]);
    calculate(&form, &mut answers, &chart, &now());
    let row = answers.rows("med")[1].clone();
    assert_eq!(text(&answers, &format!("shout~{row}")), "APIXABAN", "rules of a row know its entry");
    let shown = view(&form, &answers, &prefill, &[], "en");
    let list = &shown.sections[0].items[0];
    assert_eq!(list.provenance.kind, ProvenanceKind::FromEhr);
    let name = &list.rows.as_ref().unwrap().rows[0].items[0];
    assert_eq!((name.value.as_str(), name.provenance.kind), ("Ramipril", ProvenanceKind::FromEhr));
    answers.change_rows(&form, &prefill, &RowAction::parse("add:med").unwrap());
    let shown = view(&form, &answers, &prefill, &[], "en");
    let added = &shown.sections[0].items[0].rows.as_ref().unwrap().rows[2].items;
    assert_eq!((added[0].value.as_str(), added[0].provenance.kind), ("", ProvenanceKind::None));
    assert_eq!(added[1].value, "true", "what the form itself says fills every row");
}

#[test]
fn tells_a_list_that_was_not_loaded_from_an_empty_one() {
    let line = |chart: &Chart| {
        let (form, _) = medications(&[]);
        let prefill = populate(&form, chart, &now());
        let answers = Answers::from_prefill(&form, &prefill);
        assert_eq!(answers.rows("med").len(), 1, "one blank row");
        let kind = view(&form, &answers, &prefill, &[], "en").sections[0].items[0].provenance.kind;
        (kind, readable(&form, &answers, &prefill, "en")[0].value.clone())
    };
    let (_, mut chart) = medications(&[]);
    assert_eq!(
        line(&chart),
        (ProvenanceKind::NoneProvided, "(nothing for this list from the EHR)".to_owned())
    );
    chart.insert("meds", Source::NotLoaded(NotLoaded::NoAnswer));
    let (kind, said) = line(&chart);
    assert!(kind == ProvenanceKind::NotLoaded && said.contains("not loaded"), "{said}");
}

#[test]
fn updates_rows_when_the_chart_is_read_again() {
    let read = |all: &[Value]| {
        let (form, chart) = medications(all);
        populate(&form, &chart, &now())
    };
    let (form, _) = medications(&[]);
    let all = [prescription("m1", "Ramipril"), prescription("m2", "Apixaban"), prescription("m3", "Digoxin")];
    let (before, after) = (read(&all[..2]), read(&[all[2].clone(), all[1].clone()]));
    let mut answers = Answers::from_prefill(&form, &before);
    let changed = answers.refresh(&form, &before, &after);
    assert!(changed.contains(&"med".to_owned()));
    assert_eq!(
        names(&answers),
        ["Apixaban", "Digoxin"],
        "a stopped one is gone, and no row gets the values of another"
    );
    let mut edited = Answers::from_prefill(&form, &before);
    let first = edited.rows("med")[0].clone();
    set(&mut edited, &format!("name~{first}"), "Ramipril 5 mg");
    edited.refresh(&form, &before, &after);
    assert_eq!(names(&edited), ["Ramipril 5 mg", "Apixaban", "Digoxin"], "what was typed is kept");
    let mut blank = Answers::from_prefill(&form, &read(&[]));
    blank.refresh(&form, &read(&[]), &after);
    assert_eq!(names(&blank), ["Digoxin", "Apixaban"], "the blank row is gone");
}

#[test]
fn fills_a_group_from_its_context() {
    let context = json!({"url": format!("{SDC}itemPopulationContext"), "valueExpression": {
        "name": "kin", "language": "application/x-fhir-query", "expression": "RelatedPerson?patient={{%patient.id}}"}});
    let form = parsed(
        &[],
        &json!([{"linkId": "g", "type": "group", "text": "G", "extension": [context], "item": [
        {"linkId": "name", "type": "string", "text": "Name", "extension": [initial("%kin.name.family")]}]}]),
    );
    let name = form.queries()[0].name.clone();
    let mut chart = patient();
    loaded(
        &mut chart,
        &name,
        bundle(&[json!({"resourceType": "RelatedPerson", "id": "r1",
        "patient": {"reference": "Patient/p1"}, "name": [{"family": "Roy"}]})]),
    );
    let prefill = populate(&form, &chart, &now());
    assert_eq!(text(&Answers::from_prefill(&form, &prefill), "name"), "Roy");
    assert_eq!(prefill.get("name").unwrap().origin, [name]);
}

#[test]
fn runs_each_search_of_a_batch_on_its_own() {
    let mut source = source(
        &[json!({"url": format!("{SDC}sourceQueries"), "valueReference": {"reference": "#Pre"}})],
        &json!([{"linkId": "g", "type": "group", "text": "G", "item": [
            {"linkId": "w", "type": "decimal", "extension": [initial("%Pre.entry[1].resource.entry.resource.value.value")]}]}]),
    );
    source["contained"] = json!([{"resourceType": "Bundle", "id": "Pre", "type": "batch", "entry": [
        {"request": {"method": "GET", "url": "Condition?patient={{%patient.id}}"}},
        {"request": {"method": "GET", "url": "Observation?patient={{%patient.id}}&code=http://loinc.org|29463-7"}}]}]);
    let form = Form::parse(&source).unwrap();
    let names: Vec<&str> = form.queries().iter().map(|query| query.name.as_str()).collect();
    assert_eq!(names, ["Pre 0", "Pre 1"]);
    let mut chart = patient();
    chart.insert("Pre 0", Source::NotLoaded(NotLoaded::NotGranted));
    loaded(
        &mut chart,
        "Pre 1",
        bundle(&[json!({"resourceType": "Observation", "id": "o1", "status": "final",
        "subject": {"reference": "Patient/p1"}, "valueQuantity": {"value": 71.5, "unit": "kg"}})]),
    );
    let prefill = populate(&form, &chart, &now());
    let filled = prefill.get("w").unwrap();
    assert_eq!(
        (text(&Answers::from_prefill(&form, &prefill), "w").as_str(), filled.not_loaded),
        ("71.5", None)
    );
    source["item"][0]["item"][0]["extension"] = json!([initial("%Pre.entry.resource.count()")]);
    let remarks = Form::parse(&source).unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.about.contains("%Pre")), "{remarks:?}");
}

#[test]
fn fills_from_the_newest_observation_with_the_code_of_the_item() {
    let period = json!({"url": format!("{SDC}observationLinkPeriod"), "valueDuration": {
        "value": 1, "unit": "year", "system": "http://unitsofmeasure.org", "code": "a"}});
    let unit = json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unit",
        "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kg"}});
    let form = Form::parse(&json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": [
        {"linkId": "w", "type": "quantity", "code": [{"system": "http://loinc.org", "code": "29463-7"}], "extension": [unit, period]}]}))
    .unwrap();
    let mut chart = patient();
    let query = &form.queries()[0];
    let screened = ScreenedChart::of(&chart, now().date());
    let url = form.resolve(query, &screened, &now()).unwrap().unwrap();
    assert!(
        url.starts_with("Observation?patient=p1&code=http%3A%2F%2Floinc.org%7C29463-7&date=ge2025-09-01&"),
        "{url}"
    );
    let weight = |id: &str, date: &str, grams: u32| {
        json!({"resourceType": "Observation", "id": id, "status": "final",
        "subject": {"reference": "Patient/p1"}, "effectiveDateTime": date,
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "valueQuantity": {"value": grams, "code": "g", "system": "http://unitsofmeasure.org"}})
    };
    let name = query.name.clone();
    loaded(
        &mut chart,
        &name,
        bundle(&[
            weight("old", "2025-01-01", 1),
            weight("new", "2026-08-01", 71500),
            weight("mid", "2026-01-01", 2),
        ]),
    );
    let prefill = populate(&form, &chart, &now());
    assert_eq!(text(&Answers::from_prefill(&form, &prefill), "w"), "71.5");
    let filled = prefill.get("w").unwrap();
    assert_eq!(
        (filled.dated.as_deref(), filled.source.as_deref()),
        (Some("2026-08-01"), Some("Observation/new"))
    );
}

#[test]
fn fills_from_a_component_of_the_newest_observation() {
    let period = json!({"url": format!("{SDC}observationLinkPeriod"),
        "valueDuration": {"value": 1, "unit": "year", "code": "a"}});
    let question = |link_id: &str, code: &str| {
        json!({"linkId": link_id, "type": "quantity", "code": [{"system": "http://loinc.org", "code": code}],
            "extension": [period]})
    };
    let form = parsed(&[], &json!([question("systolic", "8480-6"), question("pulse", "8867-4")]));
    let mut chart = patient();
    let query = &form.queries()[0];
    let screened = ScreenedChart::of(&chart, now().date());
    let url = form.resolve(query, &screened, &now()).unwrap().unwrap();
    for code in ["8480-6", "85354-9", "55284-4", "8867-4"] {
        assert!(url.contains(code), "{code} is not in {url}");
    }
    let coded = |code: &str| json!({"coding": [{"system": "http://loinc.org", "code": code}]});
    let pressure = |id: &str, date: &str, systolic: u32| {
        json!({"resourceType": "Observation", "id": id, "status": "final", "effectiveDateTime": date,
            "subject": {"reference": "Patient/p1"}, "code": coded("85354-9"), "component": [
                {"code": coded("8462-4"), "valueQuantity": {"value": 80, "unit": "mmHg"}},
                {"code": coded("8480-6"), "valueQuantity": {"value": systolic, "unit": "mmHg"}}]})
    };
    let name = query.name.clone();
    loaded(
        &mut chart,
        &name,
        bundle(&[pressure("old", "2026-01-01", 150), pressure("new", "2026-08-01", 131)]),
    );
    let prefill = populate(&form, &chart, &now());
    let answers = Answers::from_prefill(&form, &prefill);
    assert_eq!((text(&answers, "systolic").as_str(), text(&answers, "pulse").as_str()), ("131 mmHg", ""));
    let filled = prefill.get("systolic").unwrap();
    assert_eq!(
        (filled.dated.as_deref(), filled.source.as_deref()),
        (Some("2026-08-01"), Some("Observation/new"))
    );
}

#[test]
fn resolves_a_query_with_the_result_of_another() {
    let form = parsed(
        &[
            query("gp", "Practitioner?_id={{%gpId}}"),
            query("withGp", "Patient?_id={{%patient.id}}"),
            json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {"name": "gpId",
                "language": "text/fhirpath", "expression": "%withGp.entry.resource.generalPractitioner.reference.first()"}}),
        ],
        &json!([{"linkId": "s", "type": "string", "extension": [initial("%gp.name.first().family")]}]),
    );
    let by_name = |name: &str| form.queries().iter().find(|query| query.name == name).unwrap();
    assert_eq!(
        (form.needed_by(by_name("gp")), form.needed_by(by_name("withGp"))),
        (vec!["withGp"], vec!["patient"])
    );
    let mut chart = patient();
    loaded(
        &mut chart,
        "withGp",
        bundle(&[json!({"resourceType": "Patient", "id": "p1",
        "generalPractitioner": [{"reference": "Practitioner/d 1"}]})]),
    );
    let screened = ScreenedChart::of(&chart, now().date());
    let url = form.resolve(by_name("gp"), &screened, &now()).unwrap().unwrap();
    assert_eq!(url, "Practitioner?_id=Practitioner%2Fd%201");
    let circle = [query("a", "Patient?x={{%b.id}}"), query("b", "Patient?x={{%a.id}}")];
    assert!(Form::parse(&source(&circle, &json!([]))).unwrap_err()[0].to_string().contains("%a → %b → %a"));
    let on_answers = [query("a", "Patient?x={{%resource.item.answer.value}}")];
    let errors = Form::parse(&source(&on_answers, &json!([]))).unwrap_err();
    assert!(errors[0].to_string().contains("a: a query that depends on answers"), "{errors:?}");
}

#[test]
fn offers_the_matches_of_a_search() {
    let candidates = json!({"url": format!("{SDC}candidateExpression"), "valueExpression": {
        "language": "application/x-fhir-query", "expression": "Condition?patient={{%patient.id}}"}});
    let form = parsed(
        &[],
        &json!([{"linkId": "c", "type": "reference", "repeats": true, "extension": [candidates]}]),
    );
    let mut chart = patient();
    let name = form.queries()[0].name.clone();
    loaded(
        &mut chart,
        &name,
        bundle(&[json!({"resourceType": "Condition", "id": "c1",
        "subject": {"reference": "Patient/p1"}, "code": {"text": "Angina"}})]),
    );
    let prefill = populate(&form, &chart, &now());
    let labels: Vec<_> = prefill.get("c").unwrap().candidates.iter().map(|one| one.label.as_str()).collect();
    assert_eq!(labels, ["Angina"]);
}

#[test]
fn knows_the_patient_under_another_name() {
    let form = parsed(
        &[launch("client", "Patient"), launch("user", "Patient")],
        &json!([{"linkId": "s", "type": "string", "extension": [initial("%client.gender")]}]),
    );
    let prefill = populate(&form, &patient(), &now());
    assert_eq!(text(&Answers::from_prefill(&form, &prefill), "s"), "female");
    assert_eq!(prefill.get("s").unwrap().origin, ["patient"]);
    assert_eq!(form.launch_context().collect::<Vec<_>>(), ["patient", "patient", "user"]);
}

#[test]
pub(super) fn names_further_values_for_a_question_that_takes_one() {
    let form = parsed(
        &[],
        &json!([{"linkId": "s", "type": "string", "extension": [initial("%patient.name.given")]}]),
    );
    let others = |given: &[&str]| {
        let mut chart = Chart::new();
        loaded(
            &mut chart,
            "patient",
            json!({"resourceType": "Patient", "id": "p1", "name": [{"given": given}]}),
        );
        let prefill = populate(&form, &chart, &now());
        let answers = Answers::from_prefill(&form, &prefill);
        let item = view(&form, &answers, &prefill, &[], "en").sections[0].items[0].clone();
        (item.value, item.provenance.others)
    };
    assert_eq!(others(&["Marie", "Ann", "Ann", "Eve"]), ("Marie".to_owned(), "Ann; Eve".to_owned()));
    assert_eq!(others(&["Marie", "Marie"]), ("Marie".to_owned(), String::new()));
}
