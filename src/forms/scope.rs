//! Variables that the expressions of an item may use while a form is filled, and the sources behind them.

use ahash::AHashMap;
use serde_json::Value;

use super::rules::Variable;
use crate::fhirpath::{self, Environment, Expression, Item};

static NOTHING: Value = Value::Null;

/// Environment of expressions, with the origin of each variable.
#[derive(Clone)]
pub(super) struct Scope<'f> {
    pub(super) env: Environment<'f>,
    origins: AHashMap<&'f str, Origin<'f>>,
}

/// Origin of a value.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin<'f> {
    /// Names of the sources that it uses, directly or through variables, sorted.
    pub(super) sources: Vec<&'f str>,
    /// Error of a variable that it uses.
    pub(super) error: Option<fhirpath::Error>,
    /// Whether it depends on the entry of the chart behind a row, and the row has none.
    pub(super) is_of_blank_row: bool,
}

impl Origin<'_> {
    pub(super) fn add(&mut self, other: &Self) {
        for source in &other.sources {
            if let Err(at) = self.sources.binary_search(source) {
                self.sources.insert(at, source);
            }
        }
        self.error = self.error.take().or_else(|| other.error.clone());
        self.is_of_blank_row |= other.is_of_blank_row;
    }
}

impl<'f> Scope<'f> {
    /// Returns the scope of a form: its sources, each under the names that the form has for it.
    pub(super) fn new(env: Environment<'f>, sources: impl Iterator<Item = (&'f str, &'f str)>) -> Self {
        let origin = |source| Origin { sources: vec![source], ..Origin::default() };
        let origins = sources.map(|(name, source)| (name, origin(source))).collect();
        Self { env, origins }
    }

    /// Returns the origin of what an expression finds.
    pub(super) fn origin(&self, expression: &Expression) -> Origin<'f> {
        let mut origin = Origin::default();
        self.used(expression).for_each(|other| origin.add(other));
        origin
    }

    /// Evaluates an expression.
    ///
    /// # Errors
    /// Its error, or that of a variable that it uses.
    pub(super) fn evaluate(
        &self,
        expression: &'f Expression,
        focus: &'f Value,
    ) -> Result<Vec<Item<'f>>, fhirpath::Error> {
        match self.used(expression).find_map(|origin| origin.error.clone()) {
            Some(error) => Err(error),
            None => expression.evaluate(&self.env, focus),
        }
    }

    /// Returns the origins of the variables that an expression uses.
    fn used<'s>(&'s self, expression: &'s Expression) -> impl Iterator<Item = &'s Origin<'f>> {
        expression.variables().iter().filter_map(|name| self.origins.get(name.as_str()))
    }

    /// Declares variables, each after those it uses.
    pub(super) fn declare(&mut self, variables: &'f [Variable]) {
        for Variable { name, expression, .. } in variables {
            let mut origin = self.origin(expression);
            let items = self.evaluate(expression, &NOTHING).unwrap_or_else(|error| {
                // Questions that depend on a failed variable are reported as not loaded.
                origin.error = Some(error);
                Vec::new()
            });
            if self.uses_missing(expression) {
                self.env.set_known_items(name.clone(), items);
                self.origins.insert(name, origin);
            } else {
                self.set(name, items, origin);
            }
        }
    }

    /// Whether an expression uses a source that was not loaded, or a variable that did. A branch that is not taken uses
    /// none.
    pub(super) fn uses_missing(&self, expression: &'f Expression) -> bool {
        let names_missing = expression.variables().iter().any(|name| self.env.is_missing(name));
        let refused = || expression.evaluate(&self.env.clone().refusing_missing(), &NOTHING);
        names_missing && matches!(refused(), Err(fhirpath::Error::Missing(_)))
    }

    pub(super) fn set(&mut self, name: &'f str, items: Vec<Item<'f>>, origin: Origin<'f>) {
        self.env.set_items(name.to_owned(), items);
        self.origins.insert(name, origin);
    }
}
