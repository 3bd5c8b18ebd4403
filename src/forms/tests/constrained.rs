//! Constraints, patterns and limits of answers.

use super::ruled::{CORE, SDC, constraint, expression, parsed, problems, saved, source};
use super::*;

#[test]
fn refuses_answers_that_break_a_constraint() {
    let form = parsed(&json!([
        {"linkId": "a", "type": "integer", "extension": [
            constraint("warning", "answer.value < 10", "Unusual."), constraint("error", "answer.value > 3", "Too few.")]},
        {"linkId": "b", "type": "integer", "extension": [
            {"url": format!("{CORE}questionnaire-constraint"), "extension": [
                {"url": "key", "valueId": "k"}, {"url": "severity", "valueCode": "error"},
                {"url": "expression", "valueString": "answer.value > %resource.item.item.where(linkId = 'a').answer.value"},
                {"url": "human", "valueString": "More than a."}]}]}
    ]));
    let found = |typed: &[(&str, &str)]| problems(&form, &saved(&form, typed));
    assert_eq!(found(&[]), [], "nothing to compare yet");
    assert_eq!(found(&[("a", "2")]), [("a".to_owned(), ProblemKind::Broken { constraint: 1 })]);
    let warned = found(&[("a", "12")]);
    assert_eq!(warned, [("a".to_owned(), ProblemKind::Warning { constraint: 0 })]);
    assert!(!warned[0].1.blocks());
    assert_eq!(found(&[("a", "5"), ("b", "5")]), [("b".to_owned(), ProblemKind::Broken { constraint: 0 })]);
    assert_eq!(found(&[("a", "5"), ("b", "6")]), []);
    let answers = saved(&form, &[("a", "2")]);
    let all = check(&form, &answers, &Prefill::default());
    let shown = view(&form, &answers, &Prefill::default(), &all, "en");
    assert_eq!((shown.problems[0].text.as_str(), shown.problems[0].blocks), ("Too few.", true));
}

#[test]
fn refuses_answers_that_break_a_constraint_of_the_form() {
    let mut source = source(&json!([{"linkId": "a", "type": "integer"}]));
    source["extension"] = json!([constraint("error", "item.item.answer.exists()", "Answer something.")]);
    let form = Form::parse(&source).unwrap();
    let answers = saved(&form, &[]);
    let all = check(&form, &answers, &Prefill::default());
    let shown = view(&form, &answers, &Prefill::default(), &all, "en").problems;
    let shown: Vec<_> =
        shown.iter().map(|it| (it.id.as_str(), it.label.as_str(), it.text.as_str())).collect();
    assert_eq!(shown, [("f-g", "The form", "Answer something.")]);
    assert_eq!(problems(&form, &saved(&form, &[("a", "1")])), []);
}

#[test]
fn shows_problems_of_groups_rows_and_hidden_items_where_they_can_be_seen() {
    let hidden = json!({"url": format!("{CORE}questionnaire-hidden"), "valueBoolean": true});
    let form = parsed(&json!([
        {"linkId": "row", "type": "group", "repeats": true, "text": "Row", "extension": [
            constraint("error", "item.where(linkId = 'a').answer.value < item.where(linkId = 'b').answer.value", "Not in order.")],
            "item": [{"linkId": "a", "type": "integer"}, {"linkId": "b", "type": "integer"}]},
        {"linkId": "sum", "type": "integer", "text": "Sum", "extension": [hidden, constraint("error", "answer.value < 9", "Too many."),
            expression("calculatedExpression", "%resource.item.item.where(linkId = 'row').item.answer.value.sum()")]}
    ]));
    let mut answers = Answers::default();
    answers.set_rows("row", vec!["r1".into(), "r2".into()]);
    for (place, text) in [("a~r1", "1"), ("b~r1", "2"), ("a~r2", "5"), ("b~r2", "4")] {
        set(&mut answers, place, text);
    }
    calculate(&form, &mut answers, &Chart::new(), &now());
    let all = check(&form, &answers, &Prefill::default());
    let shown = view(&form, &answers, &Prefill::default(), &all, "en");
    let summary: Vec<_> = shown.problems.iter().map(|it| (it.id.as_str(), it.text.as_str())).collect();
    assert_eq!(summary, [("f-row~r2", "Not in order."), ("f-g", "Too many.")]);
    let rows = &shown.sections[0].items[0].rows.as_ref().unwrap().rows;
    assert!(rows[0].problem.is_none() && rows[1].problem.is_some());
}

#[test]
fn reports_a_constraint_that_cannot_be_evaluated_and_lets_it_pass() {
    let form = parsed(&json!([{"linkId": "a", "type": "integer", "repeats": true, "extension": [
        constraint("error", "answer.value > 3", "More.")]}]));
    let mut answers = Answers::default();
    answers.set("a", vec!["1".into(), "2".into()]);
    calculate(&form, &mut answers, &Chart::new(), &now());
    assert_eq!(problems(&form, &answers), [("a".to_owned(), ProblemKind::Unchecked)]);
}

