//! Prefill from a chart, and its provenance.

use super::*;

/// ONT-10, F02: resources about other patients are left out and counted.
#[test]
fn fills_in_the_latest_value_of_this_patient() {
    let (_, prefill, answers) = prefilled(&chart());
    let expected = [
        ("phone", "613-555-0102"),
        ("email", "e.tremblay@example.org"),
        ("language", "fr"),
        // A visit at the office does not say where the patient is now.
        ("whereabouts", ""),
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
    assert_eq!(weight.left_out.other_patient, 1, "the weight of another patient was left out and counted");
    assert_eq!(prefill.get("ldl").unwrap().unusable.as_deref(), Some("130 mg/dL"));
    assert_eq!(prefill.get("nt-probnp").unwrap().not_loaded, None);
}

/// F03: a truncated list is marked as incomplete.
#[test]
fn offers_all_candidates_and_selects_active_ones() {
    let (form, prefill, answers) = prefilled(&chart());
    let problems = prefill.get("problem-list").unwrap();
    let offered: Vec<(&str, bool)> =
        problems.candidates.iter().map(|candidate| (candidate.key.as_str(), candidate.selected)).collect();
    assert_eq!(
        offered,
        [("ehr:Condition/c1", true), ("ehr:Condition/c2", true), ("ehr:Condition/c3", false)]
    );
    assert_eq!(problems.left_out.other_patient, 1);
    let medications = prefill.get("medication-list").unwrap();
    assert_eq!(
        medications.candidates.iter().map(|c| c.label.as_str()).collect::<Vec<_>>(),
        ["Apixaban 5 mg", "Ramipril"]
    );
    assert!(medications.more, "a page was cut");
    assert!(prefill.get("documents").unwrap().more, "the EHR attached a warning");
    assert_eq!(text(&answers, "problem-list"), "ehr:Condition/c1; ehr:Condition/c2");
    let picked = picked(&form, &answers, &prefill);
    assert!(picked.iter().any(|one| one.reference == "MedicationRequest/m2" && one.display == "Ramipril"));
    assert!(!picked.iter().any(|one| one.reference == "Condition/c3"));
}

/// CTX-10: it is also counted.
#[test]
fn leaves_out_an_encounter_of_another_patient() {
    let mut chart = chart();
    let resource = json!({"resourceType": "Encounter", "id": "e2", "class": {"code": "IMP"},
        "subject": {"reference": "Patient/p2"}});
    chart.insert("encounter", Source::Loaded { resource: resource.into(), read_at: now().timestamp() });
    let (_, prefill, answers) = prefilled(&chart);
    assert_eq!(text(&answers, "whereabouts"), "");
    assert_eq!(prefill.get("whereabouts").unwrap().left_out.other_patient, 1);
}

/// F03: an empty list, and a list that was not loaded.
#[test]
fn distinguishes_none_recorded_from_not_loaded() {
    let (form, prefill, answers) = prefilled(&chart());
    let page = view(&form, &answers, &prefill, &[], "en");
    assert_eq!(pages::find(&page, "allergy-list").provenance.kind, ProvenanceKind::NoneProvided);
    // A reader of the referral can tell an empty list from one that was not asked for.
    for (lang, said) in
        [("en", "(nothing for this list from the EHR)"), ("fr", "(rien du DME pour cette liste)")]
    {
        let lines = readable(&form, &answers, &prefill, lang);
        assert!(
            lines.iter().any(|line| line.label.starts_with("Allergies") && line.value == said),
            "{lines:?}"
        );
    }
    let (form, prefill, answers) = prefilled(&Chart::new());
    let page = view(&form, &answers, &prefill, &[], "en");
    let allergies = pages::find(&page, "allergy-list");
    assert_eq!(allergies.provenance.kind, ProvenanceKind::NotLoaded);
    assert_eq!(allergies.provenance.reason, Some(NotLoaded::NotInContext));
}

/// F03: on the page, in the summary and in the response.
#[test]
fn never_shows_a_list_that_was_not_loaded_as_empty() {
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
    let wanted = Problem { place: "allergy-list".to_owned(), kind: ProblemKind::ListNotLoaded };
    assert!(check(&form, &answers, &prefill).contains(&wanted), "sending without the list needs a choice");
    let line = |answers: &Answers| {
        let lines = readable(&form, answers, &prefill, "en");
        lines.into_iter().find(|line| line.label.starts_with("Allergies")).map(|line| line.value)
    };
    assert!(line(&answers).unwrap().contains("not loaded"));
    set(&mut answers, "allergy-list", "ehr:without-list");
    assert!(!check(&form, &answers, &prefill).contains(&wanted));
    assert!(line(&answers).unwrap().contains("not loaded"));
    let response = respond(&form, &answers, &prefill);
    assert!(!response.to_string().contains("without-list"));
    let record = response["item"].as_array().unwrap().iter().find(|item| item["linkId"] == "record").unwrap();
    let list =
        record["item"].as_array().unwrap().iter().find(|item| item["linkId"] == "allergy-list").unwrap();
    assert!(list["text"].as_str().unwrap().contains("liste du dossier non chargée"), "{list}");
    assert!(list["answer"].is_null() && list["extension"][0]["valueCode"] == "unknown", "{list}");
}

#[test]
fn refuses_to_send_without_a_required_list() {
    let mut chart = chart();
    chart.insert("documents", Source::NotLoaded(NotLoaded::NoAnswer));
    chart.insert("reports", Source::NotLoaded(NotLoaded::NoAnswer));
    let (form, prefill, mut answers) = prefilled(&chart);
    set(&mut answers, "ecg-source", "chart");
    set(&mut answers, "ecg", "ehr:without-list");
    let problems = check(&form, &answers, &prefill);
    assert!(problems.contains(&Problem { place: "ecg".to_owned(), kind: ProblemKind::Required }));
    let page = view(&form, &answers, &prefill, &problems, "en");
    assert!(pages::find(&page, "ecg").without_list.is_none());
    assert!(pages::find(&page, "documents").without_list.is_some());
}

#[test]
fn detects_edited_answers_by_meaning() {
    let (form, prefill, mut answers) = prefilled(&chart());
    let kind = |answers: &Answers, link_id: &str| {
        pages::find(&view(&form, answers, &prefill, &[], "fr"), link_id).provenance.kind
    };
    set(&mut answers, "weight", " 74.00 ");
    set(&mut answers, "referrer", "Dr.  Amélie Okafor ");
    answers.set("problem-list", vec!["ehr:Condition/c2".into(), "ehr:Condition/c1".into()]);
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
    assert_eq!((weight.dated.as_deref(), weight.read_at.as_deref()), (Some("3 mars 2026"), Some("09:14")));
}

/// API-12, F11: values of any type where a name or a number is expected.
#[test]
fn reports_malformed_resources_as_invalid() {
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
            chart.insert(name, Source::Loaded { resource: resource.clone().into(), read_at });
            let (form, prefill, answers) = prefilled(&chart);
            let _ = view(&form, &answers, &prefill, &check(&form, &answers, &prefill), "fr");
        }
    }
    chart.insert(
        "patient",
        Source::Loaded {
            resource: json!({"resourceType": "Patient", "id": "p1",
        "telecom": [{"system": "phone", "use": "mobile", "value": ["a", "b"]}]})
            .into(),
            read_at,
        },
    );
    let (_, prefill, _) = prefilled(&chart);
    assert_eq!(prefill.get("phone").unwrap().values.len(), 0);
    chart.insert(
        "vitals",
        Source::Loaded {
            resource: json!({"resourceType": "Bundle", "entry": [{"resource":
        {"resourceType": "Observation", "status": "final", "code": {"coding": [{"code": "29463-7"}]},
         "subject": {"reference": "Patient/p1"}, "valueQuantity": {"value": 1e300, "unit": "kg"}}}]})
            .into(),
            read_at,
        },
    );
    let (_, prefill, answers) = prefilled(&chart);
    assert_eq!(text(&answers, "weight"), "");
    assert!(prefill.get("weight").unwrap().unusable.is_some());
}

