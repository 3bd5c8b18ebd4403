//! Valid and refused forms, queries and folders.

use super::*;

fn with_items(items: &Value) -> Value {
    json!({
        "resourceType": "Questionnaire", "id": "f", "url": "https://example.org/f", "version": "1", "title": "F",
        "item": [{"linkId": "g", "type": "group", "text": "G", "item": items}]
    })
}

/// Problems of a form, one in a line.
fn said(errors: &[Error]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn refused(items: &Value, words: &str) {
    let said = said(&Form::parse(&with_items(items)).expect_err("this form must be refused"));
    assert!(said.contains(words), "{said}");
}

fn expression(name: &str, text: &str) -> Value {
    json!([{"url": format!("http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-{name}"),
        "valueExpression": {"language": "text/fhirpath", "expression": text}}])
}

#[test]
fn refuses_unsupported_items_by_link_id() {
    refused(&json!([{"linkId": "q", "type": "question", "text": "Q"}]), "q: the item type question");
    refused(
        &json!([{"linkId": "q", "type": "string", "text": "Q", "modifierExtension": []}]),
        "q: a modifier extension",
    );
    refused(&json!([{"linkId": "a\nb", "type": "string", "text": "Q"}]), "\"a\\nb\"");
    refused(&json!([{"linkId": "", "type": "string", "text": "Q"}]), "\"\"");
    refused(&json!([{"linkId": "g", "type": "string", "text": "Q"}]), "g: this linkId is used twice");
    refused(
        &json!([{"linkId": "q", "type": "choice", "text": "Q", "answerValueSet": "#x"}]),
        "q: the value set #x",
    );
    let of = |system: &str| json!({"valueCoding": {"system": system, "code": "A", "display": "A"}});
    let twice = json!([of("urn:s"), of("urn:t")]);
    refused(
        &json!([{"linkId": "q", "type": "choice", "text": "Q", "answerOption": twice}]),
        "two options have the key A",
    );
    for name in ["contextExpression", "itemPopulationContext"] {
        let extension = expression(name, "true");
        refused(&json!([{"linkId": "q", "type": "string", "text": "Q", "extension": extension}]), name);
    }
    refused(
        &json!([{"linkId": "q", "type": "string", "text": "Q", "initial": [{"valueBoolean": {}}]}]),
        "q: initial has an answer",
    );
}

#[test]
fn refuses_invalid_expressions() {
    let item = |text: &str| json!([{"linkId": "q", "type": "string", "text": "Q", "extension": expression("initialExpression", text)}]);
    refused(&item("name."), "q: initialExpression");
    refused(&item("name.subsumes('x')"), "q: initialExpression");
    assert!(Form::parse(&with_items(&item("%resource.id"))).is_ok());
}

#[test]
fn refuses_invalid_conditions() {
    let asked = json!({"linkId": "a", "type": "boolean", "text": "A"});
    let item = |question: &str, answer: &Value| {
        let mut when = answer.clone();
        when["question"] = json!(question);
        when["operator"] = json!("=");
        json!([asked, {"linkId": "q", "type": "string", "text": "Q", "enableWhen": [when]}])
    };
    refused(&item("missing", &json!({"answerBoolean": true})), "q: enableWhen refers to missing");
    refused(&item("g", &json!({"answerBoolean": true})), "refers to g");
    let slashed = json!([asked, {"linkId": "q", "type": "string", "enableWhen": [
        {"question": "/no such", "operator": "exists", "answerBoolean": true}]}]);
    refused(&slashed, "q: enableWhen refers to /no such");
    let circle = json!([{"linkId": "/a", "type": "string", "enableWhen": [
        {"question": "/a", "operator": "exists", "answerBoolean": true}]}]);
    refused(&circle, "/a: it depends on itself: /a → /a");
    refused(&item("a", &json!({"answerDecimal": 5})), "q: enableWhen has an answer");
    refused(&item("q", &json!({"answerString": "x"})), "q: it depends on itself: q → q");
    assert!(Form::parse(&with_items(&item("a", &json!({"answerBoolean": true})))).is_ok());
}

#[test]
fn refuses_resources_that_are_not_a_questionnaire() {
    for other in [json!({"resourceType": "Patient"}), json!([])] {
        assert_eq!(said(&Form::parse(&other).unwrap_err()), "this is not a FHIR Questionnaire");
    }
    for name in ["x", "resource", "patient"] {
        let mut form = with_items(&json!([]));
        let variable = |name: &str| {
            json!({"url": "http://hl7.org/fhir/StructureDefinition/variable",
            "valueExpression": {"language": "text/fhirpath", "name": name, "expression": "1"}})
        };
        let patient = json!({"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext",
            "extension": [{"url": "name", "valueCoding": {"code": "patient"}}]});
        form["extension"] = json!([patient, variable("x"), variable(name)]);
        assert!(
            said(&Form::parse(&form).expect_err(name)).contains("a name that is already in use"),
            "{name}"
        );
    }
    for (id, made) in [("a|b", "a-b"), ("a/b", "a-b"), ("é", "named"), (" ", "F"), ("-", "named")] {
        let mut form = with_items(&json!([]));
        form["id"] = json!(id);
        assert_eq!(Form::parse_named(&form, "named").unwrap().id(), made, "{id}");
    }
}

#[test]
fn reads_a_form_that_does_not_name_itself() {
    let json = json!({"resourceType": "Questionnaire", "item": [{"linkId": "q", "type": "string"}]});
    let form = Form::parse_named(&json, "my form").unwrap();
    assert_eq!((form.id(), form.title("en"), form.canonical()), ("my-form", "my-form", None));
    let answers = Answers::default();
    assert!(respond(&form, &answers, &Prefill::default()).get("questionnaire").is_none());
}

#[test]
fn reports_every_problem_of_a_form_at_once() {
    let items = json!([
        {"linkId": "", "type": "string"},
        {"linkId": "a", "type": "question"},
        {"linkId": "b", "type": "reference", "extension": expression("calculatedExpression", "1")},
        {"linkId": "b", "type": "string", "extension": expression("initialExpression", "name.")},
        {"linkId": "c", "type": "string", "enableWhen": [{"question": "x", "operator": "=", "answerString": "1"}]},
        {"linkId": "d", "type": "string", "extension": expression("calculatedExpression", "%x + %y")},
    ]);
    let found = said(&Form::parse(&with_items(&items)).unwrap_err());
    for problem in [
        "\"\": a linkId has",
        "a: the item type question",
        "b: a calculatedExpression on a reference",
        "b: this linkId is used twice",
        "b: initialExpression is not",
        "c: enableWhen refers to x",
        "d: %x is neither",
        "d: %y is neither",
    ] {
        assert!(found.contains(problem), "{problem} is not in\n{found}");
    }
}

fn query(text: &str) -> Result<Query, Error> {
    Query::parse(&json!({"name": "q", "expression": text}))
}

#[test]
fn encodes_values_of_a_query_and_requires_them() {
    let form = form();
    let chart = chart();
    let screened = ScreenedChart::of(&chart, now().date());
    let env = form.environment(&screened, &now());
    let find = |name: &str| form.queries().iter().find(|query| query.name == name).unwrap();
    assert_eq!(
        find("roles").resolve(&env).unwrap().as_deref(),
        Some(
            "PractitionerRole?practitioner=dr1&_include=PractitionerRole:organization&_include=PractitionerRole:location"
        )
    );
    let labs = find("labs").resolve(&env).unwrap().unwrap();
    assert!(labs.contains("patient=p1&") && labs.contains("&date=ge2025-09-02&"), "{labs}");
    let empty = Chart::new();
    assert_eq!(
        find("labs").resolve(&form.environment(&ScreenedChart::of(&empty, now().date()), &now())),
        Ok(None)
    );
    let mut env = crate::fhirpath::Environment::new(now());
    let odd = json!(["a&b=c", "../é#"]);
    env.set_items(
        "x",
        odd.as_array()
            .unwrap()
            .iter()
            .map(|value| crate::fhirpath::Item::Node(crate::fhirpath::Node::root(value)))
            .collect(),
    );
    let resolved = query("Patient?x={{%x}}").unwrap().resolve(&env).unwrap().unwrap();
    assert_eq!(resolved, "Patient?x=a%26b%3Dc,..%2F%C3%A9%23");
    let barred = query("Observation?code=http://loinc.org|29463-7,http://loinc.org%7C8302-2").unwrap();
    let barred = barred.resolve(&env).unwrap().unwrap();
    assert_eq!(barred, "Observation?code=http://loinc.org%7C29463-7,http://loinc.org%7C8302-2");
    for text in [
        "https://evil/Patient?x=1",
        "/Patient",
        "Patient",
        "Patient?x=1#f",
        "Patient/../x",
        "Patient?x={{%x",
        "patient?x",
    ] {
        assert!(query(text).is_err(), "{text}");
    }
    assert_eq!(form.queries().len(), 9);
}

#[test]
fn reports_all_errors_of_a_folder() {
    let folder = std::env::temp_dir().join(format!("passerelle-forms-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("a.json"), "{").unwrap();
    std::fs::write(folder.join("b.json"), r#"{"resourceType": "Patient"}"#).unwrap();
    std::fs::write(folder.join("c.json"), with_items(&json!([])).to_string()).unwrap();
    std::fs::write(folder.join("d.json"), with_items(&json!([])).to_string()).unwrap();
    std::fs::write(folder.join("readme.txt"), "not a form").unwrap();
    let errors = Library::load(&folder).expect_err("refused");
    std::fs::remove_dir_all(&folder).unwrap();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert!(
        messages[0].contains("a.json") && messages[1].contains("b.json") && messages[2].contains("two forms")
    );
    assert!(matches!(Library::load(&folder), Err(errors) if errors.len() == 1));
}

#[test]
fn is_in_use_by_status_and_effective_period() {
    let on = |extra: Value| {
        let mut form = with_items(&json!([]));
        form.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Form::parse(&form).unwrap().validity(date(2026, 9, 2))
    };
    assert_eq!(on(json!({"status": "active"})), Validity::InUse);
    assert_eq!(on(json!({"status": "draft"})), Validity::Draft);
    assert_eq!(on(json!({"status": "retired"})), Validity::NotInUse);
    assert_eq!(on(json!({"effectivePeriod": {"start": "2026-09", "end": "2026-09-02"}})), Validity::InUse);
    assert_eq!(on(json!({"effectivePeriod": {"start": "2026-10"}})), Validity::NotInUse);
    assert_eq!(on(json!({"effectivePeriod": {"end": "2026-09-01"}})), Validity::NotInUse);
}

#[test]
fn offers_only_the_named_forms_and_reports_unknown_ids() {
    let library = Library::built_in().unwrap();
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let two = library.only(&ids(&["mri-requisition", "cardiology-consult"])).unwrap();
    assert_eq!(two.list().map(Form::id).collect::<Vec<_>>(), ["cardiology-consult", "mri-requisition"]);
    assert_eq!(library.only(&ids(&["mri-requisition", "x"])).unwrap_err(), ["x"]);
}

#[test]
fn translates_the_built_in_forms_completely() {
    let library = Library::built_in().unwrap();
    assert_eq!(library.list().count(), 6);
    library.list().for_each(is_in_french);
    let form = form();
    assert_eq!(form.service_codings()[0]["code"], "394579002");
    assert_eq!(form.launch_context().collect::<Vec<_>>(), ["patient", "user", "encounter"]);
}

/// The clinician who signs is named by the signature: a name that is typed into the form could be another one.
#[test]
fn asks_no_built_in_form_for_a_clinician_who_signs() {
    let library = Library::built_in().unwrap();
    for form in library.list() {
        form.walk(|item| {
            let text = item.text.in_language("en").to_lowercase();
            let names_signer =
                ["authoriz", "sign", "referring clinician"].iter().any(|word| text.contains(word));
            let is_typed = item.kind == item::ItemType::String && item.initial_expression.is_none();
            assert!(!(names_signer && is_typed), "{}, {}: {text}", form.id(), item.link_id);
        });
    }
}

fn is_in_french(form: &Form) {
    let (title, description) = form.title_text();
    assert!(title.has_language("fr") && description.is_some_and(|text| text.has_language("fr")));
    form.walk(|item| {
        assert!(!item.link_id.is_empty(), "{}: a section without a text", form.id());
        let texts = [Some(&item.text), item.hints.first(), item.short_text.as_ref()];
        let labels = item.columns.iter().filter_map(|column| column.label.as_ref());
        let options = item.options.iter().map(|option| &option.label);
        for text in texts.into_iter().flatten().chain(labels).chain(options) {
            assert!(text.has_language("fr"), "{}, {}: {}", form.id(), item.link_id, text.in_language("en"));
        }
    });
}
