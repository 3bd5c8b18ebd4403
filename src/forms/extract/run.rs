//! One extraction: the items of the form beside those of the response, and expressions on them.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::super::questionnaire::Form;
use super::super::translation::{array, extensions, string, value};
use super::extraction::ExtractionInput;
use super::not_extracted::{NotExtracted, NotExtractedKind as Kind};
use crate::fhirpath::{Environment, Error, Expression, Item};

pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
/// Place of what is about no item.
pub(super) const FORM: &str = "form";

/// Input of one extraction.
pub(super) struct Run<'r> {
    form: &'r Form,
    pub(super) response: &'r Value,
    pub(super) given: &'r ExtractionInput<'r>,
    /// Ids that were allocated, by the address of the item of the response and their name.
    ids: RefCell<HashMap<(usize, String), String>>,
}

impl<'r> Run<'r> {
    pub(super) fn new(form: &'r Form, response: &'r Value, given: &'r ExtractionInput<'r>) -> Self {
        Self { form, response, given, ids: RefCell::default() }
    }

    /// Returns the environment of an item of the form for an item of the response: with the ids that it allocates, the same at
    /// each call, and its variables.
    pub(super) fn within<'a>(
        &'a self,
        element: &'a Value,
        item: &'a Value,
        env: &Environment<'a>,
    ) -> Environment<'a> {
        let mut env = env.clone();
        if let Some(own) = string(element, "linkId").and_then(|link_id| self.form.item(link_id)) {
            env.set("context", item);
            env.set("qitem", element);
            for variable in &own.rules.variables {
                variable.define_in(&mut env, item);
            }
            env.set("context", self.response);
        }
        let address = std::ptr::from_ref(item) as usize;
        for name in extensions(element, &format!("{SDC}extractAllocateId")).filter_map(value) {
            if let Some(name) = name.as_str() {
                let mut ids = self.ids.borrow_mut();
                let id = ids.entry((address, name.to_owned())).or_insert_with(self.given.new_id).clone();
                env.set_items(name.to_owned(), vec![Item::String(id.into())]);
            }
        }
        env
    }
}

/// Evaluates an expression of the form on an element of the response.
///
/// # Errors
/// The reason why it has no result.
pub(super) fn evaluate(text: &str, env: &Environment<'_>, focus: &Value) -> Result<Vec<Value>, NotExtracted> {
    let failed = |error: Error| NotExtracted::of(Kind::ExpressionFailed, format!("{text} ({error})"));
    let expression = Expression::parse(text).map_err(failed)?;
    let found = expression.evaluate(env, focus).map_err(failed)?;
    Ok(found.iter().map(Item::to_json).collect())
}

/// Returns the items of a response that answer an item of the form, below another item of the response.
pub(super) fn items_of<'r>(parent: &'r Value, link_id: &str) -> Vec<&'r Value> {
    let below_answers = array(parent, "answer").flat_map(|answer| array(answer, "item"));
    let all = array(parent, "item").chain(below_answers);
    // An item of a list that was not loaded has no content.
    let has_content =
        |item: &&Value| ["answer", "item"].iter().any(|name| array(item, name).next().is_some());
    all.filter(|item| string(item, "linkId") == Some(link_id)).filter(has_content).collect()
}

/// Returns the `linkId` of an item of the form, or `form`.
pub(super) fn place_of(element: &Value) -> &str {
    string(element, "linkId").unwrap_or(FORM)
}

/// Returns an item of a response once for each of its answers, if it has several.
pub(super) fn by_answer(item: &Value) -> Vec<Value> {
    let answers: Vec<&Value> = array(item, "answer").collect();
    if answers.len() < 2 {
        return vec![item.clone()];
    }
    let one = |answer: &Value| {
        let mut copy = item.clone();
        copy["answer"] = Value::Array(vec![answer.clone()]);
        copy
    };
    answers.into_iter().map(one).collect()
}

/// Returns the `linkId`s of the answered questions at and below an item of a response.
pub(super) fn answered_in(item: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![item];
    while let Some(item) = pending.pop() {
        if array(item, "answer").any(|answer| value(answer).is_some()) {
            found.extend(string(item, "linkId").map(str::to_owned));
        }
        let below = array(item, "answer").flat_map(|answer| array(answer, "item"));
        let mut below: Vec<&Value> = array(item, "item").chain(below).collect();
        below.reverse();
        pending.extend(below);
    }
    found
}
