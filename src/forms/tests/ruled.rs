//! Rules on answers: conditions, calculations, constraints, limits, texts and options by expression.

use super::*;

pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
pub(super) const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

pub(super) fn source(items: &Value) -> Value {
    json!({"resourceType": "Questionnaire", "id": "f", "title": "The form", "item": [
        {"linkId": "g", "type": "group", "text": "G", "item": items}]})
}

#[track_caller]
pub(super) fn parsed(items: &Value) -> Form {
    Form::parse(&source(items)).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

pub(super) fn expression(name: &str, text: &str) -> Value {
    json!({"url": format!("{SDC}{name}"), "valueExpression": {"language": "text/fhirpath", "expression": text}})
}

fn variable(name: &str, text: &str) -> Value {
    json!({"url": format!("{CORE}variable"),
        "valueExpression": {"name": name, "language": "text/fhirpath", "expression": text}})
}

pub(super) fn constraint(severity: &str, text: &str, human: &str) -> Value {
    json!({"url": format!("{CORE}targetConstraint"), "extension": [
        {"url": "severity", "valueCode": severity},
        {"url": "expression", "valueExpression": {"language": "text/fhirpath", "expression": text}},
        {"url": "human", "valueString": human}]})
}

/// Returns the answers after one save of these texts, by place.
pub(super) fn saved(form: &Form, typed: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    for (place, text) in typed {
        set(&mut answers, place, text);
    }
    calculate(form, &mut answers, &Chart::new(), &now());
    answers
}

pub(super) fn problems(form: &Form, answers: &Answers) -> Vec<(String, ProblemKind)> {
    let all = check(form, answers, &Prefill::default());
    all.into_iter().map(|problem| (problem.place, problem.kind)).collect()
}

fn labels(form: &Form, answers: &Answers) -> Vec<String> {
    let view = view(form, answers, &Prefill::default(), &[], "en");
    view.sections[0].items.iter().map(|item| item.label.clone()).collect()
}

#[test]
fn enables_an_item_by_expression() {
    let form = parsed(&json!([
        {"linkId": "a", "type": "integer"},
        {"linkId": "b", "type": "string", "extension": [
            expression("enableWhenExpression", "%resource.item.item.where(linkId = 'a').answer.value > 3")]},
        {"linkId": "c", "type": "string", "enableWhen": [{"question": "b", "operator": "exists", "answerBoolean": true}]}
    ]));
    let on = |typed: &[(&str, &str)]| enabled(&form, &saved(&form, typed));
    assert_eq!(on(&[("a", "5"), ("b", "x")]), places(&["g", "a", "b", "c"]));
    assert_eq!(on(&[("a", "2"), ("b", "x")]), places(&["g", "a"]), "a disabled answer enables nothing");
    assert_eq!(on(&[]), places(&["g", "a"]), "an empty result is not true");
    let stored = serde_json::to_value(saved(&form, &[("a", "2")])).unwrap();
    let stored: Answers = serde_json::from_value(stored).unwrap();
    assert_eq!(enabled(&form, &stored), places(&["g", "a"]), "a stored draft is shown as it was saved");
}

#[test]
fn asks_a_question_whose_condition_fails() {
    let form = parsed(&json!([
        {"linkId": "a", "type": "integer", "repeats": true},
        {"linkId": "b", "type": "string", "extension": [
            expression("enableWhenExpression", "%resource.item.item.where(linkId = 'a').answer.value > 3")]}
    ]));
    let mut answers = Answers::default();
    answers.set("a", vec!["1".into(), "2".into()]);
    calculate(&form, &mut answers, &Chart::new(), &now());
    assert!(enabled(&form, &answers).contains("b"));
}

#[test]
fn settles_chains_of_rules_in_one_save() {
    let value = |link_id: &str| format!("%resource.descendants().where(linkId = '{link_id}').answer.value");
    let mut items = vec![json!({"linkId": "q0", "type": "integer"})];
    // Each is before the one it needs.
    for number in (1..30).rev() {
        let before = format!("q{}", number - 1);
        items.push(json!({"linkId": format!("q{number}"), "type": "integer",
            "extension": [expression("calculatedExpression", &format!("{} + 1", value(&before)))]}));
    }
    items.push(json!({"linkId": "high", "type": "boolean",
        "extension": [expression("enableWhenExpression", &format!("{} > 30", value("q29")))]}));
    let form = parsed(&json!(items));
    let answers = saved(&form, &[("q0", "4")]);
    assert_eq!((text(&answers, "q29"), enabled(&form, &answers).contains("high")), ("33".into(), true));
    assert!(!enabled(&form, &saved(&form, &[("q0", "1")])).contains("high"));
    assert!(text(&saved(&form, &[]), "q29").is_empty());
}

#[test]
fn knows_variables_of_items_below_them_only() {
    let form = parsed(&json!([
        {"linkId": "row", "type": "group", "repeats": true, "text": "Row",
            "extension": [variable("twice", "%amount * 2"), variable("amount", "item.where(linkId = 'n').answer.value")],
            "item": [
                {"linkId": "n", "type": "integer"},
                {"linkId": "d", "type": "integer", "extension": [expression("calculatedExpression", "%twice")]}]},
        {"linkId": "sum", "type": "integer", "extension": [
            expression("calculatedExpression", "%resource.item.item.where(linkId = 'row').item.where(linkId = 'd').answer.value.sum()")]}
    ]));
    let mut answers = Answers::default();
    answers.set_rows("row", vec!["r1".into(), "r2".into(), "r3".into()]);
    set(&mut answers, "n~r1", "1");
    set(&mut answers, "n~r3", "5");
    calculate(&form, &mut answers, &Chart::new(), &now());
    let found = ["d~r1", "d~r2", "d~r3", "sum"].map(|place| text(&answers, place));
    assert_eq!(found, ["2", "", "10", "12"].map(str::to_owned), "each row has its own");
    let outside = json!([
        {"linkId": "a", "type": "group", "extension": [variable("x", "1")], "item": []},
        {"linkId": "b", "type": "integer", "extension": [expression("calculatedExpression", "%x")]}
    ]);
    let errors = Form::parse(&source(&outside)).unwrap_err();
    assert!(errors[0].to_string().contains("%x is neither"), "{errors:?}");
}

#[test]
fn knows_the_form_its_item_and_the_context() {
    let form = parsed(&json!([
        {"linkId": "a", "type": "string", "extension": [expression("calculatedExpression", "%questionnaire.title")]},
        {"linkId": "b", "type": "string", "text": "B", "extension": [
            expression("calculatedExpression", "%qitem.text + ' ' + %qitem.linkId + ' ' + %context.linkId")]},
        {"linkId": "c", "type": "integer", "repeats": true, "item": [
            {"linkId": "d", "type": "integer"},
            {"linkId": "e", "type": "integer", "extension": [
                expression("calculatedExpression", "%resource.item.item.where(linkId = 'c').answer.count()")]}]}
    ]));
    let mut answers = Answers::default();
    answers.set_rows("c", vec!["r1".into(), "r2".into()]);
    set(&mut answers, "c~r1", "1");
    set(&mut answers, "c~r2", "1");
    calculate(&form, &mut answers, &Chart::new(), &now());
    assert_eq!((text(&answers, "a"), text(&answers, "b")), ("The form".into(), "B b b".into()));
    assert_eq!(text(&answers, "e~r2"), "2");
}

#[test]
fn refuses_circles_by_name() {
    let value = |link_id: &str| format!("%resource.item.item.where(linkId = '{link_id}').answer.value + 1");
    let calculated = |own: &str, other: &str| {
        json!({"linkId": own, "type": "integer",
            "extension": [expression("calculatedExpression", &value(other))]})
    };
    let refused = |items: Value, named: &str| {
        let errors = Form::parse(&source(&items)).unwrap_err();
        assert!(errors.iter().any(|error| error.to_string().contains(named)), "{errors:?} lacks {named}");
    };
    refused(json!([calculated("a", "b"), calculated("b", "c"), calculated("c", "a")]), "a → b → c → a");
    refused(json!([calculated("a", "a")]), "a → a");
    refused(
        json!([{"linkId": "n", "type": "integer", "extension": [
            variable("x", "%y + 1"), variable("y", "%x + 1"), expression("calculatedExpression", "%x")]}]),
        "%x → %y → %x",
    );
    let when = json!([{"question": "total", "operator": ">", "answerInteger": 1}]);
    refused(
        json!([calculated("total", "part"), {"linkId": "part", "type": "integer", "enableWhen": when}]),
        "total → part → total",
    );
    let harmless = json!([{"linkId": "a", "type": "string", "extension": [
        expression("enableWhenExpression", "%resource.item.item.where(linkId = 'b').answer.value = 'a'")]},
        {"linkId": "b", "type": "string"}]);
    assert!(Form::parse(&source(&harmless)).is_ok(), "a value that reads like a linkId is no dependency");
}

#[test]
fn clears_and_reports_an_answer_that_never_settles() {
    let form = parsed(&json!([{"linkId": "a", "type": "integer", "extension": [
        expression("calculatedExpression", "iif(%resource.item.item.first().answer.exists(), {}, 1)")]}]));
    let answers = saved(&form, &[]);
    assert!(text(&answers, "a").is_empty());
    let found = problems(&form, &answers);
    assert_eq!(found, [("a".to_owned(), ProblemKind::Unchecked)]);
    assert!(!found[0].1.blocks());
}

#[test]
fn computes_the_text_of_an_item() {
    let form = parsed(&json!([
        {"linkId": "a", "type": "string", "text": "Name"},
        {"linkId": "b", "type": "string", "text": "How is the patient?", "prefix": "2.", "_text": {"extension": [
            {"url": format!("{CORE}cqf-expression"), "valueExpression": {"language": "text/fhirpath",
                "expression": "'How is ' + %resource.item.item.where(linkId = 'a').answer.value + '?'"}}]}}
    ]));
    let answers = saved(&form, &[("a", "Ann"), ("b", "well")]);
    assert_eq!(labels(&form, &answers), ["Name", "2. How is Ann?"]);
    assert!(respond(&form, &answers, &Prefill::default()).to_string().contains("\"How is Ann?\""));
    assert_eq!(readable(&form, &answers, &Prefill::default(), "en")[1].label, "How is Ann?");
    assert_eq!(labels(&form, &saved(&form, &[])), ["Name", "2. How is the patient?"]);
}

#[test]
fn opens_and_closes_options_by_expression() {
    let option = |code: &str| json!({"valueCoding": {"code": code, "display": code}});
    let form = parsed(&json!([
        {"linkId": "a", "type": "boolean"},
        {"linkId": "b", "type": "choice", "answerOption": [option("x"), option("y"), option("z")], "extension": [
            {"url": format!("{SDC}answerOptionsToggleExpression"), "extension": [
                {"url": "option", "valueCoding": {"code": "y"}}, {"url": "option", "valueCoding": {"code": "z"}},
                {"url": "expression", "valueExpression": {"language": "text/fhirpath",
                    "expression": "%resource.item.item.where(linkId = 'a').answer.value = true"}}]}]}
    ]));
    let shown = |answers: &Answers| {
        let view = view(&form, answers, &Prefill::default(), &[], "en");
        view.sections[0].items[1].options.iter().map(|option| option.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&saved(&form, &[("a", "true")])), ["x", "y", "z"]);
    let answers = saved(&form, &[("a", "false"), ("b", "z")]);
    assert_eq!(shown(&answers), ["x", "z"], "what is chosen is shown, with its problem");
    assert_eq!(problems(&form, &answers), [("b".to_owned(), ProblemKind::NotAnOption)]);
    assert_eq!(problems(&form, &saved(&form, &[("a", "true"), ("b", "z")])), []);
}

#[test]
fn offers_the_answers_that_an_expression_finds() {
    let option = |code: &str| json!({"valueCoding": {"code": code, "display": format!("The {code}")}});
    let form = parsed(&json!([
        {"linkId": "a", "type": "choice", "repeats": true, "answerOption": [option("x"), option("y"), option("z")]},
        {"linkId": "main", "type": "choice", "text": "Main one", "extension": [
            expression("answerExpression", "%resource.item.item.where(linkId = 'a').answer.value")]}
    ]));
    let save = |chosen: &[&str], main: &str| {
        let mut answers = Answers::default();
        answers.set("a", chosen.iter().map(|text| (*text).to_owned()).collect());
        set(&mut answers, "main", main);
        calculate(&form, &mut answers, &Chart::new(), &now());
        answers
    };
    let answers = save(&["x", "z"], "z");
    let shown = view(&form, &answers, &Prefill::default(), &[], "en");
    let shown: Vec<_> = shown.sections[0].items[1].options.iter().map(|it| it.label.as_str()).collect();
    assert_eq!(shown, ["The x", "The z"]);
    assert_eq!(problems(&form, &answers), []);
    let response = respond(&form, &answers, &Prefill::default());
    assert_eq!(
        response["item"][0]["item"][1]["answer"][0],
        json!({"valueCoding": {"code": "z", "display": "The z"}})
    );
    assert_eq!(problems(&form, &save(&["x"], "z")), [("main".to_owned(), ProblemKind::NotAnOption)]);
}

#[test]
fn reports_a_calculation_that_takes_too_many_steps() {
    let mut items: Vec<Value> =
        (0..100).map(|n| json!({"linkId": format!("q{n}"), "type": "integer"})).collect();
    let endless = "%resource.descendants().select(%resource.descendants()).count()";
    items.push(json!({"linkId": "c", "type": "integer",
        "extension": [expression("calculatedExpression", endless)]}));
    let form = parsed(&json!(items));
    let mut answers = Answers::default();
    (0..100).for_each(|n| set(&mut answers, &format!("q{n}"), "1"));
    calculate(&form, &mut answers, &Chart::new(), &now());
    assert_eq!(problems(&form, &answers), [("c".to_owned(), ProblemKind::Unchecked)]);
    assert_eq!(problems(&form, &saved(&form, &[("q1", "1")])), []);
}

#[test]
fn keeps_a_large_form_with_rows_fast() {
    let mut items: Vec<Value> = (0..100)
        .map(|n| json!({"linkId": format!("q{n}"), "type": "integer", "extension": [constraint(
            "error", &format!("answer.value < %resource.descendants().where(linkId = 'q{}').answer.value + 9", n / 2), "x")]}))
        .collect();
    items.push(json!({"linkId": "row", "type": "group", "repeats": true, "text": "Row",
        "extension": [variable("n", "item.where(linkId = 'n').answer.value")],
        "item": [{"linkId": "n", "type": "integer"}, {"linkId": "d", "type": "integer",
            "extension": [expression("calculatedExpression", "%n * 2")]}]}));
    let form = parsed(&json!(items));
    let mut answers = Answers::default();
    answers.set_rows("row", (1..=20).map(|n| format!("r{n}")).collect());
    (0..100).for_each(|n| set(&mut answers, &format!("q{n}"), "1"));
    (1..=20).for_each(|n| set(&mut answers, &format!("n~r{n}"), "1"));
    let began = std::time::Instant::now();
    calculate(&form, &mut answers, &Chart::new(), &now());
    println!("{:?}", began.elapsed());
    assert_eq!(text(&answers, "d~r20"), "2");
}
