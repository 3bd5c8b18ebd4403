//! Resource that is built element by element, from paths such as `Patient.name.given`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::not_extracted::{NotExtracted, NotExtractedKind as Kind};
use super::typed_value::{as_choice, as_type};
use crate::fhirpath::element_definition;

/// Path of an element below the resource, each step with the name of its slice.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Path {
    /// Type of the resource.
    pub(super) kind: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
struct Step {
    name: String,
    slice: String,
}

impl Path {
    /// Parses `Patient.name:official.given` or `Observation.value[x]:valueQuantity.unit`.
    pub(super) fn parse(text: &str) -> Self {
        let mut parts = text.split('.');
        let kind = parts.next().unwrap_or_default().to_owned();
        let step = |part: &str| {
            let (name, slice) = part.split_once(':').unwrap_or((part, ""));
            match name.strip_suffix("[x]") {
                // A slice of a choice is the name of one type of it.
                Some(_) if !slice.is_empty() => Step { name: slice.to_owned(), slice: String::new() },
                choice => Step { name: choice.unwrap_or(name).to_owned(), slice: slice.to_owned() },
            }
        };
        Self { kind, steps: parts.map(step).collect() }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.steps.is_empty()
    }
}

/// Entries of repeating elements that an item of the form has begun, by their paths.
pub(super) type Scope = HashMap<String, Vec<At>>;

/// Step to an element of JSON.
#[derive(Clone, Debug)]
pub(super) enum At {
    Member(String),
    Entry(usize),
}

/// Reason why an element was not set.
enum NotSet {
    /// It has another value already.
    Taken,
    Unusable(NotExtracted),
}

fn no_element(kind: &str, name: &str) -> NotSet {
    NotSet::Unusable(NotExtracted::of(Kind::UnknownElement, format!("{kind}.{name}")))
}

/// Resource that is being built.
pub(super) struct Builder {
    pub(super) resource: Value,
}

impl Builder {
    pub(super) fn new(kind: &str) -> Self {
        Self { resource: json!({ "resourceType": kind }) }
    }

    /// Sets an element to a value. Entries of repeating elements are those that the innermost scope has begun; new ones are
    /// noted in the scope `home`. An element that has a value already gets another entry around it.
    ///
    /// # Errors
    /// The reason why it cannot have the value.
    pub(super) fn set(
        &mut self,
        path: &Path,
        (suffix, value): (Option<&str>, &Value),
        scopes: &mut [Scope],
        home: usize,
    ) -> Result<(), NotExtracted> {
        for begins_entry in [false, true] {
            match self.try_set(path, (suffix, value), scopes, (home, begins_entry)) {
                Ok(()) => return Ok(()),
                Err(NotSet::Unusable(reason)) => return Err(reason),
                Err(NotSet::Taken) => {}
            }
        }
        Err(Kind::ElementTaken.into())
    }

    /// Begins an entry of a repeating element for everything below an item. Nothing if the element does not repeat.
    pub(super) fn begin(
        &mut self,
        path: &Path,
        scopes: &mut [Scope],
        home: usize,
    ) -> Result<(), NotExtracted> {
        let mut inner = path.clone();
        // The entry is that of the last step, so that step must not be the leaf.
        inner.steps.push(Step { name: String::new(), slice: String::new() });
        match self.entry(&inner, scopes, (home, true)) {
            Err(NotSet::Unusable(reason)) => Err(reason),
            Ok(_) | Err(NotSet::Taken) => Ok(()),
        }
    }

    fn try_set(
        &mut self,
        path: &Path,
        (suffix, value): (Option<&str>, &Value),
        scopes: &mut [Scope],
        entry: (usize, bool),
    ) -> Result<(), NotSet> {
        let Some(leaf) = path.steps.last() else {
            return Err(NotSet::Unusable(Kind::NoElementNamed.into()));
        };
        let (at, kind) = self.entry(path, scopes, entry)?;
        let found = element_definition(&kind, &leaf.name).ok_or_else(|| no_element(&kind, &leaf.name))?;
        let (name, value) = match found.kind {
            Some(kind) => (leaf.name.clone(), as_type(kind, value).map_err(NotSet::Unusable)?),
            None => as_choice(&leaf.name, suffix, value).map_err(NotSet::Unusable)?,
        };
        let Some(parent) = self.object(&at) else {
            return Err(NotSet::Unusable(Kind::NoParts.into()));
        };
        match parent.get_mut(&name) {
            _ if found.repeats => {
                let all = parent.entry(name).or_insert_with(|| json!([]));
                all.as_array_mut().into_iter().for_each(|all| all.push(value.clone()));
            }
            None => {
                parent.insert(name, value);
            }
            Some(known) if *known == value => {}
            Some(_) => return Err(NotSet::Taken),
        }
        Ok(())
    }

    /// Finds or begins the entry in which the last step of a path is an element. Returns where it is, and its type.
    fn entry(
        &mut self,
        path: &Path,
        scopes: &mut [Scope],
        (home, begins): (usize, bool),
    ) -> Result<(Vec<At>, String), NotSet> {
        let around = &path.steps[..path.steps.len() - 1];
        let (mut at, mut kind, mut key) = (Vec::new(), path.kind.clone(), String::new());
        let mut last_repeating = None;
        for (number, step) in around.iter().enumerate() {
            let found = element_definition(&kind, &step.name);
            last_repeating = found.filter(|found| found.repeats).map(|_| number).or(last_repeating);
            let inner = found.and_then(|found| found.kind);
            inner.ok_or_else(|| no_element(&kind, &step.name))?.clone_into(&mut kind);
        }
        if begins && last_repeating.is_none() {
            return Err(NotSet::Taken);
        }
        kind.clone_from(&path.kind);
        for (number, step) in around.iter().enumerate() {
            let found = element_definition(&kind, &step.name);
            key.extend(["/", &step.name, ":", &step.slice]);
            let repeats = found.is_some_and(|found| found.repeats);
            found.and_then(|found| found.kind).unwrap_or_default().clone_into(&mut kind);
            let known = scopes.iter().rev().find_map(|scope| scope.get(&key));
            let is_new = begins && last_repeating == Some(number);
            if let Some(known) = known.filter(|_| repeats && !is_new) {
                at.clone_from(known);
                continue;
            }
            at.push(At::Member(step.name.clone()));
            if repeats {
                let count = self.begin_entry(&at);
                at.push(At::Entry(count));
                if let Some(scope) = scopes.get_mut(home) {
                    scope.insert(key.clone(), at.clone());
                }
            }
        }
        Ok((at, kind))
    }

    /// Adds an entry to an array. Returns its number.
    fn begin_entry(&mut self, at: &[At]) -> usize {
        let Some((At::Member(name), parent)) = at.split_last() else { return 0 };
        let Some(parent) = self.object(parent) else { return 0 };
        let all = parent.entry(name.clone()).or_insert_with(|| json!([]));
        let Some(all) = all.as_array_mut() else { return 0 };
        all.push(json!({}));
        all.len() - 1
    }

    /// Returns the object at a place, made if it is not there.
    fn object(&mut self, at: &[At]) -> Option<&mut Map<String, Value>> {
        let mut found = &mut self.resource;
        for step in at {
            found = match step {
                At::Member(name) => found.as_object_mut()?.entry(name.clone()).or_insert_with(|| json!({})),
                At::Entry(number) => found.as_array_mut()?.get_mut(*number)?,
            };
        }
        found.as_object_mut()
    }
}
