//! Observations of questions and groups with codes (`observationExtract`).

use serde_json::{Value, json};

use super::super::response::ANSWER_SOURCE;
use super::super::translation::{array, extension, extensions, string, value, value_key};
use super::extraction::{Extracted, Extraction, Way};
use super::not_extracted::NotExtractedKind as Kind;
use super::run::{Run, SDC, items_of, place_of};

const UNIT: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit";

/// Relation of an extracted Observation to that of the item around it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Relation {
    Independent,
    Component,
    Member,
    Derived,
}

/// State that items inherit from those around them.
#[derive(Clone)]
struct Around {
    is_extracted: bool,
    categories: Vec<Value>,
    /// Subject of the Observations; `None` if it is known by its name only.
    subject: Option<Value>,
    /// Number of the Observation of the item around, among the extracted resources.
    parent: Option<usize>,
}

pub(super) fn observations(run: &Run<'_>, form: &Value, extraction: &mut Extraction) {
    let around = Around {
        is_extracted: flag(form) == Some(true),
        categories: Vec::new(),
        subject: run.response.get("subject").cloned(),
        parent: None,
    };
    let around = around.with_categories(form);
    below(run, (form, run.response), &around, extraction);
}

/// Extracts what is below an item of the form, and the item of the response beside it.
fn below(run: &Run<'_>, (form, response): (&Value, &Value), around: &Around, extraction: &mut Extraction) {
    let around = around.with_subject(form, response);
    for definition in array(form, "item") {
        for item in items_of(response, place_of(definition)) {
            extracted(run, (definition, item), &around, extraction);
        }
    }
}

fn extracted(
    run: &Run<'_>,
    (definition, item): (&Value, &Value),
    around: &Around,
    extraction: &mut Extraction,
) {
    let own = flag(definition);
    let mut inner = around.with_categories(definition);
    inner.is_extracted = own.unwrap_or(around.is_extracted);
    if own == Some(false) {
        return;
    }
    let codes = codes(definition);
    let place = place_of(definition);
    if !inner.is_extracted || codes.is_empty() {
        if own == Some(true) && string(definition, "type") != Some("group") {
            extraction.fail(place, Kind::NoObservationCode);
        }
        return below(run, (definition, item), &inner, extraction);
    }
    let Some(subject) = &inner.subject else {
        return extraction.fail(place, Kind::SubjectByName);
    };
    let base = observation(run, &codes, subject, &inner.categories);
    let relation = relation(definition);
    inner.parent = match string(definition, "type") {
        Some("group") => panel(run, (definition, item), base, extraction),
        _ => answers(run, (definition, item), (relation, around.parent), &base, extraction),
    };
    below(run, (definition, item), &inner, extraction);
    // A panel says nothing by itself.
    let is_empty =
        |one: &Extracted| ["hasMember", "component"].iter().all(|name| one.resource.get(*name).is_none());
    if string(definition, "type") == Some("group")
        && let Some(number) = inner.parent
        && extraction.resources.get(number).is_some_and(is_empty)
    {
        extraction.resources.remove(number);
    }
}

/// Adds the Observation of a group that holds those of its questions. `None` if no item of it is related to it.
fn panel(
    run: &Run<'_>,
    (definition, _): (&Value, &Value),
    base: Value,
    extraction: &mut Extraction,
) -> Option<usize> {
    let is_related = array(definition, "item")
        .any(|child| matches!(relation(child), Some(Relation::Component | Relation::Member)));
    is_related.then(|| add(run, base, Vec::new(), extraction))
}

/// Adds an Observation for each answer, or a component to that of the item around. Returns the number of the first one.
fn answers(
    run: &Run<'_>,
    (definition, item): (&Value, &Value),
    (relation, parent): (Option<Relation>, Option<usize>),
    base: &Value,
    extraction: &mut Extraction,
) -> Option<usize> {
    let place = place_of(definition);
    let mut first = None;
    for answer in array(item, "answer").filter(|answer| !is_of_chart(answer)) {
        let Some((key, found)) = observed(definition, answer) else {
            if value(answer).is_some() {
                extraction.fail(place, Kind::NoObservationValue);
            }
            continue;
        };
        let mut one = base.clone();
        one[key] = found;
        match (relation.unwrap_or(Relation::Independent), parent) {
            (Relation::Component, Some(parent)) => {
                let component = json!({ "code": one["code"], key: one[key] });
                push(&mut extraction.resources[parent], "component", component, place);
            }
            (Relation::Independent, _) | (_, None) => {
                first = first.or(Some(add(run, one, vec![place.to_owned()], extraction)));
            }
            (relation, Some(parent)) => {
                let url = extraction.resources[parent].full_url.clone();
                let number = add(run, one, vec![place.to_owned()], extraction);
                first = first.or(Some(number));
                if relation == Relation::Member {
                    let member = json!({ "reference": extraction.resources[number].full_url });
                    push(&mut extraction.resources[parent], "hasMember", member, place);
                } else {
                    let own = json!({ "reference": url });
                    push(&mut extraction.resources[number], "derivedFrom", own, place);
                }
            }
        }
    }
    first
}

/// Whether an answer is the unchanged value of a resource of the chart. It is observed already, at another time.
fn is_of_chart(answer: &Value) -> bool {
    let source = extension(answer, ANSWER_SOURCE).and_then(value);
    source.is_some_and(|source| source.get("reference").is_some())
}

