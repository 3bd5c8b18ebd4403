//! Validation of a complete form.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::error::Error;
use super::super::item::{Condition, Item, ItemType};
use super::super::place::note_key;
use super::super::questionnaire::Form;
use super::super::remark::RemarkKind;
use super::super::translation::{string, value};
use super::super::typed;
use super::depends::order_rules;
use super::findings::Findings;
use super::scopes::known_variables;

/// Checks what only the complete form shows, and completes the conditions.
pub(super) fn validate(form: &mut Form, findings: &mut Findings) {
    unique_link_ids(form, findings);
    for item in &mut form.items {
        fitting_initial(item, findings);
    }
    known_variables(form, findings);
    for item in form.questions() {
        usable(item, findings);
    }
    let answers = typed_conditions(form, findings);
    for item in &mut form.items {
        fill_in(item, &answers);
        leave_unfilled(item, false, &findings.unfilled);
    }
    order_rules(form, findings);
}

/// Refuses a `linkId` that two items have, because a receiver could not tell whose the answer is. A note is never
/// answered, so that one with the `linkId` of another item is harmless: it gets a key of its own.
fn unique_link_ids(form: &mut Form, findings: &mut Findings) {
    let (mut answered, mut noted) = (BTreeSet::new(), BTreeMap::new());
    form.walk(|item| match item.kind {
        ItemType::Display => *noted.entry(item.key.clone()).or_insert(0) += 1,
        _ if !answered.insert(item.key.clone()) => {
            findings.errors.push(Error::DuplicateLinkId { link_id: item.link_id.clone() });
        }
        _ => {}
    });
    let is_shared = |(key, count): &(String, i32)| *count > 1 || answered.contains(key);
    let shared = noted.into_iter().filter(is_shared).map(|(key, _)| key).collect();
    let mut notes = 0;
    for item in &mut form.items {
        name_notes(item, &shared, &mut notes, findings);
    }
}

fn name_notes(item: &mut Item, shared: &BTreeSet<String>, notes: &mut usize, findings: &mut Findings) {
    if item.kind == ItemType::Display && shared.contains(&item.key) {
        findings.remark(&item.link_id, &item.link_id, RemarkKind::SharedLinkId);
        item.key = note_key(*notes);
        *notes += 1;
    }
    for child in &mut item.items {
        name_notes(child, shared, notes, findings);
    }
}

/// Leaves out the quantity that a question begins with if it is in another unit than those of the question: it could be
/// neither shown nor converted. One that cannot be changed is refused.
fn fitting_initial(item: &mut Item, findings: &mut Findings) {
    if item.kind == ItemType::Quantity && !item.hidden && !item.read_only && !item.units.is_empty() {
        let fits = |initial: &Value| {
            let quantity = initial.get("valueQuantity").filter(|it| string(it, "unit").is_some());
            quantity.is_none_or(|quantity| typed::text_of(item, quantity).is_some())
        };
        let fitting: Vec<Value> = item.initial.iter().filter(|initial| fits(initial)).cloned().collect();
        if fitting.len() < item.initial.len() {
            findings.remark(&item.link_id, "initial", RemarkKind::OtherUnit);
            item.initial = fitting;
        }
    }
    for child in &mut item.items {
        fitting_initial(child, findings);
    }
}

fn usable(item: &Item, findings: &mut Findings) {
    let place = item.link_id.as_str();
    if item.is_picker() && !item.kind.is_choice() {
        findings.unsupported(place, "a candidateExpression on a question that is not a choice");
    }
    if item.kind == ItemType::Reference && item.is_calculated() {
        findings.unsupported(place, "a calculatedExpression on a reference");
    }
    if item.is_picker() && findings.unfilled.contains(place) {
        findings.unsupported(place, "an initialExpression in another language beside a candidateExpression");
    }
    if item.hidden && findings.unfilled.contains(place) {
        findings.unsupported(place, "a hidden question that is filled by an expression in another language");
    }
    let selected = item.options.iter().filter(|option| option.selected).count();
    if item.initial.len().max(selected) > 1 && !item.takes_several() {
        findings.remark(place, "initial", RemarkKind::OneInitial);
    }
    for initial in &item.initial {
        if value(initial).and_then(|value| typed::text_of(item, value)).is_none() {
            let (link_id, question) = (place.to_owned(), place.to_owned());
            findings.errors.push(Error::ImpossibleAnswer { link_id, element: "initial", question });
        }
    }
}

/// Typed answer of each condition, by key of the item and position of the condition.
type TypedAnswers = BTreeMap<(String, usize), String>;

/// Returns for each condition its answer as a user would type it.
fn typed_conditions(form: &Form, findings: &mut Findings) -> TypedAnswers {
    let mut questions = BTreeMap::new();
    form.walk(|item| {
        if item.kind.is_question() {
            questions.insert(item.link_id.as_str(), item);
        }
    });
    let mut answers = BTreeMap::new();
    form.walk(|item| {
        for (at, condition) in item.conditions.iter().enumerate() {
            let question = questions.get(condition.question.as_str()).copied();
            if let Some(typed) = typed_condition(item, condition, question, findings) {
                answers.insert((item.key.clone(), at), typed);
            }
        }
    });
    answers
}

fn typed_condition(
    item: &Item,
    condition: &Condition,
    question: Option<&Item>,
    findings: &mut Findings,
) -> Option<String> {
    let link_id = item.link_id.clone();
    let Some(question) = question else {
        let question = condition.question.clone();
        findings.errors.push(Error::UnknownQuestion { link_id, question });
        return None;
    };
    if condition.operator == "exists" {
        let wanted = condition.answer.as_bool().map(|wanted| wanted.to_string());
        if wanted.is_none() {
            findings.missing(&link_id, "enableWhen");
        }
        return wanted;
    }
    let typed = typed::text_of(question, &condition.answer);
    if typed.is_some() {
        return typed;
    }
    // A code that is not among the options: the condition compares with it, and never holds for `=`.
    let code = string(&condition.answer, "code").map(str::to_owned);
    if let Some(code) = code.filter(|_| question.kind.is_choice()) {
        if question.unknown_options.is_none() {
            findings.remark(&link_id, "enableWhen", RemarkKind::NeverHolds);
        }
        return Some(code);
    }
    let question = question.link_id.clone();
    findings.errors.push(Error::ImpossibleAnswer { link_id, element: "enableWhen", question });
    None
}

/// Marks the questions and lists that are not filled, because the expression of the item or of a group around it is not
/// evaluated here. A list is marked as a whole.
fn leave_unfilled(item: &mut Item, around: bool, unfilled: &BTreeSet<String>) {
    let own = unfilled.contains(&item.link_id) && !item.is_own_section;
    if own {
        (item.initial_expression, item.population) = (None, None);
    }
    let is_open = item.kind.is_question() && item.initial_expression.is_none() && !item.is_calculated();
    let inherits = is_open && !item.is_picker() && item.rules.offer.is_none();
    item.is_unfilled = (own && is_open) || ((own || around) && item.has_rows()) || (around && inherits);
    item.is_unfilled &= !item.hidden;
    let below = (around || own) && !item.has_rows();
    for child in &mut item.items {
        leave_unfilled(child, below && item.kind == ItemType::Group, unfilled);
    }
}

fn fill_in(item: &mut Item, answers: &TypedAnswers) {
    for (at, condition) in item.conditions.iter_mut().enumerate() {
        if let Some(typed) = answers.get(&(item.key.clone(), at)) {
            condition.typed.clone_from(typed);
        }
    }
    for child in &mut item.items {
        fill_in(child, answers);
    }
}
