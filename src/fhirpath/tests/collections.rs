//! Collections: sets, order, recursion, variables.

use super::*;

#[test]
fn compares_sets() {
    gives("(1|2).subsetOf(1|2|3) and (1|2|3).supersetOf(1|2) and (1|4).subsetOf(1|2).not()", &json!([true]));
    gives("name.first().given.subsetOf(name.given)", &json!([true]));
    gives("{}.subsetOf(1) and 1.supersetOf({})", &json!([true]));
    gives("(true | false).allFalse() | (true | false).anyFalse()", &json!([false, true]));
    assert_eq!(run("(true | 'foo').allTrue()"), Err(Error::WrongType("allTrue")));
}

#[test]
fn finds_equal_members_in_every_spelling() {
    gives("(1 | 1.0 | 1.00).count()", &json!([1]));
    gives("(name | name | name.first()).count()", &json!([2]));
    gives("(@2026-04-15T15:30:00Z | @2026-04-15T16:30:00+01:00).count()", &json!([1]));
    gives("recorded.intersect(%patient.recorded).count()", &json!([3]));
    gives("(1000 'g').intersect(1 'kg').count()", &json!([1]));
    gives("('2026' | '2026-01').count()", &json!([2]));
}

#[test]
fn sorts_by_several_keys() {
    gives("telecom.sort(system, -rank).value", &json!(["e@example.org", "613-555-0101", "613-555-0102"]));
    gives(
        "telecom.sort(system desc, rank asc).value",
        &json!(["613-555-0102", "613-555-0101", "e@example.org"]),
    );
    gives(
        "telecom.sort(-rank).value.last() & telecom.sort(rank).value.last()",
        &json!(["e@example.orge@example.org"]),
    );
    // A text that is missing is at the other end in descending order.
    gives("name.sort(-family).first().use & name.sort(family).first().use", &json!(["nicknameofficial"]));
}

#[test]
fn defines_variables() {
    gives("defineVariable('n', name.first()).select(%n.family)", &json!(["Tremblay-Singh"]));
    gives("name.defineVariable('all').select(%all.count())", &json!([2, 2]));
    gives("defineVariable('a', 1).defineVariable('b', %a + 1).select(%a + %b)", &json!([3]));
    gives("defineVariable('a', 1).select(%a) | defineVariable('a', 2).select(%a)", &json!([1, 2]));
    assert_eq!(run("defineVariable('a', 1).select(1) | %a"), Err(Error::UnknownVariable("a".into())));
    assert_eq!(run("defineVariable('a', 1).defineVariable('a', 2)"), Err(Error::DefinedTwice("a".into())));
    assert_eq!(run("defineVariable('patient', 1)"), Err(Error::DefinedTwice("patient".into())));
    assert!(matches!(run("defineVariable(gender, 1)"), Err(Error::Syntax { .. })));
    let expression =
        Expression::parse("defineVariable('n', %patient.name).select(%n.family & %`vs-x`)").unwrap();
    assert_eq!(expression.variables(), ["patient"], "the others are not those of the environment");
}

#[test]
fn evaluates_only_the_chosen_branch_on_a_single_item() {
    gives("('context').iif($this = 'context', 'yes', 1 / 'x')", &json!(["yes"]));
    assert_eq!(run("('a' | 'b').iif(true, 1, 2)"), Err(Error::NotSingleton("iif")));
    gives("coalesce({}, deceased, 1 / 'x')", &json!([false]));
    gives("coalesce({}, {})", &json!([]));
}

#[test]
fn traces_without_an_effect() {
    gives("name.first().family.trace('x')", &json!(["Tremblay-Singh"]));
    gives("name.trace('x', given).count()", &json!([2]));
    assert_eq!(run("name.trace('x', given.upper())"), Err(Error::NotSingleton("upper")));
}

