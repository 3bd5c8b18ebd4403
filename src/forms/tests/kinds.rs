//! Types of questions: times, addresses, quantities with several units or any, and options of every type.

use super::*;

#[test]
fn takes_choices_without_options_and_options_without_codes() {
    let form = Form::parse(&json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": [
        {"linkId": "c", "type": "choice", "initial": [{"valueCoding": {"system": "urn:s", "code": "a", "display": "A"}}]},
        {"linkId": "o", "type": "open-choice"},
        {"linkId": "d", "type": "choice", "answerOption": [{"valueCoding": {"display": "Yes"}}, {"valueCoding": {"display": "No"}}]},
        {"linkId": "q", "type": "quantity", "initial": [{"valueQuantity": {"unit": "$", "code": "USD"}}]}
    ]}))
    .unwrap();
    let remarks: Vec<_> = form.remarks().iter().map(|it| (it.place.as_str(), it.kind)).collect();
    assert_eq!(remarks, [("c", RemarkKind::NoOptions), ("o", RemarkKind::NoOptions)]);
    let prefill = populate(&form, &Chart::new(), &now());
    let mut answers = Answers::from_prefill(&form, &prefill);
    for (place, text) in [("o", "typed"), ("d", "No"), ("q", "5")] {
        set(&mut answers, place, text);
    }
    assert_eq!(check(&form, &answers, &prefill), []);
    let response = respond(&form, &answers, &prefill);
    let sent = |at: usize| response["item"][at]["answer"][0].clone();
    assert_eq!(sent(0), json!({"valueCoding": {"system": "urn:s", "code": "a", "display": "A"}}));
    assert_eq!(
        (sent(1), sent(2)),
        (json!({"valueString": "typed"}), json!({"valueCoding": {"display": "No"}}))
    );
    assert_eq!(sent(3)["valueQuantity"], json!({"value": 5, "unit": "$", "code": "USD"}));
}

fn parsed(item: &Value) -> Form {
    let form = json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": [item]});
    Form::parse(&form).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Answers a form of one question, and returns what the response has, or the problem.
fn answered(form: &Form, texts: &[&str]) -> Result<Value, ProblemKind> {
    let mut answers = Answers::default();
    answers.set("q", texts.iter().map(|text| (*text).to_owned()).collect());
    let prefill = Prefill::default();
    match check(form, &answers, &prefill).into_iter().next() {
        Some(problem) => Err(problem.kind),
        None => Ok(respond(form, &answers, &prefill)["item"][0]["answer"].clone()),
    }
}

fn unit_options(codes: &[&str]) -> Value {
    let option = |code: &&str| {
        json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption", "valueCoding":
            {"system": "http://unitsofmeasure.org", "code": code, "display": format!("{code} (unit)")}})
    };
    codes.iter().map(option).collect()
}

#[test]
fn reads_times_and_addresses() {
    let time = parsed(&json!({"linkId": "q", "type": "time"}));
    assert_eq!(answered(&time, &["14:30"]), Ok(json!([{"valueTime": "14:30:00"}])));
    for wrong in ["25:00", "1430", "2 pm", "14", "14:30Z"] {
        assert_eq!(answered(&time, &[wrong]), Err(ProblemKind::NotATime), "{wrong}");
    }
    let url = parsed(&json!({"linkId": "q", "type": "url"}));
    let uri = "urn:oid:2.16.840.1";
    assert_eq!(answered(&url, &[uri]), Ok(json!([{"valueUri": uri}])));
    for wrong in ["clinic.example", "https://a b", "https:", ":x"] {
        assert_eq!(answered(&url, &[wrong]), Err(ProblemKind::NotAUrl), "{wrong}");
    }
}

