//! Charts whose misreading would harm a patient.

#![expect(clippy::needless_pass_by_value, reason = "a literal reads better by value")]

use super::*;

/// Chart in which the entries of one search are replaced.
fn with_entries(source: &str, resources: impl IntoIterator<Item = Value>) -> Chart {
    let mut chart = chart();
    let Some(Source::Loaded { read_at, .. }) = chart.get(source).cloned() else {
        panic!("{source} is loaded")
    };
    let entries: Vec<Value> = resources.into_iter().map(|it| json!({ "resource": it })).collect();
    assert!(!entries.is_empty(), "there is something to read");
    let bundle = json!({ "resourceType": "Bundle", "type": "searchset", "entry": entries });
    chart.insert(source, Source::Loaded { resource: bundle.into(), read_at });
    chart
}

fn prescription(id: &str, more: Value) -> Value {
    let mut resource = json!({
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order",
        "subject": { "reference": patient() },
    });
    resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    resource
}

fn patient() -> String {
    let chart = chart();
    let Some(Source::Loaded { resource, .. }) = chart.get("patient") else { panic!("the patient is loaded") };
    format!("Patient/{}", resource["id"].as_str().unwrap())
}

fn labels(prefill: &Prefill, link_id: &str) -> Vec<String> {
    prefill.get(link_id).unwrap().candidates.iter().map(|it| it.label.clone()).collect()
}

fn observation(id: &str, dated: Value, content: Value) -> Value {
    let mut resource = json!({ "resourceType": "Observation", "id": id, "status": "final", "subject": { "reference": patient() } });
    for more in [dated, content] {
        resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    }
    resource
}

fn panel(id: &str, date: &str, components: Value) -> Value {
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "85354-9" }] });
    observation(id, json!({ "effectiveDateTime": date }), json!({ "code": code, "component": components }))
}

fn pressure(code: &str, value: i32) -> Value {
    json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": code }] },
        "valueQuantity": { "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]" } })
}

fn weight(id: &str, dated: Value, value: Value, unit: &str) -> Value {
    let code = json!({ "coding": [{ "system": "http://loinc.org", "code": "29463-7" }] });
    observation(
        id,
        dated,
        json!({ "code": code, "valueQuantity": { "value": value, "unit": unit, "code": unit } }),
    )
}

#[test]
fn never_reads_an_order_not_to_give_a_drug_as_taking_it() {
    for more in [
        json!({ "doNotPerform": true }),
        json!({ "intent": "proposal" }),
        json!({ "intent": "option" }),
        json!({ "status": "entered-in-error" }),
    ] {
        let mut warfarin =
            prescription("no", json!({ "medicationCodeableConcept": { "text": "Warfarin 5 mg" } }));
        warfarin.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (_, prefill, answers) = prefilled(&with_entries("medications", [warfarin]));
        assert_eq!(text(&answers, "anticoagulant"), "", "{more}");
        assert_eq!(labels(&prefill, "medication-list"), Vec::<String>::new(), "{more}");
        assert!(!prefill.get("medication-list").unwrap().left_out.is_empty(), "{more}: it is counted");
    }
}

#[test]
fn offers_a_planned_medication_without_preselecting_it() {
    let planned =
        prescription("plan", json!({ "intent": "plan", "medicationCodeableConcept": { "text": "Aspirin" } }));
    let (form, prefill, answers) = prefilled(&with_entries("medications", [planned]));
    assert_eq!(labels(&prefill, "medication-list"), ["Aspirin"]);
    assert_eq!(text(&answers, "medication-list"), "");
    let item = form.item("medication-list").unwrap();
    let cells = readable::cells(item, &prefill.get("medication-list").unwrap().candidates[0], &prefill, "en");
    assert_eq!(cells, ["planned, or taken without a prescription"]);
}

#[test]
fn names_a_medication_wherever_the_ehr_wrote_it() {
    let medication = json!({ "resourceType": "Medication", "id": "m1", "code": { "text": "Warfarin 5 mg" } });
    let mut contained = medication.clone();
    contained["id"] = json!("m");
    for resources in [
        vec![prescription(
            "c",
            json!({ "medicationReference": { "reference": "#m" }, "contained": [contained] }),
        )],
        vec![
            prescription("r", json!({ "medicationReference": { "reference": "Medication/m1" } })),
            medication,
        ],
        vec![prescription("t", json!({ "medicationCodeableConcept": { "text": "Warfarin 5 mg" } }))],
    ] {
        let named = resources[0]["id"].clone();
        let (_, prefill, answers) = prefilled(&with_entries("medications", resources));
        assert_eq!(labels(&prefill, "medication-list"), ["Warfarin 5 mg"], "{named}");
        assert_eq!(text(&answers, "anticoagulant"), "true", "{named}");
    }
}

