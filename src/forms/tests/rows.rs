//! Lists with rows, questions below questions, and questions in no group.

use super::*;

fn parsed(items: &Value) -> Form {
    let form = json!({
        "resourceType": "Questionnaire", "id": "f", "url": "https://example.org/f", "version": "1", "title": "F",
        "item": items
    });
    Form::parse(&form).unwrap()
}

/// Medications with doses in rows, and a remark that depends on a question of its row.
fn medications() -> Form {
    parsed(&json!([
        {"linkId": "g", "type": "group", "text": "Record", "item": [
            {"linkId": "med", "type": "group", "text": "Medication", "repeats": true, "item": [
                {"linkId": "name", "type": "string", "text": "Name", "required": true},
                {"linkId": "taken", "type": "boolean", "text": "Taken?", "initial": [{"valueBoolean": true}]},
                {"linkId": "why", "type": "string", "text": "Why not?", "enableWhen": [
                    {"question": "taken", "operator": "=", "answerBoolean": false}]},
                {"linkId": "dose", "type": "group", "text": "Dose", "repeats": true, "item": [
                    {"linkId": "amount", "type": "decimal", "text": "Amount"}]}]}]},
        {"linkId": "any", "type": "boolean", "text": "Any not taken?", "enableWhen": [
            {"question": "why", "operator": "exists", "answerBoolean": true}]}
    ]))
}

fn change(form: &Form, answers: &mut Answers, action: &str) {
    let prefill = populate(form, &Chart::new(), &now());
    answers.change_rows(form, &prefill, &RowAction::parse(action).unwrap());
}

fn first_answers(form: &Form) -> (Prefill, Answers) {
    let prefill = populate(form, &Chart::new(), &now());
    let answers = Answers::from_prefill(form, &prefill);
    (prefill, answers)
}

#[test]
fn begins_a_list_with_a_blank_row_and_fills_each_new_one() {
    let form = medications();
    let (_, mut answers) = first_answers(&form);
    assert_eq!((answers.rows("med"), answers.rows("dose~r1")), (&["r1".into()][..], &["r1".into()][..]));
    assert_eq!(text(&answers, "taken~r1"), "true");
    change(&form, &mut answers, "add:med");
    assert_eq!(answers.rows("med"), ["r1", "r2"]);
    assert_eq!((text(&answers, "taken~r2"), answers.rows("dose~r2")), ("true".into(), &["r1".into()][..]));
}

#[test]
fn removes_and_moves_rows_and_never_uses_an_id_twice() {
    let form = medications();
    let (_, mut answers) = first_answers(&form);
    for action in ["add:med", "add:med", "add:dose~r2"] {
        change(&form, &mut answers, action);
    }
    set(&mut answers, "name~r2", "Ramipril");
    set(&mut answers, "name~r3", "Bisoprolol");
    set(&mut answers, "amount~r2~r4", "2.5");
    change(&form, &mut answers, "up:med~r3");
    assert_eq!(answers.rows("med"), ["r1", "r3", "r2"]);
    change(&form, &mut answers, "remove:med~r2");
    assert_eq!(answers.rows("med"), ["r1", "r3"]);
    assert!(answers.rows("dose~r2").is_empty() && answers.get("amount~r2~r4").is_empty());
    assert_eq!(text(&answers, "name~r3"), "Bisoprolol", "a row keeps its answers where it goes");
    change(&form, &mut answers, "add:med");
    assert_eq!(answers.rows("med").last().unwrap(), "r5");
    let unchanged = answers.clone();
    for action in ["remove:med~r2", "up:med~r1", "down:med~r5", "add:name", "add:none", "remove:name"] {
        if let Some(action) = RowAction::parse(action) {
            answers.change_rows(&form, &Prefill::default(), &action);
        }
    }
    assert_eq!(answers, unchanged);
}