fn push(into: &mut Extracted, name: &str, element: Value, question: &str) {
    match into.resource.get_mut(name).and_then(Value::as_array_mut) {
        Some(all) => all.push(element),
        None => into.resource[name] = json!([element]),
    }
    if !into.questions.iter().any(|known| known == question) {
        into.questions.push(question.to_owned());
    }
}

fn add(run: &Run<'_>, resource: Value, questions: Vec<String>, extraction: &mut Extraction) -> usize {
    let full_url = (run.given.new_id)();
    extraction.resources.push(Extracted {
        way: Way::Observation,
        full_url,
        resource,
        request: json!({}),
        questions,
    });
    extraction.resources.len() - 1
}

/// Returns an Observation without a value. The time of the answers is taken for that of the observation (SDC,
/// observation-based extraction).
fn observation(run: &Run<'_>, codes: &[Value], subject: &Value, categories: &[Value]) -> Value {
    let response = run.response;
    let mut observation = json!({
        "resourceType": "Observation", "status": "final", "code": { "coding": codes }, "subject": subject,
        "derivedFrom": [{ "reference": run.given.response }],
    });
    for (name, from) in [
        ("basedOn", "basedOn"),
        ("partOf", "partOf"),
        ("encounter", "encounter"),
        ("effectiveDateTime", "authored"),
        ("issued", "authored"),
    ] {
        if let Some(found) = response.get(from) {
            observation[name] = found.clone();
        }
    }
    if let Some(author) = response.get("author") {
        observation["performer"] = json!([author]);
    }
    if !categories.is_empty() {
        observation["category"] = json!(categories);
    }
    observation
}

/// Returns the value of an Observation for an answer. `None` if there is none for its type.
fn observed(definition: &Value, answer: &Value) -> Option<(&'static str, Value)> {
    let found = value(answer)?.clone();
    let unit = extension(definition, UNIT).and_then(value);
    Some(match value_key(answer)? {
        "valueDecimal" => ("valueQuantity", quantity(&found, unit)),
        "valueInteger" if unit.is_some() => ("valueQuantity", quantity(&found, unit)),
        "valueInteger" => ("valueInteger", found),
        "valueQuantity" => ("valueQuantity", found),
        "valueBoolean" => ("valueBoolean", found),
        "valueDate" | "valueDateTime" => ("valueDateTime", found),
        "valueTime" => ("valueTime", found),
        "valueString" | "valueUri" => ("valueString", found),
        "valueCoding" if found.get("code").is_none() => {
            ("valueCodeableConcept", json!({ "text": found.get("display")? }))
        }
        "valueCoding" => ("valueCodeableConcept", json!({ "coding": [found] })),
        _ => return None,
    })
}

fn quantity(number: &Value, unit: Option<&Value>) -> Value {
    let mut quantity = json!({ "value": number });
    for (name, from) in [("unit", "display"), ("system", "system"), ("code", "code")] {
        if let Some(found) = unit.and_then(|unit| unit.get(from)) {
            quantity[name] = found.clone();
        }
    }
    quantity
}

/// Whether an element of the form is extracted, if it says so itself. A relation says so too.
fn flag(element: &Value) -> Option<bool> {
    let found = extension(element, &format!("{SDC}observationExtract")).and_then(value)?;
    Some(found.as_bool().unwrap_or(found.is_string()))
}

fn relation(element: &Value) -> Option<Relation> {
    let found = extension(element, &format!("{SDC}observationExtract")).and_then(value)?;
    Some(match found.as_str()? {
        "component" => Relation::Component,
        "member" => Relation::Member,
        "derived" => Relation::Derived,
        _ => Relation::Independent,
    })
}

/// Returns the codes of an Observation: those that are marked, or else all.
fn codes(definition: &Value) -> Vec<Value> {
    let all: Vec<&Value> = array(definition, "code").collect();
    let marked: Vec<&Value> = all.iter().copied().filter(|code| flag(code) == Some(true)).collect();
    let chosen = if marked.is_empty() { all } else { marked };
    let plain = |code: &Value| {
        let mut code = code.clone();
        if let Some(members) = code.as_object_mut() {
            members.retain(|name, _| !name.starts_with('_') && name != "extension");
        }
        code
    };
    chosen.into_iter().map(plain).collect()
}

impl Around {
    /// Returns the state with the categories that an element states, which replace those around it.
    fn with_categories(&self, element: &Value) -> Self {
        let url = format!("{SDC}observation-extract-category");
        let own: Vec<Value> = extensions(element, &url).filter_map(value).cloned().collect();
        let categories = if own.is_empty() { self.categories.clone() } else { own };
        Self { categories, ..self.clone() }
    }

    /// Returns the state below an item, one of whose questions may name another subject (`isSubject`).
    fn with_subject(&self, form: &Value, response: &Value) -> Self {
        let names_subject = |item: &&Value| {
            let found = extension(item, &format!("{SDC}isSubject")).and_then(value);
            found.and_then(Value::as_bool) == Some(true)
        };
        let Some(question) = array(form, "item").find(names_subject) else {
            return self.clone();
        };
        let named = items_of(response, place_of(question));
        let answer = named.into_iter().flat_map(|item| array(item, "answer")).find_map(value).cloned();
        Self { subject: answer.filter(|answer| answer.get("reference").is_some()), ..self.clone() }
    }
}