#[test]
fn takes_both_pressures_from_one_reading() {
    let absent = json!({ "code": { "coding": [{ "system": "http://loinc.org", "code": "8480-6" }] },
        "dataAbsentReason": { "text": "not heard" } });
    let chart = with_entries(
        "vitals",
        [
            panel("new", "2026-09-01", json!([pressure("8462-4", 62), absent])),
            panel("old", "2009-05-01", json!([pressure("8480-6", 180), pressure("8462-4", 95)])),
        ],
    );
    let (form, prefill, answers) = prefilled(&chart);
    assert_eq!((text(&answers, "systolic").as_str(), text(&answers, "diastolic").as_str()), ("", "62"));
    let lines = readable(&form, &answers, &prefill, "en");
    let diastolic = lines.iter().find(|line| line.label == "Diastolic").unwrap();
    assert_eq!(diastolic.value, "62 mmHg (chart, 1 Sep 2026)");
}

/// Older EHRs write the panel under another code than today's.
#[test]
fn reads_a_blood_pressure_under_either_code_of_its_panel() {
    for code in ["85354-9", "55284-4"] {
        let mut reading = panel("p", "2026-08-30", json!([pressure("8480-6", 131), pressure("8462-4", 80)]));
        reading["code"]["coding"][0]["code"] = json!(code);
        let (form, _, answers) = prefilled(&with_entries("vitals", [reading]));
        assert_eq!(
            (text(&answers, "systolic"), text(&answers, "diastolic")),
            ("131".into(), "80".into()),
            "{code}"
        );
        let chart = chart();
        let screened = ScreenedChart::of(&chart, now().date());
        let vitals = form.queries().iter().find(|query| query.name == "vitals").unwrap();
        let asked = vitals.resolve(&form.environment(&screened, &now())).unwrap().unwrap();
        assert!(asked.contains(&format!("%7C{code}")), "{code} is asked for: {asked}");
    }
}

#[test]
fn marks_values_older_than_the_form_allows() {
    let chart = with_entries(
        "vitals",
        [
            weight("w", json!({ "effectiveDateTime": "2019-03-03" }), json!(60), "kg"),
            panel("p", "2026-08-30", json!([pressure("8480-6", 131), pressure("8462-4", 80)])),
        ],
    );
    let (form, prefill, answers) = prefilled(&chart);
    assert!(prefill.get("weight").unwrap().old);
    assert!(!prefill.get("systolic").unwrap().old);
    let lines = |lang: &str| readable(&form, &answers, &prefill, lang);
    let value =
        |lang: &str, label: &str| lines(lang).into_iter().find(|line| line.label == label).unwrap().value;
    assert_eq!(value("en", "Weight"), "60 kg (chart, 3 Mar 2019, old value)");
    assert_eq!(value("fr", "Poids"), "60 kg (dossier, 3 mars 2019, ancienne valeur)");
    assert_eq!(value("en", "Systolic"), "131 mmHg (chart, 30 Aug 2026)");
}

