//! Value sets of the terminology as contained resources of a form.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::translation::{array, string};
use super::folder::Terminology;

/// Puts the value sets that a form names and does not contain into it, each with all of its codes. One that is not known
/// as a whole is left out.
pub(in crate::forms) fn contain(form: &mut Value, terminology: &Terminology) {
    let contained: BTreeSet<&str> = array(form, "contained").filter_map(|it| string(it, "url")).collect();
    let mut named = BTreeSet::new();
    collect(form, &mut named);
    let mut added = Vec::new();
    for (number, canonical) in named.iter().enumerate() {
        let url = canonical.split('|').next().unwrap_or_default();
        if let Some(codes) = terminology.expand(canonical).filter(|_| !contained.contains(url)) {
            added
                .push(json!({ "resourceType": "ValueSet", "id": format!("terminology-{number}"), "url": url,
                "status": "active", "expansion": { "total": codes.len(), "contains": codes } }));
        }
    }
    if let (Some(members), false) = (form.as_object_mut(), added.is_empty()) {
        let all = members.entry("contained").or_insert_with(|| json!([]));
        all.as_array_mut().into_iter().for_each(|all| all.append(&mut added));
    }
}

/// Function of expressions that names a value set.
const MEMBER_OF: &str = "memberOf('";

/// Collects the value sets of questions and expressions.
fn collect(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            let named = string(value, "answerValueSet").filter(|named| !named.starts_with('#'));
            into.extend(named.map(str::to_owned));
            let expression = string(value, "expression").unwrap_or_default();
            let named = expression.split(MEMBER_OF).skip(1).filter_map(|rest| rest.split('\'').next());
            into.extend(named.map(str::to_owned));
            members.values().for_each(|member| collect(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Form, Library, RemarkKind};
    use super::*;

    #[test]
    fn offers_the_codes_of_a_value_set_beside_the_form() {
        let mut terminology = Terminology::default();
        terminology.add(json!({"resourceType": "ValueSet", "url": "urn:sides", "compose": {"include": [
            {"system": "urn:s", "concept": [{"code": "l", "display": "Left",
                "designation": [{"language": "fr", "value": "Gauche"}]}, {"code": "r", "display": "Right"}]}]}}));
        let form = json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": [
            {"linkId": "side", "type": "choice", "answerValueSet": "urn:sides"},
            {"linkId": "other", "type": "choice", "answerValueSet": "urn:not-there"}]});
        let remarks =
            |form: &Form| form.remarks().iter().map(|it| (it.place.clone(), it.kind)).collect::<Vec<_>>();
        let alone = Form::parse(&form).unwrap();
        assert_eq!(remarks(&alone).len(), 2);
        let library = Library::from_questionnaires(vec![form], &terminology).unwrap();
        let form = library.get("f").unwrap();
        assert_eq!(remarks(form), [("other".to_owned(), RemarkKind::UnknownOptions)]);
        assert_eq!(form.option_text("urn:s", "l", "fr"), Some("Gauche"));
        // A draft keeps the options that it was begun with: they are in the text of the form.
        let stored = Form::parse(form.source()).unwrap();
        assert_eq!((stored.hash(), stored.option_text("urn:s", "r", "en")), (form.hash(), Some("Right")));
    }

    #[test]
    fn knows_the_members_of_a_value_set_beside_the_form() {
        use super::super::super::{Answers, Chart, calculate};
        let mut terminology = Terminology::default();
        terminology.add(json!({"resourceType": "ValueSet", "url": "urn:urgent", "compose": {"include": [
            {"system": "urn:s", "concept": [{"code": "stat"}]}]}}));
        let option = |code: &str| json!({"valueCoding": {"system": "urn:s", "code": code}});
        let rule = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {"language": "text/fhirpath",
                "expression": "%resource.item.where(linkId = 'p').answer.value.memberOf('urn:urgent')"}}]);
        let form = json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "item": [
            {"linkId": "p", "type": "choice", "answerOption": [option("stat"), option("routine")]},
            {"linkId": "u", "type": "boolean", "extension": rule}]});
        let library = Library::from_questionnaires(vec![form], &terminology).unwrap();
        let now = "2026-09-02T09:20:00-04:00[America/Toronto]".parse().unwrap();
        for (chosen, wanted) in [("stat", "true"), ("routine", "false")] {
            let mut answers = Answers::default();
            answers.set("p", vec![chosen.to_owned()]);
            calculate(library.get("f").unwrap(), &mut answers, &Chart::new(), &now);
            assert_eq!(answers.get("u"), [wanted]);
        }
    }
}
