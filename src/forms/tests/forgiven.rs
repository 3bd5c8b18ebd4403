//! Oddities of published forms that harm no patient, and their neighbours that could.

use super::*;

fn parsed(items: &Value) -> Result<Form, Vec<Error>> {
    Form::parse(&json!({ "resourceType": "Questionnaire", "id": "f", "title": "F", "item": items }))
}

fn kinds(form: &Form) -> Vec<RemarkKind> {
    form.remarks().iter().map(|remark| remark.kind).collect()
}

fn constraint(expression: &str, language: &str, human: Option<&str>) -> Value {
    let mut parts = vec![
        json!({"url": "severity", "valueCode": "error"}),
        json!({"url": "expression", "valueExpression": {"language": language, "expression": expression}}),
    ];
    parts.extend(human.map(|human| json!({"url": "human", "valueString": human})));
    json!([{"url": "http://hl7.org/fhir/StructureDefinition/targetConstraint", "extension": parts}])
}

#[test]
fn checks_a_pattern_with_single_backslashes_as_its_author_meant() {
    let rule = "%resource.item.where(linkId = 'p').answer.all(value.matches('^\\d{3}[\\s.-]?\\d{4}$'))";
    let item = json!([{"linkId": "p", "type": "string", "text": "Phone",
        "extension": constraint(rule, "text/fhirpath", Some("Seven digits"))}]);
    let form = parsed(&item).unwrap();
    assert_eq!(kinds(&form), [RemarkKind::PlainBackslash]);
    for (typed, problems) in [("555-0100", 0), ("ddd-dddd", 1)] {
        let mut answers = Answers::default();
        answers.set("p", vec![typed.to_owned()]);
        calculate(&form, &mut answers, &Chart::new(), &now());
        assert_eq!(check(&form, &answers, &Prefill::default()).len(), problems, "{typed}");
    }
}

#[test]
fn shows_a_constraint_that_no_engine_can_check_and_refuses_others() {
    let with = |rule: &str, language: &str, human: Option<&str>, kind: &str| {
        parsed(&json!([{"linkId": "e", "type": kind, "text": "E-mail",
            "extension": constraint(rule, language, human), "item": []}]))
    };
    // The quote in the pattern ends the text.
    let broken = "%resource.item.answer.all(value.matches('[a-z&'*+]+@'))";
    let form = with(broken, "text/fhirpath", Some("A valid address"), "string").unwrap();
    assert_eq!(kinds(&form), [RemarkKind::Unchecked]);
    let shown = view(&form, &Answers::default(), &Prefill::default(), &[], "en");
    let item = &shown.sections[0].items[0];
    assert_eq!(
        (&item.unchecked[..], item.described_by.as_str()),
        (&["A valid address".to_owned()][..], "f-e.unchecked")
    );
    for (rule, language, human, kind) in [
        (broken, "text/fhirpath", None, "string"),
        (broken, "text/fhirpath", Some("A valid address"), "group"),
        ("value.unheardOf()", "text/fhirpath", Some("Other engines know it"), "string"),
        ("IsValid", "text/cql", Some("Other engines know it"), "string"),
    ] {
        assert!(with(rule, language, human, kind).is_err(), "{rule} {language} {human:?} {kind}");
    }
}

#[test]
fn sends_options_that_share_a_code_without_it() {
    let option = |code: &str, display: &str| json!({"valueCoding": {"system": "urn:s", "code": code, "display": display}});
    let choice = |options: &[Value]| json!({"linkId": "p", "type": "choice", "text": "Pronouns", "answerOption": options});
    let options = [option("A", "She"), option("A", "They"), option("B", "He"), option("B", "He")];
    let form = parsed(&json!([choice(&options)])).unwrap();
    assert_eq!(kinds(&form), [RemarkKind::OptionTwice, RemarkKind::SharedCode]);
    let answer = |key: &str| {
        let mut answers = Answers::default();
        answers.set("p", vec![key.to_owned()]);
        assert_eq!(check(&form, &answers, &Prefill::default()), [], "{key}");
        respond(&form, &answers, &Prefill::default())["item"][0]["answer"][0]["valueCoding"].clone()
    };
    assert_eq!(answer("They"), json!({"display": "They"}));
    assert_eq!(answer("She"), json!({"display": "She"}));
    assert_eq!(answer("B"), json!({"system": "urn:s", "code": "B", "display": "He"}));
}

#[test]
fn refuses_options_that_share_a_code_which_the_form_uses() {
    let option =
        |display: &str| json!({"valueCoding": {"system": "urn:s", "code": "A-1", "display": display}});
    let question = json!({"linkId": "p", "type": "choice", "text": "P", "answerOption": [option("She"), option("They")]});
    let when =
        json!([{"question": "p", "operator": "=", "answerCoding": {"system": "urn:s", "code": "A-1"}}]);
    let below = json!({"linkId": "b", "type": "string", "text": "B", "enableWhen": when});
    assert!(parsed(&json!([question, below])).is_err(), "a branch depends on the code");
    let same = json!({"linkId": "p", "type": "choice", "text": "P", "answerOption": [option("She"),
        {"valueCoding": {"system": "urn:t", "code": "A-1", "display": "She"}}]});
    assert!(parsed(&json!([same])).is_err(), "the texts do not tell them apart");
}

#[test]
fn keeps_notes_that_share_a_link_id() {
    let note = |text: &str| json!({"linkId": "n", "type": "display", "text": text});
    let form =
        parsed(&json!([note("One"), {"linkId": "q", "type": "string", "text": "Q"}, note("Two")])).unwrap();
    assert_eq!(kinds(&form), [RemarkKind::SharedLinkId]);
    let shown = view(&form, &Answers::default(), &Prefill::default(), &[], "en");
    let items = &shown.sections[0].items;
    assert_eq!((items[0].label.as_str(), items[2].label.as_str()), ("One", "Two"));
    assert_ne!(items[0].id, items[2].id);
    let question = json!({"linkId": "n", "type": "string", "text": "Q"});
    assert!(parsed(&json!([question, question])).is_err(), "a receiver could not tell whose the answer is");
    assert!(parsed(&json!([note("One"), question])).is_ok());
}

#[test]
fn leaves_out_a_first_quantity_in_another_unit_where_it_can_be_answered() {
    let height = |more: Value| {
        let unit = json!([{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-unitOption",
            "valueCoding": {"code": "feet", "display": "feet"}}]);
        let mut item = json!({"linkId": "h", "type": "quantity", "text": "Height", "extension": unit,
            "initial": [{"valueQuantity": {"value": 180, "unit": "cm"}}]});
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        parsed(&json!([item]))
    };
    let form = height(json!({})).unwrap();
    assert_eq!(kinds(&form), [RemarkKind::OtherUnit]);
    let prefill = populate(&form, &Chart::new(), &now());
    assert_eq!(Answers::from_prefill(&form, &prefill).get("h"), [""; 0]);
    assert!(height(json!({"readOnly": true})).is_err(), "it could never be answered");
}
