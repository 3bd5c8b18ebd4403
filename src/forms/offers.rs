//! Answers to choose from: entries of the chart, and values that an expression finds.

use serde_json::{Value, json};

use super::item::{Item, ItemType};
use super::prefill::{CANDIDATE, Candidate};
use super::translation::{array, string};
use super::typed;
use crate::fhir::main_concept;
use crate::fhirpath::{self, Environment, Expression};

/// Largest number of values that an expression may offer. Further ones are left out.
const MAX_OFFERS: usize = 200;

/// Returns the answers that an expression found, each once.
pub(super) fn offers<'o>(
    item: &'o Item,
    found: &[fhirpath::Item<'o>],
    env: &Environment<'o>,
) -> Vec<Candidate> {
    let mut offers: Vec<Candidate> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let resource = one.node().map(|node| node.value).filter(|value| value.get("resourceType").is_some());
        let offer = match resource {
            Some(resource) => entry(item, resource, at, |path| path.evaluate(env, resource)).ok(),
            None => value(item, &one.to_json()),
        };
        let is_new = |offer: &Candidate| !offers.iter().any(|other| other.key == offer.key);
        if let Some(offer) = offer.filter(|offer| offers.len() < MAX_OFFERS && is_new(offer)) {
            offers.push(offer);
        }
    }
    offers
}

/// Returns an entry of the chart as an answer. `evaluate` evaluates the path of a column on it.
///
/// # Errors
/// The error of a column that cannot be evaluated.
pub(super) fn entry<'f>(
    item: &'f Item,
    resource: &'f Value,
    at: usize,
    evaluate: impl Fn(&'f Expression) -> Result<Vec<fhirpath::Item<'f>>, fhirpath::Error>,
) -> Result<Candidate, fhirpath::Error> {
    let (mut label, mut cells) = (String::new(), Vec::new());
    for column in &item.columns {
        let found = evaluate(&column.path)?;
        let shown: Vec<String> = found.iter().filter_map(|found| typed::display(&found.to_json())).collect();
        if column.for_display {
            label = shown.join(", ");
        } else {
            cells.push(shown.join(", "));
        }
    }
    let reference = reference_to(resource);
    if label.is_empty() {
        let concept = main_concept(resource).and_then(typed::display);
        label = concept.or_else(|| reference.clone()).unwrap_or_default();
    }
    let key = format!("{CANDIDATE}{}", reference.clone().unwrap_or_else(|| format!("#{at}")));
    let answer = answer(item, resource, reference.as_deref(), &label);
    Ok(Candidate { key, reference, answer, label, cells, selected: false })
}

/// Returns `Type/id` of a resource, if it has an id.
pub(super) fn reference_to(resource: &Value) -> Option<String> {
    let (kind, id) = string(resource, "resourceType").zip(string(resource, "id"))?;
    Some(format!("{kind}/{id}"))
}

fn answer(item: &Item, resource: &Value, reference: Option<&str>, label: &str) -> Value {
    if item.kind == ItemType::Reference {
        return json!({ "valueReference": { "reference": reference, "display": label } });
    }
    let coding = main_concept(resource).and_then(|concept| {
        array(concept, "coding")
            .find(|coding| string(coding, "code").is_some() && string(coding, "system").is_some())
    });
    match coding {
        Some(coding) => json!({ "valueCoding": {
            // The words of the chart, as the form shows them: one problem has one name everywhere.
            "system": coding["system"], "code": coding["code"], "display": label,
        } }),
        None if item.kind == ItemType::OpenChoice => json!({ "valueString": label }),
        None => json!({ "valueCoding": { "display": label } }),
    }
}

/// Returns a value as an answer. `None` if it has no text.
fn value(item: &Item, value: &Value) -> Option<Candidate> {
    let coding = array(value, "coding").next().unwrap_or(value);
    let name = match (coding, item.kind) {
        (Value::Object(_), ItemType::Reference) => "valueReference",
        (Value::Object(_), ItemType::Quantity) => "valueQuantity",
        (Value::Object(_), _) => "valueCoding",
        (_, ItemType::Integer) => "valueInteger",
        (_, ItemType::Decimal) => "valueDecimal",
        (_, ItemType::Date) => "valueDate",
        (_, ItemType::DateTime) => "valueDateTime",
        (_, ItemType::Time) => "valueTime",
        (_, ItemType::Boolean) => "valueBoolean",
        (_, ItemType::Url) => "valueUri",
        _ => "valueString",
    };
    Some(Candidate {
        key: typed::offer_key(coding)?,
        reference: string(coding, "reference").map(str::to_owned),
        answer: json!({ name: coding }),
        label: typed::display(value)?,
        ..Candidate::default()
    })
}