#[test]
fn lists_an_empty_row_once_or_not_at_all() {
    let form = parsed(&json!([{"linkId": "g", "type": "group", "text": "Record", "item": [
        {"linkId": "med", "type": "group", "text": "Medication", "repeats": true, "item": [
            {"linkId": "name", "type": "string", "text": "Name"},
            {"linkId": "dose", "type": "string", "text": "Dose"}]},
        {"linkId": "note", "type": "string", "text": "Note"}]}]));
    let (prefill, mut answers) = first_answers(&form);
    change(&form, &mut answers, "add:med");
    let left = |answers: &Answers| readable(&form, answers, &prefill, "en").pop().unwrap().value;
    assert_eq!(left(&answers), "Medication; Note");
    set(&mut answers, "name~r1", "Ramipril");
    assert_eq!(left(&answers), "Medication 1: Dose; Note", "the second row is empty");
}

#[test]
fn finds_the_nearest_question_of_a_condition() {
    let form = medications();
    let (_, mut answers) = first_answers(&form);
    change(&form, &mut answers, "add:med");
    set(&mut answers, "taken~r2", "false");
    let on = enabled(&form, &answers);
    assert!(on.contains("why~r2") && !on.contains("why~r1"), "{on:?}");
    assert!(!on.contains("any"));
    set(&mut answers, "why~r2", "Cough");
    assert!(enabled(&form, &answers).contains("any"), "outside of the rows the last row before counts");
    change(&form, &mut answers, "remove:med~r2");
    change(&form, &mut answers, "remove:med~r1");
    assert!(!enabled(&form, &answers).contains("any"));
}

#[test]
fn writes_rows_as_the_standard_nests_them_and_reads_them_back() {
    let form = medications();
    let (prefill, mut answers) = first_answers(&form);
    change(&form, &mut answers, "add:med");
    set(&mut answers, "name~r1", "Ramipril");
    set(&mut answers, "amount~r1~r1", "2.5");
    change(&form, &mut answers, "add:dose~r1");
    set(&mut answers, "amount~r1~r3", "5.0");
    set(&mut answers, "name~r2", "Bisoprolol");
    let response = respond(&form, &answers, &prefill);
    let doses = |amounts: &[&str]| {
        let item = |amount: &&str| {
            let amount: Value = serde_json::from_str(amount).unwrap();
            json!({"linkId": "dose", "text": "Dose", "item": [
                {"linkId": "amount", "text": "Amount", "answer": [{"valueDecimal": amount}]}]})
        };
        amounts.iter().map(item).collect::<Vec<_>>()
    };
    let row = |name: &str, doses: Vec<Value>| {
        let own = [
            json!({"linkId": "name", "text": "Name", "answer": [{"valueString": name}]}),
            json!({"linkId": "taken", "text": "Taken?", "answer": [{"valueBoolean": true}]}),
        ];
        json!({"linkId": "med", "text": "Medication", "item": own.into_iter().chain(doses).collect::<Vec<_>>()})
    };
    let wanted = [row("Ramipril", doses(&["2.5", "5.0"])), row("Bisoprolol", doses(&[]))];
    assert_eq!(response["item"], json!([{"linkId": "g", "text": "Record", "item": wanted}]));
    let back = Answers::from_response(&form, &prefill, &response);
    assert_eq!(respond(&form, &back, &prefill), response);
    let lines = readable(&form, &answers, &prefill, "en");
    assert!(
        lines.iter().any(|line| line.label == "Medication 1: Dose 2: Amount" && line.value == "5.0"),
        "{lines:#?}"
    );
}

