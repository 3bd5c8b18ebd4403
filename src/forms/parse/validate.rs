//! Validation of a complete form.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::Error;
use super::super::item::{Condition, Item};
use super::super::questionnaire::Form;
use super::super::remark::RemarkKind;
use super::super::translation::{string, value};
use super::super::typed;
use super::findings::Findings;
use crate::fhirpath::Expression;

/// Checks what only the complete form shows, and completes the conditions.
pub(super) fn validate(form: &mut Form, findings: &mut Findings) {
    unique_link_ids(form, findings);
    known_variables(form, findings);
    for item in form.questions() {
        usable(item, findings);
    }
    let answers = typed_conditions(form, findings);
    for item in &mut form.items {
        fill_in(item, &answers);
    }
    no_cycles(form, findings);
}

fn unique_link_ids(form: &Form, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    form.walk(|item| {
        if !seen.insert(&item.key) {
            findings.errors.push(Error::DuplicateLinkId { link_id: item.link_id.clone() });
        }
    });
}

fn known_variables(form: &Form, findings: &mut Findings) {
    let mut known: BTreeSet<&str> = ["resource", "context", "rootResource", "sct", "loinc", "ucum"].into();
    known.extend(form.launch_context.iter().map(String::as_str));
    for query in form.queries() {
        all_known(&query.name, query.variables(), &known, findings);
        new_name(&query.name, &mut known, findings);
    }
    for (name, expression) in &form.variables {
        all_known(name, expression.variables(), &known, findings);
        new_name(name, &mut known, findings);
    }
    form.walk(|item| {
        for expression in expressions(item) {
            all_known(&item.link_id, expression.variables(), &known, findings);
        }
    });
}

fn new_name<'n>(name: &'n str, known: &mut BTreeSet<&'n str>, findings: &mut Findings) {
    if !known.insert(name) {
        findings.unsupported(name, "a name that is already in use");
    }
}

fn all_known<'n>(
    place: &str,
    names: impl IntoIterator<Item = &'n String>,
    known: &BTreeSet<&str>,
    findings: &mut Findings,
) {
    let unknown: BTreeSet<&String> =
        names.into_iter().filter(|name| !known.contains(name.as_str())).collect();
    for name in unknown {
        findings.errors.push(Error::UnknownVariable { place: place.to_owned(), name: name.clone() });
    }
}

fn expressions(item: &Item) -> impl Iterator<Item = &Expression> {
    let own = [&item.initial_expression, &item.candidate_expression, &item.calculated_expression];
    own.into_iter().flatten().chain(item.columns.iter().map(|column| &column.path))
}

fn usable(item: &Item, findings: &mut Findings) {
    let place = item.link_id.as_str();
    if item.is_picker() && !item.kind.is_choice() {
        findings.unsupported(place, "a candidateExpression on a question that is not a choice");
    }
    if item.kind.is_choice() && !item.has_options() && item.unknown_options.is_none() {
        findings.missing(place, "answerOption");
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

/// Checks that no item depends on itself, through its group or the questions of its conditions.
fn no_cycles(form: &Form, findings: &mut Findings) {
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    form.walk(|item| {
        let questions = item.conditions.iter().map(|when| when.question.as_str());
        needs.entry(&item.link_id).or_default().extend(questions);
        for child in &item.items {
            needs.entry(&child.link_id).or_default().push(&item.link_id);
        }
    });
    // A condition on a question that does not exist is reported as such.
    let known: BTreeSet<&str> = needs.keys().copied().collect();
    for on in needs.values_mut() {
        on.retain(|needed| known.contains(needed));
    }
    // Items without remaining dependencies are removed; the items that cannot be removed form a cycle.
    loop {
        let free: Vec<&str> =
            needs.iter().filter(|(_, on)| on.is_empty()).map(|(link_id, _)| *link_id).collect();
        if free.is_empty() {
            break;
        }
        needs.retain(|link_id, _| !free.contains(link_id));
        for on in needs.values_mut() {
            on.retain(|needed| !free.contains(needed));
        }
    }
    if let Some(key) = needs.keys().next() {
        findings.errors.push(Error::Circular { link_id: (*key).to_owned() });
    }
}
