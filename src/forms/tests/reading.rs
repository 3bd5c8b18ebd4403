//! Elements of a form and of a chart that must not be read in part.

#![expect(clippy::needless_pass_by_value, reason = "a literal reads better by value")]

use super::*;

/// Form of one section with these questions.
fn small(items: Value) -> Result<Form, Vec<Error>> {
    Form::parse(&json!({
        "resourceType": "Questionnaire", "id": "small", "url": "https://e.example/small", "version": "1", "title": "Small",
        "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext",
            "extension": [{ "url": "name", "valueCoding": { "code": "patient" } }, { "url": "type", "valueCode": "Patient" }],
        }],
        "contained": [
            { "resourceType": "ValueSet", "id": "filtered", "compose": { "include": [
                { "system": "urn:s", "concept": [{ "code": "a", "display": "A" }] },
                { "system": "urn:s", "filter": [{ "property": "concept", "op": "is-a", "value": "b" }] },
            ] } },
            { "resourceType": "ValueSet", "id": "without", "compose": {
                "include": [{ "system": "urn:s", "concept": [{ "code": "a" }, { "code": "b" }] }],
                "exclude": [{ "system": "urn:s", "concept": [{ "code": "b" }] }],
            } },
        ],
        "item": [{ "linkId": "g", "type": "group", "text": "G", "item": items }],
    }))
}

fn filled_from(expression: &str) -> Value {
    json!([{ "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
        "valueExpression": { "language": "text/fhirpath", "expression": expression } }])
}