#[test]
fn checks_each_row_and_names_it() {
    let form = medications();
    let (prefill, mut answers) = first_answers(&form);
    change(&form, &mut answers, "add:med");
    set(&mut answers, "name~r1", "Ramipril");
    set(&mut answers, "amount~r2~r1", "much");
    let problems = check(&form, &answers, &prefill);
    let found: Vec<&str> = problems.iter().map(|problem| problem.place.as_str()).collect();
    assert_eq!(found, ["name~r2", "amount~r2~r1"]);
    let page = view(&form, &answers, &prefill, &problems, "fr");
    assert_eq!(
        (page.problems[0].label.as_str(), page.problems[0].id.as_str()),
        ("Medication 2\u{a0}: Name", "f-name~r2")
    );
}

#[test]
fn shows_rows_and_reads_what_the_page_posts() {
    let form = medications();
    let (prefill, mut answers) = first_answers(&form);
    change(&form, &mut answers, "add:med");
    set(&mut answers, "name~r2", "Bisoprolol");
    let page = view(&form, &answers, &prefill, &[], "en");
    let list = &page.sections[0].items[0];
    let rows = list.rows.as_ref().unwrap();
    assert_eq!((list.control, rows.name.as_str(), rows.can_add), ("rows", "rows.med", true));
    assert_eq!((rows.rows[1].label.as_str(), rows.rows[1].id.as_str()), ("Medication 2", "f-med~r2"));
    assert_eq!(rows.rows[1].items[0].name, "a.name~r2");
    let fields = [
        ("rows.med", "r1"),
        ("rows.med", "r2"),
        ("rows.med", "r2"),
        ("rows.med", "<r>"),
        ("rows.name", "r9"),
        ("rows.dose~r2", "r1"),
        ("rows.dose~r7", "r1"),
        ("a.name~r2", "Bisoprolol"),
        ("a.taken~r1", "true"),
        ("a.taken~r2", "true"),
        ("a.name", "elsewhere"),
        ("a.name~r7", "a removed row"),
        ("rows.dose~r1", "r1"),
    ];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(Answers::from_fields(&form, fields, "en", Some(&answers)), answers);
}

#[test]
fn keeps_questions_below_questions_with_their_answer() {
    let form = parsed(&json!([
        {"linkId": "card", "type": "string", "text": "Health number", "item": [
            {"linkId": "/version", "type": "string", "text": "Version code"}]},
        {"linkId": "copies", "type": "string", "text": "Copy to", "repeats": true, "item": [
            {"linkId": "fax", "type": "string", "text": "Fax"}]},
    ]));
    let (prefill, mut answers) = first_answers(&form);
    set(&mut answers, "card", "1234");
    set(&mut answers, "!2fversion", "AB");
    set(&mut answers, "copies~r1", "Dr Roy");
    set(&mut answers, "fax~r1", "555 0100");
    let response = respond(&form, &answers, &prefill);
    assert_eq!(
        response["item"],
        json!([
            {"linkId": "card", "text": "Health number", "answer": [{"valueString": "1234", "item": [
                {"linkId": "/version", "text": "Version code", "answer": [{"valueString": "AB"}]}]}]},
            {"linkId": "copies", "text": "Copy to", "answer": [{"valueString": "Dr Roy", "item": [
                {"linkId": "fax", "text": "Fax", "answer": [{"valueString": "555 0100"}]}]}]},
        ]),
        "questions in no group are at the root, as in the form"
    );
    assert_eq!(Answers::from_response(&form, &prefill, &response).get("!2fversion"), ["AB"]);
    let page = view(&form, &answers, &prefill, &[], "en");
    assert_eq!((page.sections.len(), page.sections[0].title.as_str()), (1, "F"));
    assert_eq!(page.sections[0].items[0].items[0].id, "f-!2fversion");

    answers.set("card", Vec::new());
    answers.set("copies~r1", Vec::new());
    let alone = respond(&form, &answers, &prefill);
    assert_eq!(
        alone["item"][0]["item"][0]["answer"][0]["valueString"], "AB",
        "nothing that was typed is lost"
    );
    assert_eq!(
        check(&form, &answers, &prefill)[0].place,
        "copies~r1",
        "a row's answer comes before what is below it"
    );
}

