//! Forms with expressions that are not evaluated here: they load if nothing but filling depends on these, and the page says
//! which questions are not filled.

use super::*;

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";

fn expression(url: &str, language: &str, text: &str) -> Value {
    json!({"url": url, "valueExpression": {"name": "n", "language": language, "expression": text}})
}

fn sdc(name: &str, language: &str, text: &str) -> Value {
    expression(&format!("{SDC}{name}"), language, text)
}

fn source(extensions: &Value, items: &Value) -> Value {
    json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "extension": extensions, "item": items})
}

fn question(extensions: &[Value]) -> Value {
    json!([{"linkId": "q", "type": "string", "extension": extensions}])
}

/// Remarks of a form, one in a line.
fn remarks(form: &Form) -> String {
    let lines = form.remarks().iter().map(|it| format!("{}: {} ({:?})", it.place, it.about, it.kind));
    lines.collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn unfilled(extensions: &Value, items: &Value, words: &str) {
    let form = Form::parse(&source(extensions, items)).unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert!(remarks(&form).contains(&format!("{words} (NotFilled)")), "{}", remarks(&form));
    let prefill = populate(&form, &Chart::new(), &now());
    let mut answers = Answers::from_prefill(&form, &prefill);
    let shown = |answers: &Answers| view(&form, answers, &prefill, &[], "en").sections[0].items[0].clone();
    let found = shown(&answers);
    // A receiver reads of no list that was not loaded: the chart was not asked for one.
    let lines = readable(&form, &answers, &prefill, "en");
    assert!(lines.iter().all(|line| !line.value.contains("not loaded")), "{lines:?}");
    assert_eq!(found.provenance.reason, Some(NotLoaded::NotEvaluable), "{words}");
    assert_eq!(found.provenance.kind, ProvenanceKind::NotLoaded, "{words}");
    if found.control != "rows" {
        set(&mut answers, "q", "typed");
        assert_eq!(check(&form, &answers, &prefill), []);
        let sent = respond(&form, &answers, &prefill);
        assert!(sent["item"].to_string().contains(r#""valueString":"typed""#), "{sent}");
    }
}

#[track_caller]
fn refused(extensions: &Value, items: &Value, words: &str) {
    let errors = Form::parse(&source(extensions, items)).expect_err(words);
    let said = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(said.contains(words), "{said}");
    assert!(errors.iter().all(|error| !error.fix().is_empty()));
}

#[test]
fn says_that_a_question_is_not_filled_by_an_expression_in_another_language() {
    let none = json!([]);
    let initial = |language: &str| question(&[sdc("initialExpression", language, "Age")]);
    unfilled(&none, &initial("text/cql"), "q: initialExpression in the language text/cql");
    unfilled(&none, &initial("text/cql-identifier"), "initialExpression in the language text/cql-identifier");
    // The way of forms before SDC.
    let before = expression("http://hl7.org/fhir/StructureDefinition/cqf-expression", "text/cql", "Age");
    unfilled(&none, &question(&[before]), "q: cqf-expression in the language text/cql");
}

#[test]
fn says_that_a_question_is_not_filled_from_a_name_without_a_value() {
    let initial = question(&[sdc("initialExpression", "text/fhirpath", "%n.age")]);
    unfilled(&json!([]), &initial, "q: initialExpression with %n, which the form does not declare");
    let in_cql = json!([expression(VARIABLE, "text/cql", "Age")]);
    unfilled(&in_cql, &initial, "q: initialExpression with %n in the language text/cql");
    // Through another variable, declared before the one it uses.
    let mut through =
        json!([expression(VARIABLE, "text/fhirpath", "%m.age"), expression(VARIABLE, "text/cql", "Age")]);
    through[1]["valueExpression"]["name"] = json!("m");
    unfilled(&through, &initial, "q: initialExpression with %m in the language text/cql");
}

#[test]
fn says_that_a_list_or_the_questions_of_a_group_are_not_filled() {
    let context = sdc("itemPopulationContext", "text/cql-identifier", "Studies");
    let item = |repeats: bool| {
        json!([{"linkId": "g", "type": "group", "repeats": repeats, "text": "Studies", "extension": [context],
            "item": [{"linkId": "q", "type": "string"}, {"linkId": "r", "type": "string",
                "extension": [sdc("initialExpression", "text/fhirpath", "%n.name")]}]}])
    };
    unfilled(&json!([]), &item(true), "g: itemPopulationContext in the language text/cql-identifier");
    unfilled(&json!([]), &item(false), "g: itemPopulationContext in the language text/cql-identifier");
}

#[test]
fn refuses_other_languages_in_what_changes_the_questions_or_answers() {
    let none = json!([]);
    for name in ["calculatedExpression", "enableWhenExpression", "candidateExpression", "answerExpression"] {
        let item = |language: &str, text: &str| question(&[sdc(name, language, text)]);
        refused(&none, &item("text/cql", "Age"), &format!("q: {name} in the language text/cql"));
        refused(&none, &item("text/fhirpath", "%n.age"), "q: %n is neither");
        let in_cql = json!([expression(VARIABLE, "text/cql", "Age")]);
        refused(&in_cql, &item("text/fhirpath", "%n.age"), "q: the variable %n in the language text/cql");
    }
    // Where the page could not say it, or an empty selection would look like a decision.
    let initial = sdc("initialExpression", "text/cql", "Age");
    let hidden =
        json!({"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true});
    refused(&none, &question(&[initial.clone(), hidden]), "q: a hidden question");
    let candidates = sdc("candidateExpression", "text/fhirpath", "1");
    let picker = json!([{"linkId": "q", "type": "open-choice", "extension": [initial, candidates]}]);
    refused(&none, &picker, "beside a candidateExpression");
}

#[test]
fn fills_from_a_launch_context_that_no_launch_gives_as_not_loaded() {
    let launch = json!([{"url": format!("{SDC}launchContext"), "extension": [
        {"url": "name", "valueCoding": {"code": "location"}}, {"url": "type", "valueCode": "Location"}]}]);
    let initial = question(&[sdc("initialExpression", "text/fhirpath", "%location.name")]);
    let form = Form::parse(&source(&launch, &initial)).unwrap();
    let prefill = populate(&form, &Chart::new(), &now());
    assert_eq!(prefill.get("q").unwrap().not_loaded, Some(NotLoaded::NotInContext));
    for name in ["calculatedExpression", "enableWhenExpression"] {
        let rule = question(&[sdc(name, "text/fhirpath", "%location.name")]);
        refused(&launch, &rule, "q: the launch context location for anything but filling a question");
    }
}
