//! Occurrences that are enabled by the current answers.

use std::cell::LazyCell;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use ahash::AHashMap;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::answers::Answers;
use super::coded::CODED;
use super::item::{Condition, Item, ItemType};
use super::occurrence::{Occurrence, Occurrences};
use super::questionnaire::Form;
use super::translation::string;
use super::typed::{self, Typed};
use super::unit::Unit;

/// Returns the places of all enabled items, including groups and displays. An item in a disabled group is disabled, and
/// a disabled question counts as unanswered. Being hidden does not matter.
#[must_use]
pub fn enabled(form: &Form, answers: &Answers) -> BTreeSet<String> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    occurrences.iter().zip(on).filter(|(_, on)| *on).map(|(one, _)| one.place.to_string()).collect()
}

/// Returns the questions that are enabled, in the order of the form.
pub(super) fn asked<'o, 'f>(
    occurrences: &'o Occurrences<'f>,
    answers: &Answers,
) -> impl Iterator<Item = &'o Occurrence<'f>> {
    let on = enabled_among(occurrences, answers);
    occurrences.iter().zip(on).filter(|(one, on)| *on && one.is_question()).map(|(one, _)| one)
}

/// Returns whether each occurrence is enabled, by its number.
pub(super) fn enabled_among(occurrences: &Occurrences<'_>, answers: &Answers) -> Vec<bool> {
    let by_key = occurrences.condition_questions();
    let zone = LazyCell::new(|| answers.evaluated.zone());
    let conditions = Conditions { occurrences, by_key, answers, zone };
    // Conditions are acyclic (checked when the form was parsed), so this terminates: each round settles at least the
    // items whose conditions were settled in the round before. One round settles a form whose conditions name earlier
    // questions only.
    let mut last = vec![true; occurrences.len()];
    for _ in 0..=occurrences.len() {
        let mut round = Round { last: &last, on: Vec::with_capacity(last.len()), looked_ahead: false };
        for (number, occurrence) in occurrences.iter().enumerate() {
            let asked = occurrence.parent.is_none_or(|parent: usize| round.on[parent]);
            let is_on = asked && conditions.hold(number, &mut round);
            round.on.push(is_on);
        }
        let Round { on, looked_ahead, .. } = round;
        if !looked_ahead || on == last {
            return on;
        }
        last = on;
    }
    last
}

/// Round through the occurrences in order.
struct Round<'r> {
    /// Result of the round before.
    last: &'r [bool],
    /// Result for the occurrences so far.
    on: Vec<bool>,
    /// Whether a condition depended on the result of the round before.
    looked_ahead: bool,
}

impl Round<'_> {
    fn is_on(&mut self, question: usize) -> bool {
        self.on.get(question).copied().unwrap_or_else(|| {
            self.looked_ahead = true;
            self.last[question]
        })
    }
}

struct Conditions<'o, 'f, Z: FnOnce() -> TimeZone> {
    occurrences: &'o Occurrences<'f>,
    by_key: AHashMap<&'f str, Vec<usize>>,
    answers: &'o Answers,
    zone: LazyCell<TimeZone, Z>,
}

impl<Z: FnOnce() -> TimeZone> Conditions<'_, '_, Z> {
    fn hold(&self, number: usize, round: &mut Round<'_>) -> bool {
        let one = self.occurrences.get(number);
        if self.answers.evaluated.off.contains(&*one.place) {
            return false;
        }
        let item = one.item;
        let holds = |condition: &Condition| self.holds(condition, number, round);
        match item.all_conditions {
            true => item.conditions.iter().all(holds),
            false => item.conditions.is_empty() || item.conditions.iter().any(holds),
        }
    }

    fn holds(&self, condition: &Condition, number: usize, round: &mut Round<'_>) -> bool {
        let questions = self.by_key.get(condition.key.as_str());
        let Some(question) = questions.and_then(|all| self.occurrences.nearest(number, all)) else {
            // A question in a list without rows is not answered.
            return holds_unanswered(condition);
        };
        let occurrence = self.occurrences.get(question);
        let texts = if round.is_on(question) { self.answers.get(&occurrence.place) } else { &[] };
        condition_holds(condition, occurrence.item, texts, &self.zone)
    }
}

/// Whether a condition holds for a question without an answer. No answer is equal, and so is none of no answers
/// (Questionnaire R5, `enableWhen.operator`).
fn holds_unanswered(condition: &Condition) -> bool {
    match condition.operator.as_str() {
        "exists" => condition.typed == "false",
        operator => operator == "!=",
    }
}

fn condition_holds(condition: &Condition, question: &Item, texts: &[String], zone: &TimeZone) -> bool {
    if texts.is_empty() {
        return holds_unanswered(condition);
    }
    let compared = |text: &String| match text.strip_prefix(CODED) {
        Some(coded) => Some(order_of_codes(coded, &condition.answer)),
        None => order(question, text, &condition.typed, zone),
    };
    match condition.operator.as_str() {
        "exists" => condition.typed == "true",
        "!=" => texts.iter().all(|text| compared(text).is_none_or(Ordering::is_ne)),
        operator => texts.iter().any(|text| match (operator, compared(text)) {
            ("=", Some(order)) => order.is_eq(),
            (">", Some(order)) => order.is_gt(),
            ("<", Some(order)) => order.is_lt(),
            (">=", Some(order)) => order.is_ge(),
            ("<=", Some(order)) => order.is_le(),
            _ => false,
        }),
    }
}

/// Compares a code of an external value set, as `{system}|{code}`, with the coding of a condition.
fn order_of_codes(coded: &str, wanted: &Value) -> Ordering {
    let (system, code) = coded.rsplit_once('|').unwrap_or(("", coded));
    let own_system = string(wanted, "system").unwrap_or(system);
    (code, system).cmp(&(string(wanted, "code").unwrap_or_default(), own_system))
}

/// Compares a typed answer with that of a condition. `None` if it is not a valid answer, or has another unit.
fn order(question: &Item, text: &str, wanted: &str, zone: &TimeZone) -> Option<Ordering> {
    if question.has_options() || question.kind.is_choice() || question.kind == ItemType::Boolean {
        return Some(text.cmp(wanted));
    }
    let read = |text: &str| typed::read(question, text, &[]).ok();
    match (read(text)?, read(wanted)?) {
        (Typed::Number(left), Typed::Number(right)) => Some(left.cmp(&right)),
        (Typed::Quantity(left), Typed::Quantity(right)) => {
            let code =
                |unit: &Option<Unit>| unit.as_ref().map(|unit| (unit.code.clone(), unit.display.clone()));
            (code(&left.unit) == code(&right.unit)).then(|| left.number.cmp(&right.number))
        }
        (Typed::Moment(left), Typed::Moment(right)) => left.order(&right, zone),
        (Typed::Time(left), Typed::Time(right)) => Some(left.cmp(&right)),
        (Typed::Text(left), Typed::Text(right)) => Some(left.cmp(&right)),
        _ => None,
    }
}
