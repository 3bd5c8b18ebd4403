//! Which items are asked, given the answers so far.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::answers::Answers;
use super::item::{Condition, Item, ItemType};
use super::questionnaire::Form;
use super::typed::{self, Typed};

/// The `linkId`s of all items that are enabled, groups and displays among them. An item below a disabled group is
/// disabled; a disabled question counts as unanswered. Hidden items are enabled like others.
#[must_use]
pub fn enabled<'f>(form: &'f Form, answers: &Answers) -> BTreeSet<&'f str> {
    // Conditions form no circle (checked when the form was parsed), so the set settles: each round decides at least
    // the items whose conditions were settled before.
    let mut all = BTreeSet::new();
    form.walk(|item| {
        all.insert(item.link_id.as_str());
    });
    let mut enabled = all.clone();
    for _ in 0..=all.len() {
        let mut next = BTreeSet::new();
        for item in &form.items {
            collect(item, form, answers, &enabled, &mut next);
        }
        if next == enabled {
            break;
        }
        enabled = next;
    }
    enabled
}

fn collect<'f>(
    item: &'f Item,
    form: &'f Form,
    answers: &Answers,
    before: &BTreeSet<&'f str>,
    next: &mut BTreeSet<&'f str>,
) {
    let holds = |condition: &Condition| {
        let visible = before.contains(condition.question.as_str());
        form.question(&condition.question).is_some_and(|question| {
            let texts = if visible { answers.get(&condition.question) } else { &[] };
            condition_holds(condition, question, texts)
        })
    };
    let conditions = &item.conditions;
    let on = conditions.is_empty()
        || if item.all_conditions { conditions.iter().all(holds) } else { conditions.iter().any(holds) };
    if on {
        next.insert(&item.link_id);
        for child in &item.items {
            collect(child, form, answers, before, next);
        }
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

/// How a typed answer stands to the condition's; nothing while it is not a possible answer.
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