#[test]
fn hides_everything_below_a_hidden_group() {
    let form = parsed(&json!([
        {"linkId": "h", "type": "group", "repeats": true,
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": true}],
            "item": [{"linkId": "x", "type": "string", "initial": [{"valueString": "kept"}]}]},
        {"linkId": "q", "type": "string"}
    ]));
    let (prefill, answers) = first_answers(&form);
    let fields = [("rows.h", "r1"), ("rows.h", "r8"), ("a.x~r1", "forged"), ("a.q", "typed")];
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut posted = Answers::from_fields(&form, fields, "en", Some(&answers));
    posted.keep_fixed(&form, &prefill);
    assert_eq!((posted.rows("h"), text(&posted, "x~r1")), (&["r1".into()][..], "kept".into()));
    assert_eq!(view(&form, &posted, &prefill, &[], "en").sections[0].items.len(), 1);
    assert_eq!(
        view(&form, &posted, &prefill, &[], "en").sections[0].items[0].label,
        "q",
        "an item without text"
    );
}

#[test]
fn never_mistakes_one_row_for_another_whose_number_begins_alike() {
    let form = parsed(&json!([{"linkId": "copies", "type": "string", "repeats": true, "item": [
        {"linkId": "fax", "type": "string"}]}]));
    let (prefill, mut answers) = first_answers(&form);
    for _ in 0..9 {
        change(&form, &mut answers, "add:copies");
    }
    assert_eq!(answers.rows("copies").last().unwrap(), "r10");
    set(&mut answers, "copies~r10", "Dr Roy");
    set(&mut answers, "fax~r10", "555 0100");
    assert_eq!(check(&form, &answers, &prefill), [], "row 1 is blank");
}

#[test]
fn numbers_rows_after_the_largest_number_that_a_browser_can_post() {
    let form = medications();
    for posted in ["r99999999", "r4294967295", "r9999999999999999"] {
        let fields = [("rows.med".to_owned(), posted.to_owned())];
        let mut answers = Answers::from_fields(&form, fields.into_iter(), "en", None);
        change(&form, &mut answers, "add:med");
        change(&form, &mut answers, "add:med");
        let rows = answers.rows("med");
        let different: std::collections::BTreeSet<&String> = rows.iter().collect();
        assert_eq!(different.len(), rows.len(), "{rows:?}");
    }
}

#[test]
fn asks_nothing_of_a_blank_row_that_is_not_sent() {
    let list = |required: bool| {
        parsed(&json!([{"linkId": "med", "type": "group", "repeats": true, "required": required, "item": [
            {"linkId": "name", "type": "string", "required": true}, {"linkId": "dose", "type": "string"}]}]))
    };
    let problems = |form: &Form, dose: &str| {
        let (prefill, mut answers) = first_answers(form);
        if !dose.is_empty() {
            set(&mut answers, "dose~r1", dose);
        }
        let found = check(form, &answers, &prefill);
        found.into_iter().map(|problem| (problem.place, problem.kind)).collect::<Vec<_>>()
    };
    assert_eq!(problems(&list(false), ""), []);
    assert_eq!(
        problems(&list(true), ""),
        [("med".to_owned(), ProblemKind::Required)],
        "a blank row is no row"
    );
    assert_eq!(problems(&list(false), "5 mg"), [("name~r1".to_owned(), ProblemKind::Required)]);
}

#[test]
fn counts_no_answer_of_a_list_without_rows_as_equal() {
    let form = parsed(&json!([
        {"linkId": "med", "type": "group", "repeats": true, "item": [{"linkId": "n", "type": "integer"}]},
        {"linkId": "d", "type": "string", "enableWhen": [{"question": "n", "operator": "!=", "answerInteger": 5}]}]));
    let (_, mut answers) = first_answers(&form);
    change(&form, &mut answers, "remove:med~r1");
    assert!(enabled(&form, &answers).contains("d"));
}
