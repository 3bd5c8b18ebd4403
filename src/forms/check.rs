//! Validation of the answers.

use super::answered::Answered;
use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled_among;
use super::item::{Item, ItemType, number};
use super::occurrence::{Occurrence, Occurrences};
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
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let asked = occurrences.iter().zip(on).filter(|(one, on)| *on && one.is_question() && !one.item.hidden);
    let found = asked.filter_map(|(one, _)| {
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let kind = match problem(answered) {
            None if one.row.is_some() && has_answers_below_alone(&occurrences, one, answers) => {
                ProblemKind::Required
            }
            found => found?,
        };
        Some(Problem { place: one.place.to_string(), kind })
    });
    found.collect()
}

/// Whether items below a row of a question are answered and the question is not: a response has no place for them.
fn has_answers_below_alone(occurrences: &Occurrences<'_>, row: &Occurrence<'_>, answers: &Answers) -> bool {
    let is_below = |one: &&Occurrence<'_>| row.item.contains(one.item) && one.place != row.place;
    let in_row = occurrences.questions().filter(|one| one.rows().starts_with(row.rows()));
    answers.get(&row.place).is_empty()
        && in_row.filter(is_below).any(|one| !answers.get(&one.place).is_empty())
}

fn problem(answered: Answered<'_>) -> Option<ProblemKind> {
    let (item, texts) = (answered.item, answered.texts());
    let given: Vec<&String> = texts.iter().filter(|text| *text != WITHOUT).collect();
    if given.is_empty() {
        let undecided = offers_without_list(answered) && texts.is_empty();
        let missing = item.required.then_some(ProblemKind::Required);
        return missing.or(undecided.then_some(ProblemKind::ListNotLoaded));
    }
    if given.len() > 1 && !item.takes_several() {
        return Some(ProblemKind::OnlyOne);
    }
    given.iter().find_map(|text| text_problem(item, text, answered.candidates()))
}

/// Whether the user may choose to send without this list. False if the question is required.
pub(super) fn offers_without_list(answered: Answered<'_>) -> bool {
    let not_loaded = answered.filled().is_some_and(|filled| filled.not_loaded.is_some());
    answered.item.is_picker() && not_loaded && !answered.item.required
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