#[test]
fn keeps_and_sends_hidden_answers_whatever_was_posted() {
    let hidden = json!({ "url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true });
    let form = small(json!([
        { "linkId": "code", "text": "Code", "type": "string", "extension": [hidden], "initial": [{ "valueString": "X1" }] },
        { "linkId": "seen", "text": "Seen", "type": "string" },
    ]))
    .unwrap();
    let prefill = populate(&form, &Chart::new(), &now());
    let fields = [("a.code".to_owned(), "forged".to_owned()), ("a.seen".to_owned(), "yes".to_owned())];
    let mut answers = Answers::from_fields(&form, fields.into_iter(), "en", None);
    answers.keep_fixed(&form, &prefill);
    assert_eq!((text(&answers, "code").as_str(), text(&answers, "seen").as_str()), ("X1", "yes"));
    let response = respond(&form, &answers, &prefill).to_string();
    assert!(response.contains("X1"), "{response}");
    let shown = readable(&form, &answers, &prefill, "en");
    assert!(
        shown.iter().any(|line| line.label == "Code" && line.value == "X1"),
        "what is sent is shown: {shown:?}"
    );
}

#[test]
fn lets_a_read_only_question_be_answered_if_nothing_fills_it() {
    let email = json!([{ "linkId": "email", "text": "E-mail", "type": "string", "readOnly": true, "required": true,
        "extension": filled_from("%patient.telecom.where(system = 'email').value.first()") }]);
    let form = small(email).unwrap();
    let mut chart = Chart::new();
    for (patient, expected) in [
        (json!({ "resourceType": "Patient", "id": "p1" }), "typed@example.ca"),
        (
            json!({ "resourceType": "Patient", "id": "p1", "telecom": [{ "system": "email", "value": "chart@example.ca" }] }),
            "chart@example.ca",
        ),
    ] {
        chart.insert("patient", Source::Loaded { resource: patient.into(), read_at: Timestamp::UNIX_EPOCH });
        let prefill = populate(&form, &chart, &now());
        let fields = [("a.email".to_owned(), "typed@example.ca".to_owned())];
        let mut answers = Answers::from_fields(&form, fields.into_iter(), "en", None);
        answers.keep_fixed(&form, &prefill);
        assert_eq!(text(&answers, "email"), expected);
    }
}

#[test]
fn fills_a_whole_number_from_a_decimal_without_fraction() {
    let integer = json!([{ "linkId": "rate", "text": "Rate", "type": "integer", "extension": filled_from("%patient.extension.value") }]);
    let form = small(integer).unwrap();
    let quantity = |value: &str| format!(r#"{{ "valueQuantity": {{ "value": {value}, "unit": "/min" }} }}"#);
    for (extension, filled) in
        [(r#"{ "valueDecimal": 72.0 }"#.to_owned(), "72"), (quantity("72.0"), "72"), (quantity("72.5"), "")]
    {
        let patient = format!(r#"{{ "resourceType": "Patient", "id": "p1", "extension": [{extension}] }}"#);
        let patient: Value = serde_json::from_str(&patient).unwrap();
        let mut chart = Chart::new();
        chart.insert("patient", Source::Loaded { resource: patient.into(), read_at: Timestamp::UNIX_EPOCH });
        let prefill = populate(&form, &chart, &now());
        let answers = Answers::from_prefill(&form, &prefill);
        assert_eq!(text(&answers, "rate"), filled, "{extension}");
        assert_eq!(prefill.get("rate").unwrap().unusable.is_some(), filled.is_empty(), "{extension}");
    }
}

#[test]
fn shows_a_name_and_an_address_as_text() {
    for (expression, shown) in
        [("%patient.name.first()", "Ann Marie Sample"), ("%patient.address.first()", "12 Main St, Ottawa")]
    {
        let form = small(
            json!([{ "linkId": "q", "text": "Q", "type": "string", "extension": filled_from(expression) }]),
        )
        .unwrap();
        let patient = json!({ "resourceType": "Patient", "id": "p1",
            "name": [{ "family": "Sample", "given": ["Ann", "Marie"] }],
            "address": [{ "line": ["12 Main St"], "city": "Ottawa" }] });
        let mut chart = Chart::new();
        chart.insert("patient", Source::Loaded { resource: patient.into(), read_at: Timestamp::UNIX_EPOCH });
        let answers = Answers::from_prefill(&form, &populate(&form, &chart, &now()));
        assert_eq!(text(&answers, "q"), shown);
    }
}

#[test]
fn never_shows_a_part_of_a_value_set_as_all_of_it() {
    for set in ["#filtered", "#without", "http://elsewhere.example/vs"] {
        let items = json!([{ "linkId": "q", "text": "Q", "type": "choice", "answerValueSet": set }]);
        let form = small(items).unwrap();
        assert_eq!(form.remarks()[0].kind, RemarkKind::UnknownOptions, "{set}");
        let (prefill, mut answers) = (Prefill::default(), Answers::default());
        let shown = view(&form, &answers, &prefill, &[], "en");
        let item = &shown.sections[0].items[0];
        assert_eq!((item.control, item.options.len(), item.unknown_options.as_str()), ("line", 0, set));
        answers.set("q", vec!["as typed".to_owned()]);
        assert!(check(&form, &answers, &prefill).is_empty());
        let response = respond(&form, &answers, &prefill);
        assert_eq!(
            response["item"][0]["item"][0]["answer"],
            json!([{ "valueCoding": { "display": "as typed" } }])
        );
    }
}

#[test]
fn serves_a_translation_of_another_region() {
    let translated = |lang: &str| {
        json!([{ "linkId": "q", "text": "Reason", "type": "string", "_text": { "extension": [{
            "url": "http://hl7.org/fhir/StructureDefinition/translation",
            "extension": [{ "url": "lang", "valueCode": lang }, { "url": "content", "valueString": "Motif" }],
        }] } }])
    };
    for (written, page, shown) in [
        ("fr-CA", "fr", "Motif"),
        ("fr", "fr-CA", "Motif"),
        ("fr-FR", "fr-CA", "Motif"),
        ("es", "fr", "Reason"),
    ] {
        let form = small(translated(written)).unwrap();
        assert_eq!(form.item("q").unwrap().text.in_language(page), shown, "{written} on {page}");
    }
}

#[test]
fn blames_the_form_and_not_the_ehr_for_a_rule_that_fails() {
    let form = small(json!([{ "linkId": "q", "text": "Q", "type": "string",
        "extension": filled_from("%patient.name.first() + 1") }]))
    .unwrap();
    let patient = json!({ "resourceType": "Patient", "id": "p1", "name": [{ "text": "Ann" }] });
    let mut chart = Chart::new();
    chart.insert("patient", Source::Loaded { resource: patient.into(), read_at: Timestamp::UNIX_EPOCH });
    let prefill = populate(&form, &chart, &now());
    assert_eq!(prefill.get("q").unwrap().not_loaded, Some(NotLoaded::Unevaluated));
}