#[test]
fn keeps_the_unit_with_the_number() {
    let any = parsed(&json!({"linkId": "q", "type": "quantity"}));
    assert_eq!(
        answered(&any, &["2.50 tablets"]).unwrap()[0]["valueQuantity"].to_string(),
        r#"{"value":2.50,"unit":"tablets"}"#
    );
    assert_eq!(answered(&any, &["tablets"]), Err(ProblemKind::NotANumber));
    let two =
        parsed(&json!({"linkId": "q", "type": "quantity", "extension": unit_options(&["kg", "[lb_av]"])}));
    let quantity = json!({"value": 150, "unit": "[lb_av] (unit)", "code": "[lb_av]", "system": "http://unitsofmeasure.org"});
    assert_eq!(answered(&two, &["150 [lb_av]"]), Ok(json!([{"valueQuantity": quantity}])));
    assert_eq!(answered(&two, &["150"]), Err(ProblemKind::NotAUnit));
    assert_eq!(answered(&two, &["150 stone"]), Err(ProblemKind::NotAUnit));
    let fields = |unit: &str| {
        [("unit.q", unit), ("a.q", "1 500,5")].map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let posted = |unit: &str| Answers::from_fields(&two, fields(unit).into_iter(), "fr", None);
    assert_eq!(posted("kg").get("q"), ["1500.5 kg"]);
    assert_eq!(posted("stone").get("q"), ["1500.5"], "a unit that is not offered");
    let shown = view(&two, &posted("[lb_av]"), &Prefill::default(), &[], "fr");
    let item = &shown.sections[0].items[0];
    let chosen: Vec<bool> = item.units.iter().map(|unit| unit.selected).collect();
    assert_eq!(
        (item.value.as_str(), item.unit_name.as_str(), chosen),
        ("1500,5", "unit.q", vec![false, true])
    );
    let lines = readable(&two, &posted("[lb_av]"), &Prefill::default(), "en");
    assert_eq!(lines[0].value, "1500.5 [lb_av] (unit)");
}

#[test]
fn takes_options_of_every_type() {
    for (kind, element, options, chosen) in [
        ("string", "valueString", json!(["Yes, please", "No"]), json!("Yes, please")),
        ("integer", "valueInteger", json!([1, 2]), json!(2)),
        ("date", "valueDate", json!(["2026-01-01", "2026-02-01"]), json!("2026-01-01")),
        ("time", "valueTime", json!(["08:00:00", "12:00:00"]), json!("12:00:00")),
    ] {
        let options: Vec<Value> = options.as_array().unwrap().iter().map(|it| json!({element: it})).collect();
        let form = parsed(&json!({"linkId": "q", "type": kind, "answerOption": options}));
        let text = chosen.as_str().map_or_else(|| chosen.to_string(), str::to_owned);
        assert_eq!(answered(&form, &[&text]), Ok(json!([{element: chosen}])), "{kind}");
        assert_eq!(answered(&form, &["something else"]), Err(ProblemKind::NotAnOption), "{kind}");
        assert_eq!(
            view(&form, &Answers::default(), &Prefill::default(), &[], "en").sections[0].items[0].control,
            "drop-down"
        );
    }
}

#[test]
fn selects_what_the_form_selects_at_first() {
    let options = json!([{"valueCoding": {"code": "routine"}, "initialSelected": true}, {"valueCoding": {"code": "stat"}}]);
    let form = parsed(&json!({"linkId": "q", "type": "choice", "answerOption": options}));
    let prefill = populate(&form, &Chart::new(), &now());
    assert_eq!(Answers::from_prefill(&form, &prefill).get("q"), ["routine"]);
}

#[test]
fn never_calls_a_default_of_the_form_chart_data() {
    let item = json!({"linkId": "q", "type": "string", "initial": [{"valueString": "default"}], "extension": [{
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
        "valueExpression": {"language": "text/fhirpath", "expression": "%patient.name.family"}}]});
    let form = json!({"resourceType": "Questionnaire", "id": "f", "item": [item], "extension": [{
        "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext",
        "extension": [{"url": "name", "valueCoding": {"code": "patient"}}]}]});
    let form = Form::parse(&form).unwrap();
    let shown = |patient: Value| {
        let mut chart = Chart::new();
        chart.insert("patient", Source::Loaded { resource: patient.into(), read_at: now().timestamp() });
        let prefill = populate(&form, &chart, &now());
        let answers = Answers::from_prefill(&form, &prefill);
        let item = view(&form, &answers, &prefill, &[], "en").sections.remove(0).items.remove(0);
        (item.value, item.provenance.kind, item.provenance.chart_value)
    };
    let named = json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Roy"}]});
    assert_eq!(
        shown(named),
        ("Roy".into(), ProvenanceKind::FromEhr, Some("Roy".into())),
        "one answer, the chart's"
    );
    let nameless = json!({"resourceType": "Patient", "id": "p1"});
    assert_eq!(shown(nameless), ("default".into(), ProvenanceKind::NoneProvided, None));
}

#[test]
fn takes_equal_readings_and_unequal_answers_as_the_standard_says() {
    let form = json!({"resourceType": "Questionnaire", "id": "f", "item": [
        {"linkId": "q", "type": "integer", "repeats": true},
        {"linkId": "d", "type": "string", "enableWhen": [{"question": "q", "operator": "!=", "answerInteger": 5}]}]});
    let form = Form::parse(&form).unwrap();
    let fields = ["120", "118", "120"].map(|text| ("a.q".to_owned(), text.to_owned()));
    let answers = Answers::from_fields(&form, fields.into_iter(), "en", None);
    assert_eq!(answers.get("q"), ["120", "118", "120"]);
    assert!(enabled(&form, &Answers::default()).contains("d"), "no answer is not equal");
    let mut five = Answers::default();
    five.set("q", vec!["5".into(), "6".into()]);
    assert!(!enabled(&form, &five).contains("d"));
}

#[test]
fn checks_lengths_places_and_counts() {
    let core = |name: &str, key: &str, value: Value| json!([{"url": format!("http://hl7.org/fhir/StructureDefinition/{name}"), key: value}]);
    let limited = |limit: &str| ProblemKind::TooMany { limit: limit.to_owned() };
    let short = parsed(
        &json!({"linkId": "q", "type": "string", "extension": core("minLength", "valueInteger", json!(3))}),
    );
    assert_eq!(answered(&short, &["ab"]), Err(ProblemKind::TooShort { limit: "3".into() }));
    assert!(
        answered(&short, &["abc"]).is_ok() && answered(&short, &[]).is_ok(),
        "an empty answer is not too short"
    );
    let places = parsed(
        &json!({"linkId": "q", "type": "decimal", "extension": core("maxDecimalPlaces", "valueInteger", json!(1))}),
    );
    assert_eq!(answered(&places, &["1.25"]), Err(ProblemKind::TooManyDecimals { limit: "1".into() }));
    assert!(answered(&places, &["1.2"]).is_ok());
    let most = parsed(
        &json!({"linkId": "q", "type": "string", "repeats": true, "extension": core("questionnaire-maxOccurs", "valueInteger", json!(2))}),
    );
    assert_eq!(answered(&most, &["a", "b", "c"]), Err(limited("2")));
    let least = parsed(
        &json!({"linkId": "q", "type": "string", "repeats": true, "extension": core("questionnaire-minOccurs", "valueInteger", json!(2))}),
    );
    assert_eq!(answered(&least, &["a"]), Err(ProblemKind::TooFew { limit: "2".into() }));
}

#[test]
fn requires_an_answer_in_a_required_group() {
    let form = parsed(&json!({"linkId": "g", "type": "group", "required": true, "item": [
        {"linkId": "q", "type": "string"}, {"linkId": "r", "type": "string"}]}));
    let mut answers = Answers::default();
    let problems = check(&form, &answers, &Prefill::default());
    assert_eq!(problems, [Problem { place: "g".into(), kind: ProblemKind::Required }]);
    assert_eq!(view(&form, &answers, &Prefill::default(), &problems, "en").problems.len(), 1);
    set(&mut answers, "r", "x");
    assert!(check(&form, &answers, &Prefill::default()).is_empty());
}

#[test]
fn shows_numbers_and_helps_of_a_question() {
    let beside = |control: &str, text: &str| {
        json!({"linkId": control, "type": "display", "text": text, "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
            "valueCodeableConcept": {"coding": [{"code": control}]}}]})
    };
    let form = parsed(&json!({"linkId": "q", "type": "string", "prefix": "2a.", "text": "Since when?",
        "item": [beside("help", "As far as you know."), beside("flyover", "A year will do.")]}));
    let shown = view(&form, &Answers::default(), &Prefill::default(), &[], "en");
    let item = &shown.sections[0].items[0];
    assert_eq!(
        (item.label.as_str(), item.hint.as_str()),
        ("2a. Since when?", "As far as you know.\nA year will do.")
    );
    assert!(item.items.is_empty());
}
