//! Environment of an evaluation: variables, current time, targets of references, budget.

use std::borrow::Cow;
use std::sync::Arc;

use ahash::AHashMap;
use jiff::Zoned;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::error::Error;
use super::item::Item;
use super::node::Node;
use super::response_items::ResponseItems;
use super::targets::Targets;
use super::unit::UCUM_SYSTEM;
use super::value_sets::ValueSets;

/// Default budget of one evaluation, in steps.
const DEFAULT_BUDGET: u32 = 200_000;

/// Variables (`%patient`), the current time in the site's time zone, the resources that `resolve()` finds, the value sets
/// of `memberOf()`, and the step budget.
#[derive(Clone, Debug)]
pub struct Environment<'a> {
    now: Zoned,
    variables: Variables<'a>,
    targets: Arc<Targets<'a>>,
    response_items: Option<Arc<ResponseItems<'a>>>,
    value_sets: Option<Arc<dyn ValueSets>>,
    refuses_missing: bool,
    budget: u32,
}

/// Variables by name. A copy shares those that it was made with: each item of a form is evaluated in a copy of the environment
/// around it, with few variables of its own.
#[derive(Clone, Debug, Default)]
struct Variables<'a> {
    shared: Arc<AHashMap<Name, Known<'a>>>,
    /// Variables that were defined while others shared the map. They come first.
    own: Vec<(Name, Known<'a>)>,
}

type Name = Cow<'static, str>;

/// Items that are known of a variable.
#[derive(Clone, Debug)]
struct Known<'a> {
    items: Vec<Item<'a>>,
    /// Whether these are not all.
    is_missing: bool,
}

impl<'a> Variables<'a> {
    fn get(&self, name: &str) -> Option<&Known<'a>> {
        let own = self.own.iter().find(|(known, _)| known == name).map(|(_, items)| items);
        own.or_else(|| self.shared.get(name))
    }

    fn set(&mut self, name: Name, known: Known<'a>) {
        if let Some((_, before)) = self.own.iter_mut().find(|(own, _)| *own == name) {
            *before = known;
        } else if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.insert(name, known);
        } else {
            self.own.push((name, known));
        }
    }
}

impl<'a> Environment<'a> {
    /// Returns an environment without variables. `today()` is the date of `now` in its own time zone.
    #[must_use]
    pub fn new(now: Zoned) -> Self {
        Self {
            now,
            variables: Variables::default(),
            targets: Arc::default(),
            response_items: None,
            value_sets: None,
            refuses_missing: false,
            budget: DEFAULT_BUDGET,
        }
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

    /// Defines `%resource` and `%rootResource` as a `QuestionnaireResponse`, whose items are found by their `linkId` without
    /// a search.
    pub fn set_response(&mut self, response: &'a Value) {
        self.set("resource", response);
        self.set("rootResource", response);
        self.response_items = Some(Arc::new(ResponseItems::of(response)));
    }

    /// Returns the items of the response, if this variable is one.
    pub(super) fn response_items(&self, name: &str) -> Option<&ResponseItems<'a>> {
        self.response_items.as_deref().filter(|_| matches!(name, "resource" | "rootResource"))
    }

    /// Defines `%name` as a collection. An empty collection is defined, which is not the same as an unknown variable.
    pub fn set_items(&mut self, name: impl Into<Cow<'static, str>>, items: Vec<Item<'a>>) {
        self.variables.set(name.into(), Known { items, is_missing: false });
    }

    /// Defines `%name` as the items that are known of it, if not all are: an expression that finds nothing in them says
    /// nothing.
    pub fn set_known_items(&mut self, name: impl Into<Cow<'static, str>>, items: Vec<Item<'a>>) {
        self.variables.set(name.into(), Known { items, is_missing: true });
    }

    /// Returns the same environment, in which an expression that uses a variable of unknown items is an error. Otherwise it
    /// finds those that are known.
    #[must_use]
    pub fn refusing_missing(mut self) -> Self {
        self.refuses_missing = true;
        self
    }

    /// Returns the same environment, in which an expression finds the known items of each variable.
    #[must_use]
    pub fn with_known_only(mut self) -> Self {
        self.refuses_missing = false;
        self
    }

    /// Whether the items of `%name` are not all known.
    #[must_use]
    pub fn is_missing(&self, name: &str) -> bool {
        self.variables.get(name).is_some_and(|known| known.is_missing)
    }

    /// Sets the resources among which `resolve()` finds the target of a reference, with their contained resources.
    /// Nothing is read from a server: the target of any other reference is empty.
    pub fn set_targets(&mut self, resources: impl IntoIterator<Item = &'a Value>) {
        self.targets = Arc::new(Targets::of(resources));
    }

    /// Supplies the value sets of `memberOf()`. Without them, and for a value set that they do not know, it is an error.
    pub fn set_value_sets(&mut self, value_sets: Arc<dyn ValueSets>) {
        self.value_sets = Some(value_sets);
    }

    /// Whether a value set contains a code. `None` if the value set is not known.
    pub(super) fn is_member(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        self.value_sets.as_ref()?.contains(value_set, system, code)
    }

    pub(super) fn resolve(&self, reference: &Item<'a>) -> Option<Item<'a>> {
        self.targets.resolve(reference).map(|target| Item::Node(Node::root(target)))
    }

    /// Whether `%name` is defined.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.variables.get(name).is_some() || ROOT_NAMES.contains(&name) || constant(name).is_some()
    }

    /// Whether all of these variables are defined and empty, and may be used.
    pub(super) fn knows_nothing_of(&self, names: &[String]) -> bool {
        let is_empty = |name: &String| self.variables.get(name).is_some_and(|known| known.items.is_empty());
        !self.refuses_missing && names.iter().all(is_empty)
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
        match self.variables.get(name) {
            Some(known) if known.is_missing && self.refuses_missing => {
                return Err(Error::Missing(name.to_owned()));
            }
            Some(known) => return Ok(known.items.clone()),
            None => {}
        }
        if ROOT_NAMES.contains(&name) {
            return Ok(vec![root.clone()]);
        }
        let constant = constant(name).ok_or_else(|| Error::UnknownVariable(name.to_owned()))?;
        Ok(vec![Item::String(constant)])
    }
}

/// Variables that are the resource of the evaluation, unless they are defined otherwise.
const ROOT_NAMES: &[&str] = &["context", "resource", "rootResource"];

/// Whether the name of a variable is an abbreviation of the URL of a value set or extension of FHIR.
pub(super) fn is_url(name: &str) -> bool {
    name.starts_with("vs-") || name.starts_with("ext-")
}

/// Returns the value of a variable that the specification defines: a code system, or the URL of a value set
/// (`vs-`) or of an extension (`ext-`) of FHIR.
fn constant(name: &str) -> Option<Cow<'static, str>> {
    let url = |kind: &str, id: &str| Some(Cow::Owned(format!("http://hl7.org/fhir/{kind}/{id}")));
    match name {
        "sct" => Some(Cow::Borrowed("http://snomed.info/sct")),
        "loinc" => Some(Cow::Borrowed("http://loinc.org")),
        "ucum" => Some(Cow::Borrowed(UCUM_SYSTEM)),
        _ => match name.split_once('-')? {
            ("vs", id) => url("ValueSet", id),
            ("ext", id) => url("StructureDefinition", id),
            _ => None,
        },
    }
}
