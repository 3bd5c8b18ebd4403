//! Questions that are answered with a reference to a resource.

use super::*;

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const CORE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-";

fn expression(name: &str, language: &str, text: &str) -> Value {
    json!({"url": format!("{SDC}{name}"), "valueExpression": {"language": language, "expression": text}})
}

fn source(question: &Value) -> Value {
    let launch = json!({"url": format!("{SDC}launchContext"), "extension": [
        {"url": "name", "valueCoding": {"code": "patient"}}, {"url": "type", "valueCode": "Patient"}]});
    let query = json!({"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {
        "name": "visits", "language": "application/x-fhir-query", "expression": "Encounter?patient={{%patient.id}}"}});
    let mut question = question.clone();
    (question["linkId"], question["type"]) = (json!("q"), json!("reference"));
    json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "extension": [launch, query], "item": [question]})
}

#[track_caller]
fn parsed(question: &Value) -> Form {
    Form::parse(&source(question)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Chart of a patient with one visit, in which a participant is named by `reference`, and with a clinician.
fn chart(participant: &Value) -> Chart {
    let read_at: Timestamp = "2026-09-02T13:14:30Z".parse().unwrap();
    let entries = [
        json!({"resourceType": "Encounter", "id": "v1", "subject": {"reference": "Patient/p1"},
            "participant": [{"individual": participant}]}),
        json!({"resourceType": "Practitioner", "id": "d1", "name": [{"given": ["Ann"], "family": "Roy"}]}),
        json!({"resourceType": "Condition", "id": "theirs", "subject": {"reference": "Patient/p2"}}),
    ];
    let entries: Vec<Value> = entries.into_iter().map(|resource| json!({"resource": resource})).collect();
    let mut chart = Chart::new();
    for (name, resource) in [
        ("patient", json!({"resourceType": "Patient", "id": "p1"})),
        ("visits", json!({"resourceType": "Bundle", "type": "searchset", "entry": entries})),
    ] {
        chart.insert(name, Source::Loaded { resource: resource.into(), read_at });
    }
    chart
}

fn participants() -> Value {
    expression("initialExpression", "text/fhirpath", "%visits.entry.resource.participant.individual")
}

fn shown(form: &Form, prefill: &Prefill, answers: &Answers) -> ItemView {
    view(form, answers, prefill, &[], "en").sections[0].items[0].clone()
}

fn sent(form: &Form, prefill: &Prefill, answers: &Answers) -> Value {
    assert_eq!(check(form, answers, prefill), []);
    let mut answer = respond(form, answers, prefill)["item"][0]["answer"][0].clone();
    answer.as_object_mut().unwrap().remove("extension");
    answer
}

#[test]
fn takes_the_name_of_a_resource_that_the_form_does_not_offer() {
    let form = parsed(
        &json!({"extension": [{"url": format!("{CORE}referenceResource"), "valueCode": "Practitioner"}]}),
    );
    assert_eq!(form.remarks(), []);
    let (prefill, mut answers) = (Prefill::default(), Answers::default());
    assert_eq!(shown(&form, &prefill, &answers).control, "line");
    set(&mut answers, "q", "Dr Roy");
    assert_eq!(sent(&form, &prefill, &answers), json!({"valueReference": {"display": "Dr Roy"}}));
    // No reference can be made up.
    set(&mut answers, "q", "ehr:Patient/p2");
    assert_eq!(check(&form, &answers, &prefill)[0].kind, ProblemKind::NotAnOption);
}

#[test]
fn keeps_the_reference_that_fills_it() {
    let form = parsed(&json!({"extension": [participants()]}));
    for (participant, reference, display) in [
        (json!({"reference": "Practitioner/d1"}), Some("Practitioner/d1"), "Ann Roy"),
        (
            json!({"reference": "Practitioner/d1", "display": "Dr A. Roy"}),
            Some("Practitioner/d1"),
            "Dr A. Roy",
        ),
        (json!({"reference": "Practitioner/d9"}), Some("Practitioner/d9"), "Practitioner/d9"),
        (json!({"reference": "#d2", "display": "Dr Li"}), None, "Dr Li"),
        (json!({"reference": "Patient/p1"}), Some("Patient/p1"), "Patient/p1"),
    ] {
        let prefill = populate(&form, &chart(&participant), &now());
        let mut answers = Answers::from_prefill(&form, &prefill);
        let answer = sent(&form, &prefill, &answers)["valueReference"].clone();
        assert_eq!((answer["reference"].as_str(), answer["display"].as_str()), (reference, Some(display)));
        let item = shown(&form, &prefill, &answers);
        assert_eq!(
            (item.control, item.open, item.provenance.kind),
            ("drop-down", true, ProvenanceKind::FromEhr)
        );
        assert_eq!(
            item.options.iter().filter(|it| it.checked).map(|it| it.label.as_str()).collect::<Vec<_>>(),
            [display]
        );
        let written = respond(&form, &answers, &prefill);
        assert_eq!(Answers::from_response(&form, &prefill, &written).get("q"), answers.get("q"));
        // Another person can be named.
        set(&mut answers, "q", "Dr Côté");
        assert_eq!(sent(&form, &prefill, &answers), json!({"valueReference": {"display": "Dr Côté"}}));
    }
}

#[test]
fn keeps_what_names_a_resource_by_identifier_name_or_text() {
    let form = parsed(&json!({"extension": [participants()]}));
    let logical = json!({"identifier": {"system": "urn:college", "value": "12345"}, "display": "Dr Li"});
    let prefill = populate(&form, &chart(&logical), &now());
    let answers = Answers::from_prefill(&form, &prefill);
    assert_eq!(sent(&form, &prefill, &answers), json!({"valueReference": logical}));
    let named = expression("initialExpression", "text/fhirpath", "'Dr Li'");
    let form_of_name = parsed(&json!({"extension": [named]}));
    let prefill = populate(&form_of_name, &chart(&json!({"display": "x"})), &now());
    let answers = Answers::from_prefill(&form_of_name, &prefill);
    assert_eq!(sent(&form_of_name, &prefill, &answers), json!({"valueReference": {"display": "Dr Li"}}));
    let path = expression(
        "initialExpression",
        "text/fhirpath",
        "%visits.entry[0].resource.participant.individual.reference",
    );
    let form = parsed(&json!({"extension": [path]}));
    let prefill = populate(&form, &chart(&json!({"reference": "Practitioner/d1"})), &now());
    assert_eq!(text(&Answers::from_prefill(&form, &prefill), "q"), "ehr:Practitioner/d1");
}

#[test]
fn refuses_a_reference_to_another_patient() {
    let form = parsed(&json!({"extension": [participants()]}));
    for reference in [
        "Patient/p2",
        "Patient/p2/_history/1",
        "https://elsewhere.example/fhir/Patient/p1",
        "Condition/theirs",
        "Condition/theirs/_history/2",
    ] {
        let prefill = populate(&form, &chart(&json!({"reference": reference, "display": "Lee"})), &now());
        let answers = Answers::from_prefill(&form, &prefill);
        let item = shown(&form, &prefill, &answers);
        assert_eq!((answers.get("q").len(), item.options.len()), (0, 0), "{reference}");
        assert!(!item.provenance.left_out.is_empty(), "{reference}");
        assert!(!serde_json::to_string(&prefill).unwrap().contains("Lee"), "{reference}");
    }
    for element in ["initial", "answerOption"] {
        let mut question = json!({});
        question[element] = json!([{"valueReference": {"reference": "Patient/p2"}}]);
        let errors = Form::parse(&source(&question)).unwrap_err();
        assert!(errors[0].to_string().contains("refers to a Patient"), "{errors:?}");
    }
}

#[test]
fn offers_only_resources_of_the_kind_that_it_asks_for() {
    let candidates = expression("candidateExpression", "text/fhirpath", "%visits.entry.resource");
    let limit = |name: &str, key: &str, value: &str| {
        let limit = json!({"url": format!("{CORE}{name}"), key: value});
        parsed(&json!({"extension": [candidates, limit]}))
    };
    let practitioner = "http://hl7.org/fhir/StructureDefinition/Practitioner";
    for form in [
        limit("referenceResource", "valueCode", "Practitioner"),
        limit("referenceProfile", "valueCanonical", practitioner),
    ] {
        let prefill = populate(&form, &chart(&json!({"display": "x"})), &now());
        let filled = prefill.get("q").unwrap();
        let keys: Vec<_> =
            filled.candidates.iter().map(|one| (one.key.as_str(), one.label.as_str())).collect();
        assert_eq!(keys, [("ehr:Practitioner/d1", "Ann Roy")]);
        assert_eq!(filled.left_out.other_kind, 1);
    }
    // A profile is compared with what an entry claims; an entry that claims none is offered.
    let form = limit("referenceProfile", "valueCanonical", "https://example.org/our-visit|2");
    let mut chart = chart(&json!({"display": "x"}));
    let claims = |profile: &str| {
        json!({"resourceType": "Encounter", "id": profile, "subject": {"reference": "Patient/p1"},
            "meta": {"profile": [format!("https://example.org/{profile}")]}})
    };
    let entries = json!([{"resource": claims("our-visit")}, {"resource": claims("their-visit")},
        {"resource": {"resourceType": "Encounter", "id": "plain", "subject": {"reference": "Patient/p1"}}}]);
    let bundle = json!({"resourceType": "Bundle", "type": "searchset", "entry": entries});
    chart.insert("visits", Source::Loaded { resource: bundle.into(), read_at: now().timestamp() });
    let prefill = populate(&form, &chart, &now());
    let keys: Vec<_> = prefill.get("q").unwrap().candidates.iter().map(|one| one.key.as_str()).collect();
    assert_eq!(keys, ["ehr:Encounter/our-visit", "ehr:Encounter/plain"]);
}

#[test]
fn takes_references_as_options() {
    let options = json!([{"valueReference": {"reference": "Organization/o1", "display": "Civic"}},
        {"valueReference": {"reference": "Organization/o2"}}]);
    let form = json!({"resourceType": "Questionnaire", "id": "f", "title": "F",
        "item": [{"linkId": "q", "type": "choice", "answerOption": options}]});
    let form = Form::parse(&form).unwrap();
    let mut answers = Answers::default();
    let labels: Vec<String> =
        shown(&form, &Prefill::default(), &answers).options.into_iter().map(|it| it.label).collect();
    assert_eq!(labels, ["Civic", "Organization/o2"]);
    set(&mut answers, "q", "ehr:Organization/o1");
    assert_eq!(
        sent(&form, &Prefill::default(), &answers),
        json!({"valueReference": {"reference": "Organization/o1", "display": "Civic"}})
    );
}