#[test]
fn sends_the_date_and_the_observation_of_an_unchanged_value_only() {
    let chart = with_entries(
        "vitals",
        [
            weight("w", json!({ "effectiveDateTime": "2026-08-30" }), json!(60), "kg"),
            panel("p", "2026-08-30", json!([pressure("8480-6", 131), pressure("8462-4", 80)])),
        ],
    );
    let (form, prefill, mut answers) = prefilled(&chart);
    set(&mut answers, "systolic", "140");
    let response = respond(&form, &answers, &prefill).to_string();
    assert!(response.contains(r#""reference":"Observation/w""#), "{response}");
    assert!(response.contains("dossier, 30 août 2026"), "{response}");
    let brought: Vec<String> = picked(&form, &answers, &prefill).into_iter().map(|it| it.reference).collect();
    assert!(brought.contains(&"Observation/w".to_owned()), "{brought:?}");
    assert!(!brought.contains(&"Observation/p".to_owned()), "one of its two values was changed: {brought:?}");
}

#[test]
fn reads_the_latest_value_whichever_way_it_is_dated() {
    let chart = with_entries(
        "vitals",
        [
            weight("w1", json!({ "effectiveDateTime": "2019-01-01" }), json!(60), "kg"),
            weight("w2", json!({ "effectivePeriod": { "start": "2026-08-01T08:00:00Z" } }), json!(75), "kg"),
            weight("w3", json!({ "effectiveInstant": "2021-08-01T08:00:00Z" }), json!(70), "kg"),
        ],
    );
    let (_, prefill, answers) = prefilled(&chart);
    assert_eq!(text(&answers, "weight"), "75");
    assert_eq!(prefill.get("weight").unwrap().dated.as_deref(), Some("2026-08-01T08:00:00Z"));
}

#[test]
fn converts_units_without_changing_a_dose() {
    for (value, unit, kilograms) in [
        (json!(850), "g", "0.85"),
        (json!(45), "g", "0.045"),
        (json!(3850), "g", "3.85"),
        (json!(3.9), "kg", "3.9"),
        (json!(8.25), "[lb_av]", "3.742"),
    ] {
        let dated = json!({ "effectiveDateTime": "2026-08-01" });
        let (_, _, answers) = prefilled(&with_entries("vitals", [weight("w", dated, value, unit)]));
        assert_eq!(text(&answers, "weight"), kilograms);
    }
}

#[test]
fn never_answers_from_a_suspected_diagnosis() {
    let condition = |status: &str| {
        json!({ "resourceType": "Condition", "id": "c", "subject": { "reference": patient() },
            "clinicalStatus": { "coding": [{ "code": "active" }] },
            "verificationStatus": { "coding": [{ "code": status }] },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": "73211009" }], "text": "Diabetes" } })
    };
    for (status, answer) in [
        ("confirmed", "true"),
        ("provisional", ""),
        ("differential", ""),
        ("unconfirmed", ""),
        ("refuted", ""),
    ] {
        let (_, prefill, answers) = prefilled(&with_entries("conditions", [condition(status)]));
        assert_eq!(text(&answers, "diabetes"), answer, "{status}");
        let selected = prefill.get("problem-list").unwrap().candidates.iter().any(|it| it.selected);
        assert_eq!(selected, status == "confirmed", "{status}");
    }
}

#[test]
fn counts_entries_whose_patient_cannot_be_compared() {
    let condition = |subject: Value| json!({ "resourceType": "Condition", "id": "c", "subject": subject, "code": { "text": "Asthma" } });
    for (subject, of_another, unknown) in [
        (json!({ "type": "Patient", "identifier": { "system": "urn:x", "value": "77" } }), 0, 1),
        (json!({ "reference": "http://internal-host/fhir/Patient/p1" }), 0, 1),
        (json!({ "reference": "Patient/another" }), 1, 0),
    ] {
        let (_, prefill, _) = prefilled(&with_entries("conditions", [condition(subject.clone())]));
        let left_out = prefill.get("problem-list").unwrap().left_out;
        assert_eq!((left_out.other_patient, left_out.unknown_patient), (of_another, unknown), "{subject}");
    }
}

#[test]
fn fills_the_clinic_only_if_there_is_one() {
    let role = |id: &str, clinic: &str, more: Value| {
        let mut role = json!({ "resourceType": "PractitionerRole", "id": id, "practitioner": { "reference": user() },
            "organization": { "reference": format!("Organization/{clinic}"), "display": clinic } });
        role.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        role
    };
    let clinic = |roles: Vec<Value>| text(&prefilled(&with_entries("roles", roles)).2, "clinic-name");
    let ended = json!({ "period": { "end": "2024-12-31" } });
    assert_eq!(clinic(vec![role("1", "north", json!({}))]), "north");
    assert_eq!(clinic(vec![role("1", "north", ended), role("2", "south", json!({}))]), "south");
    assert_eq!(
        clinic(vec![role("1", "north", json!({ "active": false })), role("2", "south", json!({}))]),
        "south"
    );
    assert_eq!(clinic(vec![role("1", "north", json!({})), role("2", "south", json!({}))]), "");
}

fn user() -> String {
    let chart = chart();
    let Some(Source::Loaded { resource, .. }) = chart.get("user") else { panic!("the user is loaded") };
    format!("Practitioner/{}", resource["id"].as_str().unwrap())
}

#[test]
fn repeats_calculations_until_nothing_changes() {
    let calculated = |id: &str, expression: &str| {
        json!({ "linkId": id, "text": id, "type": "decimal", "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": { "language": "text/fhirpath", "expression": expression } }] })
    };
    let answer = |id: &str| format!("%resource.item.item.where(linkId = '{id}').answer.value");
    let form = Form::parse(&json!({
        "resourceType": "Questionnaire", "id": "chained", "url": "https://e.example/chained", "version": "1", "title": "Chained",
        "item": [{ "linkId": "g", "type": "group", "text": "G", "item": [
            calculated("total", &format!("{} * 2 + 2", answer("half"))),
            calculated("half", &format!("{} / 2", answer("n"))),
            { "linkId": "n", "text": "n", "type": "decimal" },
        ] }],
    }))
    .unwrap();
    let mut answers = Answers::default();
    for (n, total) in [("4", "6"), ("10", "12")] {
        set(&mut answers, "n", n);
        calculate(&form, &mut answers, &Chart::new(), &now());
        assert_eq!(text(&answers, "total"), total);
    }
}

/// A corrected value beside one of the chart is a pair that was never measured: the form asks for both, and the Observation
/// is not sent with either.
#[test]
fn asks_for_the_value_that_was_measured_with_a_changed_one() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let source = prefill.get("systolic").unwrap().source.clone().unwrap();
    assert_eq!(prefill.get("diastolic").unwrap().source.as_ref(), Some(&source));
    let sends_it =
        |answers: &Answers| picked(&form, answers, &prefill).iter().any(|it| it.reference == source);
    let parted = |answers: &Answers| -> Vec<String> {
        let is_parted = |problem: &Problem| matches!(problem.kind, ProblemKind::Parted { .. });
        check(&form, answers, &prefill).into_iter().filter(is_parted).map(|problem| problem.place).collect()
    };
    assert!(sends_it(&answers) && parted(&answers).is_empty());
    set(&mut answers, "systolic", "131");
    assert_eq!(parted(&answers), ["diastolic"]);
    assert!(!sends_it(&answers));
    let line = |answers: &Answers, label: &str| {
        let lines = readable(&form, answers, &prefill, "en");
        lines.into_iter().find(|line| line.label == label).unwrap().value
    };
    assert_eq!(line(&answers, "Diastolic"), "86 mmHg");
    let response = respond(&form, &answers, &prefill).to_string();
    assert!(!response.contains(&source), "{response}");
    set(&mut answers, "diastolic", "79");
    assert!(parted(&answers).is_empty() && !sends_it(&answers));
    set(&mut answers, "systolic", "");
    assert!(parted(&answers).is_empty(), "nothing of the chart is left");
}

/// "No known allergy" is no answer beside an allergy.
#[test]
fn refuses_no_known_allergy_beside_an_allergy() {
    let allergy = |id: &str, code: &str, text: &str| {
        json!({ "resourceType": "AllergyIntolerance", "id": id, "patient": { "reference": patient() },
            "code": { "coding": [{ "system": "http://snomed.info/sct", "code": code, "display": text }], "text": text } })
    };
    let chart = with_entries("allergies", [allergy("a1", "716186003", "No known allergy")]);
    let (form, prefill, mut answers) = prefilled(&chart);
    let problem = |answers: &Answers| {
        let found = check(&form, answers, &prefill);
        found.into_iter().find(|problem| problem.place == "allergy-list").map(|problem| problem.kind)
    };
    assert_eq!(problem(&answers), None);
    let none = answers.get("allergy-list")[0].clone();
    answers.set("allergy-list", vec![none.clone(), "Penicillin: anaphylaxis 2019".to_owned()]);
    assert_eq!(problem(&answers), Some(ProblemKind::NotAlone { limit: none }));
    let problems = check(&form, &answers, &prefill);
    let shown = view(&form, &answers, &prefill, &problems, "en").problems;
    let shown = shown.iter().find(|problem| problem.place == "allergy-list").unwrap();
    assert_eq!(shown.limit, "No known allergy");
    let harmless = with_entries(
        "allergies",
        [allergy("a1", "409137002", "No known drug allergy"), allergy("a2", "91935009", "Peanut")],
    );
    let (form, prefill, answers) = prefilled(&harmless);
    assert!(check(&form, &answers, &prefill).iter().all(|problem| problem.place != "allergy-list"));
}
