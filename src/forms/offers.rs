//! Answers to choose from: entries of the chart, and values that an expression finds.

use serde_json::{Value, json};

use super::chart::{LeftOut, ScreenedChart};
use super::item::{Item, ItemType};
use super::prefill::{CANDIDATE, Candidate};
use super::reference::{reference_in, reference_to};
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
    chart: &ScreenedChart<'_>,
) -> Vec<Candidate> {
    let mut offers: Vec<Candidate> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let resource = one.node().map(|node| node.value).filter(|value| value.get("resourceType").is_some());
        let offer = match resource {
            Some(resource) => entry(item, resource, at, |path| path.evaluate(env, resource)).ok(),
            None if item.kind == ItemType::Reference => referred(item, &one.to_json(), chart).ok(),
            None => value(item, &one.to_json()),
        };
        let offer = offer.filter(|_| resource.is_none_or(|resource| item.admits(resource)));
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
        label = name_of(resource).or_else(|| reference.clone()).unwrap_or_default();
    }
    let key = format!("{CANDIDATE}{}", reference.clone().unwrap_or_else(|| format!("#{at}")));
    let answer = answer(item, resource, reference.as_deref(), &label);
    Ok(Candidate { key, reference, answer, label, cells, selected: false })
}

/// Returns the words by which a reader knows a resource: its main concept, or else its name or title.
fn name_of(resource: &Value) -> Option<String> {
    let concept = || main_concept(resource).and_then(typed::display);
    let first = |name: &str| match resource.get(name)? {
        Value::Array(all) => all.first().and_then(typed::display),
        one => typed::display(one),
    };
    concept().or_else(|| first("name")).or_else(|| first("title")).or_else(|| first("description"))
}

/// Reason why a value of an expression is no answer to a `reference` question.
pub(super) enum NoReference {
    /// It is about another or an unknown patient, or was left out of the chart.
    LeftOut(LeftOut),
    /// It names no resource, or one of another kind than the question asks for.
    Unusable,
}

/// Returns a reference, or the text of one, as an answer. It is named by its `display`, or else by the resource of the
/// chart.
///
/// # Errors
/// The reason why it is no answer.
pub(super) fn referred(
    item: &Item,
    found: &Value,
    chart: &ScreenedChart<'_>,
) -> Result<Candidate, NoReference> {
    let reference = reference_in(found);
    if let Some(left_out) = reference.as_deref().and_then(|reference| chart.left_out(reference)) {
        return Err(NoReference::LeftOut(left_out));
    }
    let target = reference.as_deref().and_then(|reference| chart.target(reference));
    let identifier = found.get("identifier").filter(|it| it.get("value").is_some_and(Value::is_string));
    let name = found.as_str().filter(|_| reference.is_none());
    let display = string(found, "display").or(name).map(str::to_owned).or_else(|| target.and_then(name_of));
    let mut answer = json!({});
    for (name, part) in [
        ("reference", reference.as_deref().map(Value::from)),
        ("identifier", identifier.cloned()),
        ("display", display.clone().or_else(|| reference.clone()).map(Value::from)),
    ] {
        if let Some(part) = part {
            answer[name] = part;
        }
    }
    let key = typed::reference_key(&answer).filter(|_| item.limits.admits(reference.as_deref(), target));
    let key = key.ok_or(NoReference::Unusable)?;
    let label = string(&answer, "display").map_or_else(|| key.clone(), str::to_owned);
    Ok(Candidate { key, answer: json!({ "valueReference": answer }), label, ..Candidate::default() })
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
