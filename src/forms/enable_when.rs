//! Items that are enabled by the current answers.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::answers::Answers;
use super::item::{Condition, Item, ItemType};
use super::questionnaire::Form;
use super::typed::{self, Typed};

/// Returns the `linkId`s of all enabled items, including groups and displays. An item in a disabled group is disabled,
/// and a disabled question counts as unanswered. Being hidden does not matter.
#[must_use]
pub fn enabled<'f>(form: &'f Form, answers: &Answers) -> HashSet<&'f str> {
    let mut items = Vec::new();
    for item in &form.items {
        flatten(item, None, &mut items);
    }
    // Conditions are acyclic (checked when the form was parsed), so this terminates: each round settles at least the
    // items whose conditions were settled in the round before.
    let mut on = vec![true; items.len()];
    for _ in 0..=items.len() {
        let mut next = Vec::with_capacity(items.len());
        for (item, group) in &items {
            let asked = group.is_none_or(|group: usize| next[group]);
            next.push(asked && holds(item, &items, &on, answers));
        }
        if next == on {
            break;
        }
        on = next;
    }
    let mut enabled = HashSet::with_capacity(items.len());
    enabled.extend(items.iter().zip(on).filter(|(_, on)| *on).map(|((item, _), _)| item.link_id.as_str()));
    enabled
}

/// Item, and the number of its group.
type Placed<'f> = (&'f Item, Option<usize>);

fn flatten<'f>(item: &'f Item, group: Option<usize>, into: &mut Vec<Placed<'f>>) {
    let number = into.len();
    into.push((item, group));
    for child in &item.items {
        flatten(child, Some(number), into);
    }
}

fn holds(item: &Item, items: &[Placed<'_>], on: &[bool], answers: &Answers) -> bool {
    let holds = |condition: &Condition| {
        let texts = if on[condition.number] { answers.get(&condition.question) } else { &[] };
        condition_holds(condition, items[condition.number].0, texts)
    };
    match item.all_conditions {
        true => item.conditions.iter().all(holds),
        false => item.conditions.is_empty() || item.conditions.iter().any(holds),
    }
}

fn condition_holds(condition: &Condition, question: &Item, texts: &[String]) -> bool {
    match condition.operator.as_str() {
        "exists" => texts.is_empty() == (condition.typed == "false"),
        "!=" => {
            !texts.is_empty()
                && texts
                    .iter()
                    .all(|text| order(question, text, &condition.typed).is_none_or(Ordering::is_ne))
        }
        operator => texts.iter().any(|text| match (operator, order(question, text, &condition.typed)) {
            ("=", Some(order)) => order.is_eq(),
            (">", Some(order)) => order.is_gt(),
            ("<", Some(order)) => order.is_lt(),
            (">=", Some(order)) => order.is_ge(),
            ("<=", Some(order)) => order.is_le(),
            _ => false,
        }),
    }
}

/// Compares a typed answer with that of a condition. `None` if it is not a valid answer.
fn order(question: &Item, text: &str, wanted: &str) -> Option<Ordering> {
    if question.kind.is_choice() || question.kind == ItemType::Boolean {
        return Some(text.cmp(wanted));
    }
    let read = |text: &str| typed::read(question, text, &[]).ok();
    match (read(text)?, read(wanted)?) {
        (Typed::Number(_, left), Typed::Number(_, right)) => Some(left.cmp(&right)),
        (Typed::Moment(left), Typed::Moment(right)) => Some(left.first_day().cmp(&right.first_day())),
        (Typed::Text(left), Typed::Text(right)) => Some(left.cmp(&right)),
        _ => None,
    }
}