#[test]
fn limits_the_form_of_a_text() {
    let regex = |text: &str| json!([{"url": format!("{CORE}regex"), "valueString": text}]);
    let form = parsed(&json!([
        {"linkId": "code", "type": "string", "extension": regex("[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]")},
        {"linkId": "year", "type": "string", "extension": regex("matches('^[0-9]{4}$')")}
    ]));
    let found = |typed: &[(&str, &str)]| problems(&form, &saved(&form, typed));
    assert_eq!(found(&[("code", " K1A 0B1 "), ("year", "2026")]), []);
    let wrong = |place: &str| (place.to_owned(), ProblemKind::WrongFormat);
    assert_eq!(found(&[("code", "K1A 0B1x"), ("year", "26")]), [wrong("code"), wrong("year")]);
    let broken = json!([{"linkId": "a", "type": "string", "extension": regex("(")}]);
    assert!(Form::parse(&source(&broken)).unwrap_err()[0].to_string().contains("regex"));
}

#[test]
fn computes_limits_and_compares_them_with_their_unit() {
    let computed = |name: &str, text: &str| {
        json!({"url": format!("{CORE}{name}"), "_valueDate": {"extension": [
            {"url": format!("{CORE}cqf-calculatedValue"),
             "valueExpression": {"language": "text/fhirpath", "expression": text}}]}})
    };
    let unit = |code: &str| json!({"system": "http://unitsofmeasure.org", "code": code, "display": code});
    let form = parsed(&json!([
        {"linkId": "from", "type": "date"},
        {"linkId": "to", "type": "date", "extension": [
            computed("minValue", "%resource.item.item.where(linkId = 'from').answer.value"), computed("maxValue", "today()")]},
        {"linkId": "w", "type": "quantity", "extension": [
            {"url": format!("{CORE}questionnaire-unitOption"), "valueCoding": unit("kg")},
            {"url": format!("{CORE}questionnaire-unitOption"), "valueCoding": unit("g")},
            {"url": format!("{SDC}maxQuantity"), "valueQuantity": {"value": 2, "system": "http://unitsofmeasure.org", "code": "kg", "unit": "kg"}}]}
    ]));
    let found = |typed: &[(&str, &str)]| problems(&form, &saved(&form, typed));
    assert_eq!(found(&[("from", "2026-03-01"), ("to", "2026-03-02"), ("w", "1999 g")]), []);
    let small = |limit: &str| ProblemKind::TooSmall { limit: limit.to_owned() };
    let large = |limit: &str| ProblemKind::TooLarge { limit: limit.to_owned() };
    assert_eq!(
        found(&[("from", "2026-03-01"), ("to", "2026-02-27"), ("w", "2001 g")]),
        [("to".to_owned(), small("2026-03-01")), ("w".to_owned(), large("2 kg"))]
    );
    assert_eq!(
        found(&[("to", "2026-09-03"), ("w", "3 kg")]),
        [("to".to_owned(), large("2026-09-02")), ("w".to_owned(), large("2 kg"))]
    );
}

#[test]
fn compares_moments_with_their_time_of_day() {
    let form = parsed(&json!([
        {"linkId": "t", "type": "dateTime", "extension": [
            {"url": format!("{CORE}minValue"), "valueDateTime": "2026-09-01T12:00:00-04:00"}]},
        {"linkId": "late", "type": "string", "enableWhen": [
            {"question": "t", "operator": ">", "answerDateTime": "2026-09-01T16:00:00-04:00"}]}
    ]));
    let on = |typed: &str| enabled(&form, &saved(&form, &[("t", typed)])).contains("late");
    assert!(on("2026-09-01 16:30") && !on("2026-09-01 16:00") && !on("2026-09-01 09:00"));
    assert!(on("2026-09-01T20:30Z"), "an offset that was typed counts");
    let found = problems(&form, &saved(&form, &[("t", "2026-09-01 11:59")]));
    assert!(matches!(&found[..], [(_, ProblemKind::TooSmall { .. })]), "{found:?}");
    assert_eq!(problems(&form, &saved(&form, &[("t", "2026-09-01 12:00")])), []);
}

#[test]
fn takes_an_exclusive_option_alone_only() {
    let form = parsed(&json!([{"linkId": "a", "type": "choice", "repeats": true, "answerOption": [
        {"valueCoding": {"code": "x", "display": "X"}}, {"valueCoding": {"code": "y", "display": "Y"}},
        {"valueCoding": {"code": "none", "display": "None of these", "_display": {"extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
                {"url": "lang", "valueCode": "fr"}, {"url": "content", "valueString": "Aucun de ceux-ci"}]}]}},
         "extension": [{"url": format!("{CORE}questionnaire-optionExclusive"), "valueBoolean": true}]}]}]));
    let found = |chosen: &[&str]| {
        let mut answers = Answers::default();
        answers.set("a", chosen.iter().map(|text| (*text).to_owned()).collect());
        problems(&form, &answers)
    };
    assert_eq!((found(&["x", "y"]), found(&["none"])), (Vec::new(), Vec::new()));
    let alone = ProblemKind::NotAlone { limit: "none".to_owned() };
    assert_eq!(found(&["x", "none"]), [("a".to_owned(), alone)]);
    let mut answers = Answers::default();
    answers.set("a", vec!["x".to_owned(), "none".to_owned()]);
    let problems = check(&form, &answers, &Prefill::default());
    let shown = ["en", "fr"]
        .map(|lang| view(&form, &answers, &Prefill::default(), &problems, lang).problems.remove(0).limit);
    assert_eq!(shown, ["None of these", "Aucun de ceux-ci"]);
}
