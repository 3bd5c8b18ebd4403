//! Validation of the answers.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::answered::Answered;
use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled_among;
use super::item::{Item, ItemType, number};
use super::occurrence::Occurrences;
use super::place::FORM;
use super::prefill::{Candidate, Prefill};
use super::problem::{Problem, ProblemKind};
use super::questionnaire::Form;
use super::rules::{Constraint, Limit};
use super::together::Together;
use super::typed::{self, Typed};
use super::unit::Unit;
use crate::fhirpath::Temporal;

/// Codes of entries that say that there is nothing, as code systems and codes: no known allergy, no known problem.
const NONE_KNOWN: [(&str, &str); 6] = [
    ("http://snomed.info/sct", "716186003"),
    ("http://snomed.info/sct", "160244002"),
    ("http://snomed.info/sct", "160245001"),
    ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-allergies"),
    ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-problems"),
    ("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-medications"),
];

/// Checks every enabled question that is not hidden, and the constraints of all enabled items. Returns at most one problem
/// for each item, in the order of the form.
#[must_use]
pub fn check(form: &Form, answers: &Answers, prefill: &Prefill) -> Vec<Problem> {
    tracing::trace!(target: "walk", "check the answers");
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let together = Together::of(&occurrences, &on, answers, prefill);
    let is_answered = |number: usize| is_answered(&occurrences, &on, number, answers);
    let (mut problems, mut next) = (Vec::new(), 0);
    for (number, one) in occurrences.iter().enumerate() {
        if number < next || !on[number] {
            continue;
        }
        if one.item.hidden {
            // It cannot be answered, but the others can be.
            let of_rule = rule_problem(&one.item.rules.constraints, &one.place, answers);
            problems.extend(of_rule.map(|kind| Problem { place: one.place.to_string(), kind }));
            continue;
        }
        // A blank row is not sent.
        if one.row.is_some() && !is_answered(number) {
            next = one.end;
            continue;
        }
        let answered = Answered { item: one.item, place: &one.place, answers, prefill };
        let of_answer = if one.is_list() {
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
        let of_rule = || rule_problem(&one.item.rules.constraints, &one.place, answers);
        let kind = of_answer.or_else(of_rule).or_else(|| parted(&together, answers, &one.place));
        problems.extend(kind.map(|kind| Problem { place: one.place.to_string(), kind }));
    }
    let of_form = rule_problem(&form.rules.constraints, FORM, answers);
    problems.extend(of_form.map(|kind| Problem { place: FORM.to_owned(), kind }));
    problems
}

/// Problem with a value of the chart that stayed beside a changed one of the same measurement.
pub(super) fn parted(together: &Together, answers: &Answers, place: &str) -> Option<ProblemKind> {
    let limit = together.changed_beside(place)?.to_owned();
    Some(match answers.get(&limit) {
        [] => ProblemKind::LeftAlone { limit },
        _ => ProblemKind::Parted { limit },
    })
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
        let kind = if has_nothing_to_choose(answered) {
            ProblemKind::NothingToChoose
        } else {
            ProblemKind::Required
        };
        let missing = item.required.then_some(kind);
        return missing.or(undecided.then_some(ProblemKind::ListNotLoaded));
    }
    if given.len() > 1 && !item.takes_several() {
        return Some(ProblemKind::OnlyOne);
    }
    let of_text = || match item.kind {
        ItemType::Attachment => file_problem(answered),
        _ => given.iter().find_map(|text| text_problem(answered, text)),
    };
    let of_count = || count_problem(item, given.len()).filter(|_| item.takes_several());
    let none = || none_beside_some(answered, &given);
    of_text().or_else(|| not_alone(item, texts)).or_else(none).or_else(of_count)
}

/// Problem with a file that is larger than the form allows: it was added to an earlier version of the form.
fn file_problem(answered: Answered<'_>) -> Option<ProblemKind> {
    let limit = answered.item.files.max_bytes?;
    let is_large = answered.files().any(|file| file.size > limit);
    is_large.then(|| ProblemKind::FileTooLarge { limit: limit.to_string() })
}

/// Problem with an option that was chosen together with others, and excludes them.
pub(super) fn not_alone(item: &Item, given: &[String]) -> Option<ProblemKind> {
    let mut options = item.options.iter().filter(|option| option.exclusive && given.len() > 1);
    let option = options.find(|option| given.contains(&option.key))?;
    Some(ProblemKind::NotAlone { limit: option.key.clone() })
}

/// Problem with an entry such as "No known allergy" that stayed selected beside something else.
fn none_beside_some(answered: Answered<'_>, given: &[&String]) -> Option<ProblemKind> {
    let is_none = |candidate: &&Candidate| {
        let coding = &candidate.answer["valueCoding"];
        NONE_KNOWN.iter().any(|(system, code)| coding["system"] == *system && coding["code"] == *code)
    };
    let mut chosen = answered.candidates().iter().filter(|candidate| given.contains(&&candidate.key));
    let none = chosen.find(is_none).filter(|_| given.len() > 1)?;
    Some(ProblemKind::NotAlone { limit: none.key.clone() })
}

