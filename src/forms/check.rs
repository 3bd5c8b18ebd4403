//! Validation of the answers.

use super::answered::Answered;
use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled_among;
use super::item::{Item, ItemType, number};
use super::occurrence::Occurrences;
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
    let is_answered = |number: usize| is_answered(&occurrences, &on, number, answers);
    let (mut problems, mut next) = (Vec::new(), 0);
    for (number, one) in occurrences.iter().enumerate() {
        if number < next || !on[number] || one.item.hidden {
            continue;
        }
        // A blank row is not sent.
        if one.row.is_some() && !is_answered(number) {
            next = one.end;
            continue;
        }
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let kind = if one.is_list() {
            let rows = occurrences.below(Some(number)).filter(|row| is_answered(*row));
            count_problem(one.item, rows.count())
        } else if one.is_question() {
            // A response has no place for what is below a row of a question without the answer itself.
            let lacks_answer = one.row.is_some() && answered.texts().is_empty();
            problem(answered).or(lacks_answer.then_some(ProblemKind::Required))
        } else {
            let is_required = one.item.required && one.row.is_none();
            (is_required && !is_answered(number)).then_some(ProblemKind::Required)
        };
        problems.extend(kind.map(|kind| Problem { place: one.place.to_string(), kind }));
    }
    problems
}

/// Whether a question, or anything below it or a group, is answered.
fn is_answered(occurrences: &Occurrences<'_>, on: &[bool], number: usize, answers: &Answers) -> bool {
    let mut within = (number..occurrences.get(number).end).filter(|number| on[*number]);
    within.any(|number| !answers.get(&occurrences.get(number).place).is_empty())
}

/// Problem with the number of rows of a list, or of answers to a question.
fn count_problem(item: &Item, count: usize) -> Option<ProblemKind> {
    let few = item.min_occurs.unwrap_or(0);
    match item.max_occurs {
        _ if count == 0 && item.required => Some(ProblemKind::Required),
        Some(most) if count > most => Some(ProblemKind::TooMany { limit: most.to_string() }),
        _ if count < few => Some(ProblemKind::TooFew { limit: few.to_string() }),
        _ => None,
    }
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
    let of_text = || given.iter().find_map(|text| text_problem(item, text, answered.candidates()));
    let of_count = || count_problem(item, given.len()).filter(|_| item.takes_several());
    of_text().or_else(of_count)
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
    length_problem(item, text.trim()).or_else(|| limit_problem(item, &typed))
}

fn length_problem(item: &Item, text: &str) -> Option<ProblemKind> {
    // The key of an option is not what the user reads.
    if item.has_options() {
        return None;
    }
    let length = text.chars().count();
    let long = item.max_length.filter(|limit| length > *limit);
    let short = item.min_length.filter(|limit| length < *limit);
    long.map(|limit| ProblemKind::TooLong { limit: limit.to_string() })
        .or_else(|| short.map(|limit| ProblemKind::TooShort { limit: limit.to_string() }))
}

fn limit_problem(item: &Item, typed: &Typed) -> Option<ProblemKind> {
    let number = match typed {
        Typed::Number(number) => Some(*number),
        Typed::Quantity(amount) => Some(amount.number),
        _ => None,
    };
    let places = number.map(|number| number.to_string()).and_then(|text| Some(text.split_once('.')?.1.len()));
    if let Some(limit) = item.max_decimal_places.filter(|limit| places.is_some_and(|places| places > *limit))
    {
        return Some(ProblemKind::TooManyDecimals { limit: limit.to_string() });
    }
    let below = |limit: &&String| compare(item, typed, limit).is_some_and(std::cmp::Ordering::is_lt);
    let above = |limit: &&String| compare(item, typed, limit).is_some_and(std::cmp::Ordering::is_gt);
    let small = item.min.as_ref().filter(below).map(|limit| ProblemKind::TooSmall { limit: limit.clone() });
    let large =
        || item.max.as_ref().filter(above).map(|limit| ProblemKind::TooLarge { limit: limit.clone() });
    small.or_else(large)
}

fn compare(item: &Item, typed: &Typed, limit: &str) -> Option<std::cmp::Ordering> {
    match typed {
        Typed::Number(value) => Some(value.cmp(&number(limit)?)),
        Typed::Quantity(amount) => Some(amount.number.cmp(&number(limit)?)),
        Typed::Time(time) => Some(time.cmp(&limit.parse().ok()?)),
        Typed::Moment(value) if matches!(item.kind, ItemType::Date | ItemType::DateTime) => {
            Some(value.first_day().cmp(&Temporal::parse(limit)?.first_day()))
        }
        _ => None,
    }
}
