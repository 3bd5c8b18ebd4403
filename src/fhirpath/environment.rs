//! Environment of an evaluation: variables, current time, targets of references, budget.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::error::Error;
use super::item::{Item, Node};
use super::targets::Targets;

/// Default budget of one evaluation, in steps.
const DEFAULT_BUDGET: u32 = 200_000;

/// Variables (`%patient`), the current time in the site's time zone, the resources that `resolve()` finds, and the step
/// budget.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    now: Zoned,
    variables: BTreeMap<Cow<'static, str>, Vec<Item<'a>>>,
    targets: Arc<Targets<'a>>,
    budget: u32,
}

impl<'a> Environment<'a> {
    /// Returns an environment without variables. `today()` is the date of `now` in its own time zone.
    #[must_use]
    pub fn new(now: Zoned) -> Self {
        Self { now, variables: BTreeMap::new(), targets: Arc::default(), budget: DEFAULT_BUDGET }
    }

    /// Sets the budget of each evaluation, in steps.
    #[must_use]
    pub fn with_budget(mut self, steps: u32) -> Self {
        self.budget = steps;
        self
    }

    /// Defines `%name` as one resource or element.
    pub fn set(&mut self, name: impl Into<Cow<'static, str>>, value: &'a Value) {
        self.set_items(name, vec![Item::Node(Node::root(value))]);
    }

    /// Defines `%name` as a collection. An empty collection is defined, which is not the same as an unknown variable.
    pub fn set_items(&mut self, name: impl Into<Cow<'static, str>>, items: Vec<Item<'a>>) {
        self.variables.insert(name.into(), items);
    }

    /// Sets the resources among which `resolve()` finds the target of a reference, with their contained resources.
    /// Nothing is read from a server: the target of any other reference is empty.
    pub fn set_targets(&mut self, resources: impl IntoIterator<Item = &'a Value>) {
        self.targets = Arc::new(Targets::of(resources));
    }

    pub(super) fn resolve(&self, reference: &Item<'a>) -> Option<Item<'a>> {
        self.targets.resolve(reference).map(|target| Item::Node(Node::root(target)))
    }

    /// Whether `%name` is defined.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.variables.contains_key(name) || constant(name).is_some()
    }

    /// Returns the current time.
    #[must_use]
    pub fn now(&self) -> &Zoned {
        &self.now
    }

    pub(super) fn zone(&self) -> &TimeZone {
        self.now.time_zone()
    }

    pub(super) fn budget(&self) -> u32 {
        self.budget
    }

    pub(super) fn variable(&self, name: &str, root: &Item<'a>) -> Result<Vec<Item<'a>>, Error> {
        if let Some(items) = self.variables.get(name) {
            return Ok(items.clone());
        }
        if matches!(name, "context" | "resource" | "rootResource") {
            return Ok(vec![root.clone()]);
        }
        let constant = constant(name).ok_or_else(|| Error::UnknownVariable(name.to_owned()))?;
        Ok(vec![Item::String(Cow::Borrowed(constant))])
    }
}

fn constant(name: &str) -> Option<&'static str> {
    match name {
        "sct" => Some("http://snomed.info/sct"),
        "loinc" => Some("http://loinc.org"),
        "ucum" => Some("http://unitsofmeasure.org"),
        _ => None,
    }
}