/// Problem of the rules of the form with an occurrence or the form itself: constraints that block first.
fn rule_problem(constraints: &[Constraint], place: &str, answers: &Answers) -> Option<ProblemKind> {
    let broken = answers.evaluated.broken.get(place).map_or(&[][..], Vec::as_slice);
    let of = |is_error: bool| {
        let is_such = |number: &&usize| constraints.get(**number).is_some_and(|it| it.is_error == is_error);
        broken.iter().find(is_such).copied()
    };
    let error = of(true).map(|constraint| ProblemKind::Broken { constraint });
    let warning = || of(false).map(|constraint| ProblemKind::Warning { constraint });
    let failed = || answers.evaluated.failed.contains(place).then_some(ProblemKind::Unchecked);
    error.or_else(warning).or_else(failed)
}

/// Whether another answer asks for a choice from the chart, which was read and has nothing to choose.
fn has_nothing_to_choose(answered: Answered<'_>) -> bool {
    let Answered { item, .. } = answered;
    let is_read = answered.filled().is_none_or(|filled| filled.not_loaded.is_none());
    let is_asked_for = item.is_picker() && !item.conditions.is_empty();
    is_asked_for && is_read && answered.candidates().is_empty()
}

/// Whether the user may choose to send without this list. False if the question is required.
pub(super) fn offers_without_list(answered: Answered<'_>) -> bool {
    let not_loaded = answered.filled().is_some_and(|filled| filled.not_loaded.is_some());
    answered.item.is_picker() && not_loaded && !answered.item.required
}

fn text_problem(answered: Answered<'_>, text: &str) -> Option<ProblemKind> {
    let Answered { item, place, answers, .. } = answered;
    let typed = match typed::read(item, text, answered.candidates()) {
        Ok(_) if !answers.evaluated.is_open(place, text) => return Some(ProblemKind::NotAnOption),
        Ok(typed) => typed,
        Err(kind) => return Some(kind),
    };
    let fits = item.pattern.as_ref().is_none_or(|pattern| pattern.is_full_match(text.trim()));
    length_problem(item, text.trim())
        .or_else(|| (!fits).then_some(ProblemKind::WrongFormat))
        .or_else(|| decimals_problem(item, &typed))
        .or_else(|| limit_problem(answered, &typed))
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

fn decimals_problem(item: &Item, typed: &Typed) -> Option<ProblemKind> {
    let number = match typed {
        Typed::Number(number) => *number,
        Typed::Quantity(amount) => amount.number,
        _ => return None,
    };
    let places = number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let limit = item.max_decimal_places.filter(|limit| places > *limit)?;
    Some(ProblemKind::TooManyDecimals { limit: limit.to_string() })
}

/// Problem with the limits of an answer. A limit that is not known, or in a unit that cannot be converted, sets none.
fn limit_problem(answered: Answered<'_>, typed: &Typed) -> Option<ProblemKind> {
    let Answered { item, place, answers, .. } = answered;
    let limit = |limit: &'_ Option<Limit>, computed: &BTreeMap<String, Value>| match limit {
        Some(Limit::Fixed(value)) => Some(value.clone()),
        Some(Limit::Computed(_)) => computed.get(place).cloned(),
        None => None,
    };
    let zone = answers.evaluated.zone();
    let exceeded = |limit: Option<Value>, wanted: Ordering| {
        limit
            .filter(|limit| order(typed, limit, &zone) == Some(wanted))
            .and_then(|limit| typed::display(&limit))
    };
    let small = exceeded(limit(&item.min, &answers.evaluated.min), Ordering::Less);
    let large = || exceeded(limit(&item.max, &answers.evaluated.max), Ordering::Greater);
    small
        .map(|limit| ProblemKind::TooSmall { limit })
        .or_else(|| large().map(|limit| ProblemKind::TooLarge { limit }))
}

/// Order of an answer and a limit. `None` if they cannot be compared.
fn order(typed: &Typed, limit: &Value, zone: &TimeZone) -> Option<Ordering> {
    let as_number = || number(&limit.get("value").unwrap_or(limit).to_string());
    match typed {
        Typed::Number(value) => Some(value.cmp(&as_number()?)),
        Typed::Quantity(amount) => {
            let in_unit = |unit: &Unit| match limit {
                Value::Object(_) => unit.amount(limit),
                _ => as_number(),
            };
            let limit = amount.unit.as_ref().map_or_else(as_number, in_unit)?;
            Some(amount.number.cmp(&limit))
        }
        Typed::Time(time) => Some(time.cmp(&limit.as_str()?.parse().ok()?)),
        Typed::Moment(value) => value.order(&Temporal::parse(limit.as_str()?)?, zone),
        _ => None,
    }
}
