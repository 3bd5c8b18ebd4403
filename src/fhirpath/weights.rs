//! Weights of answers: `weight()` and its older name `ordinal()`.

use serde_json::Value;

use super::error::Error;
use super::evaluate::{Items, Run};
use super::item::Item;
use super::node::Node;
use super::scalar::decimal;

/// Extensions with the weight of an answer or code.
const WEIGHTS: &[&str] = &[
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
    "http://hl7.org/fhir/StructureDefinition/codesystem-ordinalValue",
];

impl<'a> Run<'_, 'a> {
    /// Returns the weight of each item that has one: from its own extension, or else from the option of `%questionnaire`
    /// with the same code, in the question that the item answers.
    pub(super) fn weights(&self, input: &[Item<'a>]) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for node in input.iter().filter_map(Item::node) {
            self.charge(1 + node.size())?;
            let weight = match own_weight(&node) {
                Some(weight) => Some(weight),
                None => self.weight_of_option(node.value)?,
            };
            if let Some(Value::Number(weight)) = weight {
                found.push(Item::Decimal(decimal(weight)?));
            }
        }
        Ok(found)
    }

    fn weight_of_option(&self, coding: &'a Value) -> Result<Option<&'a Value>, Error> {
        let form = self.env.variable("questionnaire", &self.root).unwrap_or_default();
        let Some(form) = form.first().and_then(Item::node) else {
            return Ok(None);
        };
        let response = self.env.variable("resource", &self.root)?;
        let response = response.first().and_then(Item::node);
        let question = match response {
            Some(response) => self.question_of(coding, response.value, None)?,
            None => None,
        };
        let mut weights = Vec::new();
        self.collect_weights(coding, form.value, question, &mut weights)?;
        // Two questions may give one code two weights: then the question has to be known.
        let first = weights.first().copied();
        Ok(first.filter(|first| weights.iter().all(|weight| weight == first)))
    }

    /// Returns the `linkId` of the item in which this very value is an answer.
    fn question_of(
        &self,
        answer: &Value,
        within: &'a Value,
        question: Option<&'a str>,
    ) -> Result<Option<&'a str>, Error> {
        self.charge(1)?;
        if std::ptr::eq(answer, within) {
            return Ok(question);
        }
        let question = within.get("linkId").and_then(Value::as_str).or(question);
        let members = within.as_object().into_iter().flat_map(|object| object.values());
        for member in members.chain(within.as_array().into_iter().flatten()) {
            if member.is_object() || member.is_array() {
                let found = self.question_of(answer, member, question)?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// Collects the weights of the options with the same code: of one question, or of all if it is not known.
    fn collect_weights(
        &self,
        coding: &Value,
        within: &'a Value,
        question: Option<&str>,
        weights: &mut Vec<&'a Value>,
    ) -> Result<(), Error> {
        let list = |name: &str| within.get(name).and_then(Value::as_array).into_iter().flatten();
        let link_id = within.get("linkId").and_then(Value::as_str);
        if question.is_none() || question == link_id {
            for option in list("answerOption") {
                self.charge(1)?;
                let same = option.get("valueCoding").is_some_and(|own| is_same_code(own, coding));
                weights.extend(own_weight(&Node::root(option)).filter(|_| same));
            }
        }
        list("item").try_for_each(|item| self.collect_weights(coding, item, question, weights))
    }
}

/// Weight in the extensions of an element, or of its value.
fn own_weight<'a>(node: &Node<'a>) -> Option<&'a Value> {
    let values = node.children("value");
    let elements = std::iter::once(node).chain(values.iter());
    let mut extensions = elements.flat_map(|element| element.children("extension"));
    extensions.find_map(|extension| {
        let url = extension.value.get("url").and_then(Value::as_str)?;
        WEIGHTS
            .contains(&url)
            .then(|| extension.value.get("valueDecimal").or(extension.value.get("valueInteger")))?
    })
}

fn is_same_code(left: &Value, right: &Value) -> bool {
    let text = |coding: &Value, name: &str| coding.get(name).and_then(Value::as_str).map(str::to_owned);
    let systems = text(left, "system").zip(text(right, "system"));
    text(left, "code").is_some()
        && text(left, "code") == text(right, "code")
        && systems.is_none_or(|(left, right)| left == right)
}
