//! Validation of the answers.

use std::collections::HashSet;

use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled;
use super::item::{Item, ItemType, number};
use super::prefill::{Candidate, Prefill};
use super::problem::{Problem, ProblemKind};
use super::questionnaire::Form;
use super::typed::{self, Typed};
use crate::fhirpath::Temporal;

/// Checks every enabled question that is not hidden. Returns at most one problem per question, in the order of the
/// form.
#[must_use]
pub fn check(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<Problem> {
    tracing::trace!(target: "walk", "check the answers");
    let enabled = enabled(form, answers);
    let mut problems = Vec::new();
    for item in &form.items {
        collect(item, answers, prefill, &enabled, &mut problems);
    }
    problems
}

fn collect(
    item: &Item,
    answers: &Answers,
    prefill: &Prefill,
    enabled: &HashSet<&str>,
    problems: &mut Vec<Problem>,
) {
    if item.hidden || !enabled.contains(item.link_id.as_str()) {
        return;
    }
    if item.kind.is_question() {
        let kind = problem(item, answers.get(&item.link_id), prefill);
        problems.extend(kind.map(|kind| Problem { link_id: item.link_id.clone(), kind }));
    }
    for child in &item.items {
        collect(child, answers, prefill, enabled, problems);
    }
}

fn problem(item: &Item, texts: &[String], prefill: &Prefill) -> Option<ProblemKind> {
    let without_list = offers_without_list(item, prefill);
    let given: Vec<&String> = texts.iter().filter(|text| *text != WITHOUT).collect();
    if given.is_empty() {
        let undecided = without_list && texts.is_empty();
        let missing = item.required.then_some(ProblemKind::Required);
        return missing.or(undecided.then_some(ProblemKind::ListNotLoaded));
    }
    if given.len() > 1 && !item.repeats {
        return Some(ProblemKind::OnlyOne);
    }
    given.iter().find_map(|text| text_problem(item, text, prefill.candidates(&item.link_id)))
}

/// Whether the user may choose to send without this list. False if the question is required.
pub(super) fn offers_without_list(item: &Item, prefill: &Prefill) -> bool {
    let not_loaded = prefill.get(&item.link_id).is_some_and(|filled| filled.not_loaded.is_some());
    item.is_picker() && not_loaded && !item.required
}

fn text_problem(item: &Item, text: &str, candidates: &[Candidate]) -> Option<ProblemKind> {
    let typed = match typed::read(item, text, candidates) {
        Ok(typed) => typed,
        Err(kind) => return Some(kind),
    };
    if let Some(limit) = item.max_length.filter(|limit| text.chars().count() > *limit) {
        return Some(ProblemKind::TooLong { limit: limit.to_string() });
    }
    let below = |limit: &&String| compare(item, &typed, limit).is_some_and(std::cmp::Ordering::is_lt);
    let above = |limit: &&String| compare(item, &typed, limit).is_some_and(std::cmp::Ordering::is_gt);
    let small = item.min.as_ref().filter(below).map(|limit| ProblemKind::TooSmall { limit: limit.clone() });
    let large =
        || item.max.as_ref().filter(above).map(|limit| ProblemKind::TooLarge { limit: limit.clone() });
    small.or_else(large)
}

fn compare(item: &Item, typed: &Typed, limit: &str) -> Option<std::cmp::Ordering> {
    match typed {
        Typed::Number(_, value) => Some(value.cmp(&number(limit)?)),
        Typed::Moment(value) if matches!(item.kind, ItemType::Date | ItemType::DateTime) => {
            Some(value.first_day().cmp(&Temporal::parse(limit)?.first_day()))
        }
        _ => None,
    }
}
