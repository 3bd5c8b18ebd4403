//! Functions of FHIR on elements: descendants, extensions, weights, value sets.

use std::sync::Arc;

use super::super::ValueSets;
use super::*;

#[test]
fn lists_descendants() {
    gives("descendants().where($this is Period).exists()", &json!([false]));
    gives("identifier.first().descendants().count()", &json!([5]));
    gives("children().where($this is Identifier).value", &json!(["88-1", "5555123456"]));
    gives("{}.descendants()", &json!([]));
}

#[test]
fn lists_primitives_that_have_only_extensions() {
    gives("children().extension('urn:why').value", &json!(["unknown"]));
    gives("language.children().value", &json!(["unknown"]));
}

#[test]
fn tells_values_from_extensions() {
    gives("birthDate.hasValue() and language.hasValue().not() and name.hasValue().not()", &json!([true]));
    gives("birthDate.getValue() is Date", &json!([true]));
    gives("gender.getValue() | multipleBirth.getValue() | deceased.getValue()", &json!(["female", 2, false]));
    gives("name.getValue() | language.getValue()", &json!([]));
}

#[test]
fn knows_the_urls_of_the_specification() {
    gives("%`vs-administrative-gender`", &json!(["http://hl7.org/fhir/ValueSet/administrative-gender"]));
    gives("%ext-birthPlace", &json!(["http://hl7.org/fhir/StructureDefinition/birthPlace"]));
}

#[derive(Debug)]
struct Colours;

impl ValueSets for Colours {
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        (value_set == "urn:colours").then(|| system.is_none_or(|system| system == "urn:c") && code == "red")
    }
}

#[test]
fn asks_the_supplied_value_sets_for_a_member() {
    let resource = json!({"resourceType": "Observation", "status": "red", "code": {"coding": [
        {"system": "urn:other", "code": "red"}, {"system": "urn:c", "code": "red"}]}});
    let mut environment = environment(&resource);
    let ask = |environment: &Environment<'_>, text: &str| {
        let expression = Expression::parse(text).unwrap();
        expression
            .evaluate(environment, &resource)
            .map(|items| items.first().and_then(super::super::Item::as_bool))
    };
    let missing = Err(Error::UnknownValueSet("urn:colours".into()));
    assert_eq!(ask(&environment, "code.memberOf('urn:colours')"), missing);
    environment.set_value_sets(Arc::new(Colours));
    assert_eq!(ask(&environment, "code.memberOf('urn:colours')"), Ok(Some(true)));
    assert_eq!(ask(&environment, "code.coding.first().memberOf('urn:colours')"), Ok(Some(false)));
    assert_eq!(ask(&environment, "status.memberOf('urn:colours')"), Ok(Some(true)));
    assert_eq!(ask(&environment, "value.memberOf('urn:colours')"), Ok(None));
    assert_eq!(ask(&environment, "status.memberOf('urn:x')"), Err(Error::UnknownValueSet("urn:x".into())));
    let computed = Err(Error::UnknownValueSet("(computed)".into()));
    assert_eq!(ask(&environment, "status.memberOf('urn:' & status)"), computed, "no value of a chart");
}

#[test]
fn finds_weights_in_the_answer_or_the_form() {
    let weight = |value: u8| json!([{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": value}]);
    let option = |code: &str, value: u8| json!({"valueCoding": {"system": "urn:s", "code": code, "extension": weight(value)}});
    let form = json!({"resourceType": "Questionnaire", "item": [
        {"linkId": "a", "answerOption": [option("x", 1), option("y", 2)]},
        {"linkId": "g", "item": [{"linkId": "b", "answerOption": [option("x", 5)]}]}]});
    let answer = |code: &str| json!([{"valueCoding": {"system": "urn:s", "code": code}}]);
    let response = json!({"resourceType": "QuestionnaireResponse", "item": [
        {"linkId": "a", "answer": answer("x")}, {"linkId": "b", "answer": answer("x")},
        {"linkId": "c", "answer": [{"valueCoding": {"code": "z", "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/itemWeight", "valueDecimal": 7}]}}]},
        {"linkId": "d", "answer": answer("unknown")}]});
    let mut environment = environment(&response);
    let weights = |environment: &Environment<'_>, text: &str| {
        let items = Expression::parse(text).unwrap();
        let items = items.evaluate(environment, &response);
        items.map(|items| items.iter().map(super::super::Item::to_json).collect::<Value>())
    };
    assert_eq!(weights(&environment, "item.answer.value.weight()"), Ok(json!([7])));
    environment.set("questionnaire", &form);
    assert_eq!(weights(&environment, "item.answer.value.weight()"), Ok(json!([1, 5, 7])));
    assert_eq!(weights(&environment, "item.answer.value.ordinal().sum()"), Ok(json!([13])));
    assert_eq!(weights(&environment, "item.where(linkId = 'c').answer.weight()"), Ok(json!([7])));
}