/// Questions that depend on a failed variable are not loaded, never empty.
#[test]
fn reports_questions_of_a_failed_variable_as_not_loaded() {
    let variable = |name: &str, text: &str| {
        json!({"url": "http://hl7.org/fhir/StructureDefinition/variable",
            "valueExpression": {"language": "text/fhirpath", "name": name, "expression": text}})
    };
    let question = |link_id: &str, text: &str| {
        json!({"linkId": link_id, "type": "string", "text": link_id, "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
            "valueExpression": {"language": "text/fhirpath", "expression": text}}]})
    };
    let form = Form::parse(&json!({
        "resourceType": "Questionnaire", "id": "f", "url": "u", "version": "1", "title": "T",
        "extension": [variable("x", "(1 | 2) + 1"), variable("y", "%x.toString()"), variable("z", "'fine'")],
        "item": [{"linkId": "g", "type": "group", "text": "G",
            "item": [question("direct", "%x"), question("behind", "%y"), question("other", "%z")]}],
    }));
    let prefill = populate(&form.unwrap(), &Chart::new(), &now());
    let reason = |link_id: &str| prefill.get(link_id).unwrap().not_loaded;
    assert_eq!(reason("direct"), Some(NotLoaded::Unevaluated));
    assert_eq!(reason("behind"), Some(NotLoaded::Unevaluated));
    assert_eq!(reason("other"), None);
}

/// F02: an entry without a patient must not be sent in the referral of any patient.
#[test]
fn leaves_out_and_counts_entries_without_a_patient() {
    let mut chart = chart();
    let (_, before, _) = prefilled(&chart);
    let Some(Source::Loaded { resource, read_at }) = chart.get("conditions").cloned() else {
        panic!("conditions are loaded")
    };
    let mut resource = (*resource).clone();
    resource["entry"][0]["resource"].as_object_mut().unwrap().remove("subject");
    chart.insert("conditions", Source::Loaded { resource: resource.into(), read_at });
    let (_, after, _) = prefilled(&chart);
    let picker = |prefill: &Prefill| {
        let item = prefill.get("problem-list").unwrap();
        (item.candidates.len(), item.left_out.unknown_patient)
    };
    let (candidates, dropped) = picker(&before);
    assert_eq!(picker(&after), (candidates - 1, dropped + 1));
}

#[test]
fn restores_the_prefill_of_a_draft() {
    let (_, prefill, _) = prefilled(&chart());
    let sealed = serde_json::to_string(&prefill).unwrap();
    assert_eq!(serde_json::from_str::<Prefill>(&sealed).unwrap(), prefill);
    let mut chart = chart();
    chart.insert("labs", Source::NotLoaded(NotLoaded::NotGranted));
    let sealed = serde_json::to_string(&chart).unwrap();
    assert_eq!(serde_json::from_str::<Chart>(&sealed).unwrap(), chart);
}