#[test]
fn repeats_level_by_level_and_each_value_once() {
    gives("repeat(contact).name.text", &json!(["A", "B"]));
    gives("name.repeat('test')", &json!(["test"]));
    gives("contact.repeatAll(contact).name.text", &json!(["B"]));
    gives("(1|2).repeatAll(iif($this < 3, 3, {}))", &json!([3, 3]));
    assert!(matches!(run("1.repeatAll($this)"), Err(Error::Budget { .. })));
}

/// The way in which every guide finds an answer has to be cheap enough for a long form.
#[test]
fn finds_an_answer_among_thousands() {
    let item = |at: usize| json!({"linkId": format!("q{at}"), "answer": [{"valueCoding": {"system": "urn:s", "code": "y"}}]});
    let items: Vec<Value> = (0..3_000).map(item).collect();
    let response = json!({"resourceType": "QuestionnaireResponse", "item": [{"linkId": "g", "item": items}]});
    let environment = environment(&response);
    for text in ["repeat(item)", "descendants()"] {
        let expression =
            Expression::parse(&format!("{text}.where(linkId = 'q2999').answer.value.code")).unwrap();
        assert_eq!(expression.evaluate(&environment, &response).map(|found| found.len()), Ok(1), "{text}");
    }
}

#[test]
fn finds_something_after_it_found_nothing() {
    let patient = patient();
    for (text, in_autumn, of_patient) in [
        ("%encounter.gender", json!([]), json!(["female"])),
        ("%encounter.exists()", json!([false]), json!([true])),
        ("iif(today() > @2026-10-01, %encounter.empty(), {})", json!([true]), json!([false])),
        ("iif(%encounter.empty() and today() > @2026-10-01, 'late', {})", json!(["late"]), json!([])),
    ] {
        let expression = Expression::parse(text).unwrap();
        let find = |environment: &Environment<'_>| -> Value {
            let found = expression.evaluate(environment, &Value::Null).unwrap();
            found.iter().map(super::super::Item::to_json).collect()
        };
        let mut environment = environment(&patient);
        let first = find(&environment);
        assert_eq!(find(&environment), first, "{text}");
        let mut autumn = Environment::new("2026-11-30T09:00:00Z[UTC]".parse().unwrap());
        autumn.set_items("encounter", Vec::new());
        assert_eq!(find(&autumn), in_autumn, "{text}");
        autumn.set("encounter", &patient);
        assert_eq!(find(&autumn), of_patient, "{text}");
        environment.set_known_items("encounter", Vec::new());
        let refused = expression.evaluate(&environment.refusing_missing(), &Value::Null);
        assert_eq!(refused.is_ok(), text.starts_with("iif(today()"), "{text}");
    }
}

#[test]
fn keeps_the_variables_of_a_copy_to_itself() {
    let (patient, other) = (patient(), json!({"resourceType": "Encounter", "status": "planned"}));
    let mut around = environment(&patient);
    let mut copy = around.clone();
    copy.set("encounter", &other);
    copy.set_known_items("patient", Vec::new());
    around.set_items("own", Vec::new());
    let find = |environment: &Environment<'_>, text: &str| -> Result<Value, Error> {
        let expression = Expression::parse(text)?;
        Ok(expression.evaluate(environment, &Value::Null)?.iter().map(super::super::Item::to_json).collect())
    };
    assert_eq!(find(&copy, "%encounter.status"), Ok(json!(["planned"])));
    assert_eq!(find(&around, "%encounter.status"), Ok(json!([])));
    assert_eq!(find(&around, "%patient.gender"), Ok(json!(["female"])));
    assert!(copy.is_missing("patient") && !around.is_missing("patient"));
    assert!(find(&copy, "%own").is_err() && find(&around, "%own").is_ok());
    drop(around);
    copy.set("patient", &other);
    assert_eq!(find(&copy, "%patient.status"), Ok(json!(["planned"])));
    assert!(!copy.is_missing("patient"));
}
