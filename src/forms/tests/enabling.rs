//! Conditions, and arbitrary text as answers.

use proptest::prelude::*;

use super::*;

/// Returns a form whose question `q` is enabled if `a` (of this type) meets a condition.
fn branching(kind: &str, operator: &str, answer: &Value) -> Form {
    let mut when = answer.clone();
    when["question"] = json!("a");
    when["operator"] = json!(operator);
    let options = json!([{"valueCoding": {"code": "x"}}, {"valueCoding": {"code": "y"}}]);
    let mut asked = json!({"linkId": "a", "type": kind, "text": "A"});
    if kind == "choice" {
        asked["answerOption"] = options;
        asked["repeats"] = json!(true);
    }
    Form::parse(&json!({
        "resourceType": "Questionnaire", "id": "f", "url": "https://example.org/f", "version": "1", "title": "F",
        "item": [{"linkId": "g", "type": "group", "text": "G", "item": [
            {"linkId": "q", "type": "boolean", "text": "Q", "enableWhen": [when]},
            {"linkId": "z", "type": "string", "text": "Z",
                "enableWhen": [{"question": "q", "operator": "=", "answerBoolean": true}]},
            asked
        ]}]
    }))
    .unwrap()
}

#[track_caller]
fn asks(kind: &str, operator: &str, answer: &Value, typed: &[&str], expected: bool) {
    let form = branching(kind, operator, answer);
    let mut answers = Answers::default();
    answers.set("a", typed.iter().map(|text| (*text).to_owned()).collect());
    assert_eq!(enabled(&form, &answers).contains("q"), expected, "{kind} {operator} {answer} {typed:?}");
}

#[test]
fn evaluates_each_operator() {
    let five = json!({"answerDecimal": 5});
    for (operator, below, at, above) in [
        ("=", false, true, false),
        ("!=", true, false, true),
        ("<", true, false, false),
        ("<=", true, true, false),
        (">", false, false, true),
        (">=", false, true, true),
    ] {
        asks("decimal", operator, &five, &["4.9"], below);
        asks("decimal", operator, &five, &["5.00"], at);
        asks("decimal", operator, &five, &["5.1"], above);
        asks("decimal", operator, &five, &[], operator == "!=");
    }
    asks("decimal", ">", &five, &["many"], false);
    asks("decimal", "exists", &json!({"answerBoolean": true}), &["many"], true);
    asks("decimal", "exists", &json!({"answerBoolean": true}), &[], false);
    asks("decimal", "exists", &json!({"answerBoolean": false}), &[], true);
    asks("decimal", "exists", &json!({"answerBoolean": false}), &["1"], false);
    asks("date", ">", &json!({"answerDate": "2026-01-31"}), &["2026-02"], true);
    asks("choice", "=", &json!({"answerCoding": {"code": "x"}}), &["y", "x"], true);
    asks("choice", "!=", &json!({"answerCoding": {"code": "x"}}), &["y", "x"], false);
    asks("string", "=", &json!({"answerString": "yes"}), &[" yes "], true);
}

#[test]
fn ignores_answers_to_disabled_questions() {
    let form = branching("boolean", "=", &json!({"answerBoolean": true}));
    let mut answers = Answers::default();
    set(&mut answers, "q", "true");
    set(&mut answers, "a", "false");
    assert_eq!(enabled(&form, &answers), places(&["g", "a"]));
    set(&mut answers, "a", "true");
    assert_eq!(enabled(&form, &answers), places(&["g", "a", "q", "z"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn handles_arbitrary_text_without_panic(texts in prop::collection::vec(
        prop_oneof!["\\PC{0,12}", "[-+<>=0-9.,eE/ T:]{0,12}", Just("ehr:Condition/c1".to_owned()), Just("true".to_owned())], 80
    )) {
        let chart = chart();
        let (form, prefill, mut answers) = prefilled(&chart);
        for (item, text) in form.questions().iter().zip(texts) {
            answers.set(&item.link_id, vec![text]);
        }
        calculate(&form, &mut answers, &chart, &now());
        let problems = check(&form, &answers, &prefill);
        let _ = view(&form, &answers, &prefill, &problems, "fr");
        let _ = readable(&form, &answers, &prefill, "fr");
        let response = respond(&form, &answers, &prefill);
        prop_assert!(!response.to_string().contains("null"));
    }
}
