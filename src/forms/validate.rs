//! Validation of a complete form.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Error;
use super::item::{Condition, Item, ItemType};
use super::questionnaire::Form;
use super::typed;
use crate::fhirpath::Expression;

pub(super) fn validate(form: &mut Form) -> Result<(), Error> {
    unique_link_ids(form)?;
    known_variables(form)?;
    usable_items(form)?;
    let answers = typed_conditions(form)?;
    for item in &mut form.items {
        fill_in(item, &answers);
    }
    no_cycles(form)
}

fn unique_link_ids(form: &Form) -> Result<(), Error> {
    let (mut seen, mut twice) = (BTreeSet::new(), None);
    form.walk(|item| {
        if !seen.insert(&item.key) {
            twice.get_or_insert_with(|| item.link_id.clone());
        }
    });
    twice.map_or(Ok(()), |link_id| Err(Error::DuplicateLinkId { link_id }))
}

fn known_variables(form: &Form) -> Result<(), Error> {
    let mut known: BTreeSet<&str> = ["resource", "context", "rootResource", "sct", "loinc", "ucum"].into();
    known.extend(form.launch_context.iter().map(String::as_str));
    for query in form.queries() {
        all_known(&query.name, query.variables(), &known)?;
        new_name(&query.name, &mut known)?;
    }
    for (name, expression) in &form.variables {
        all_known(name, expression.variables(), &known)?;
        new_name(name, &mut known)?;
    }
    let mut result = Ok(());
    form.walk(|item| {
        for expression in expressions(item) {
            if result.is_ok() {
                result = all_known(&item.link_id, expression.variables(), &known);
            }
        }
    });
    result
}

fn new_name<'n>(name: &'n str, known: &mut BTreeSet<&'n str>) -> Result<(), Error> {
    match known.insert(name) {
        true => Ok(()),
        false => Err(Error::Unsupported {
            place: name.to_owned(),
            what: "a name that is already in use".to_owned(),
        }),
    }
}

fn all_known<'n>(
    place: &str,
    names: impl IntoIterator<Item = &'n String>,
    known: &BTreeSet<&str>,
) -> Result<(), Error> {
    match names.into_iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => Err(Error::UnknownVariable { place: place.to_owned(), name: name.clone() }),
    }
}

fn expressions(item: &Item) -> impl Iterator<Item = &Expression> {
    let own = [&item.initial_expression, &item.candidate_expression, &item.calculated_expression];
    own.into_iter().flatten().chain(item.columns.iter().map(|column| &column.path))
}

fn usable_items(form: &Form) -> Result<(), Error> {
    for item in form.questions() {
        let place = || item.link_id.clone();
        let unsupported = |what: &str| Err(Error::Unsupported { place: place(), what: what.to_owned() });
        if item.is_picker() && !item.kind.is_choice() {
            return unsupported("a candidateExpression on a question that is not a choice");
        }
        if item.kind.is_choice() && item.options.is_empty() && !item.is_picker() {
            return Err(Error::Missing { place: place(), element: "answerOption" });
        }
        if item.kind == ItemType::Quantity && item.unit.is_none() {
            return Err(Error::Missing { place: place(), element: "questionnaire-unit" });
        }
        if item.repeats && matches!(item.kind, ItemType::Boolean | ItemType::Text) {
            return unsupported("repeats on a boolean or text");
        }
        for initial in &item.initial {
            let value = super::translation::value(initial);
            if value.and_then(|value| typed::text_of(item, value)).is_none() {
                let (link_id, question) = (place(), place());
                return Err(Error::ImpossibleAnswer { link_id, element: "initial", question });
            }
        }
    }
    Ok(())
}

/// Typed answer of each condition, by key of the item and position of the condition.
type TypedAnswers = BTreeMap<(String, usize), String>;

/// Returns for each condition its answer as a user would type it.
fn typed_conditions(form: &Form) -> Result<TypedAnswers, Error> {
    let mut questions = BTreeMap::new();
    form.walk(|item| {
        if item.kind.is_question() {
            questions.insert(item.key.as_str(), item);
        }
    });
    let (mut answers, mut result) = (BTreeMap::new(), Ok(()));
    form.walk(|item| {
        for (at, condition) in item.conditions.iter().enumerate() {
            match typed_condition(item, condition, questions.get(condition.question.as_str()).copied()) {
                Ok(typed) => drop(answers.insert((item.key.clone(), at), typed)),
                Err(error) => result = Err(error),
            }
        }
    });
    result.map(|()| answers)
}

fn typed_condition(item: &Item, condition: &Condition, question: Option<&Item>) -> Result<String, Error> {
    let link_id = item.link_id.clone();
    let Some(question) = question else {
        return Err(Error::UnknownQuestion { link_id, question: condition.question.clone() });
    };
    let typed = if condition.operator == "exists" {
        condition.answer.as_bool().map(|wanted| wanted.to_string())
    } else {
        typed::text_of(question, &condition.answer)
    };
    let question = question.link_id.clone();
    typed.ok_or(Error::ImpossibleAnswer { link_id, element: "enableWhen", question })
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
fn no_cycles(form: &Form) -> Result<(), Error> {
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    form.walk(|item| {
        needs.entry(&item.key).or_default().extend(item.conditions.iter().map(|when| when.question.as_str()));
        for child in &item.items {
            needs.entry(&child.key).or_default().push(&item.key);
        }
    });
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
    needs.keys().next().map_or(Ok(()), |link_id| Err(Error::Circular { link_id: (*link_id).to_owned() }))
}
