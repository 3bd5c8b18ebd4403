//! Names that the expressions of a form may use.

use std::collections::BTreeSet;

use super::super::error::Error;
use super::super::item::Item;
use super::super::questionnaire::Form;
use super::super::rules::Limit;
use super::findings::Findings;
use crate::fhirpath::Expression;

/// Place of a problem that is about no item.
const FORM: &str = "form";
/// Variables that every expression may use.
const ALWAYS_KNOWN: [&str; 8] =
    ["resource", "rootResource", "context", "questionnaire", "qitem", "sct", "loinc", "ucum"];

/// Checks that each variable of an expression is declared by the form, by its item or by an item around it, and that no
/// name is declared twice there.
pub(super) fn known_variables(form: &Form, findings: &mut Findings) {
    let mut scope = Scope { names: ALWAYS_KNOWN.to_vec(), findings };
    scope.names.extend(form.launch_context.iter().map(|known| known.name.as_str()));
    for query in form.queries() {
        scope.declare(FORM, &query.name);
    }
    scope.declare_all(FORM, form.rules.variables.iter().map(|variable| variable.name.as_str()));
    for query in form.queries() {
        scope.check(&query.name, query.variables());
    }
    scope.check_expressions(FORM, form.rules.variables.iter().map(|variable| &variable.expression));
    scope.check_expressions(FORM, form.rules.expressions());
    form.items.iter().for_each(|item| scope.item(item));
}

struct Scope<'f, 'p> {
    names: Vec<&'f str>,
    findings: &'p mut Findings,
}

impl<'f> Scope<'f, '_> {
    fn item(&mut self, item: &'f Item) {
        let outside = self.names.len();
        if let Some(population) = &item.population {
            self.check(&item.link_id, population.expression.variables());
            self.declare(&item.link_id, &population.name);
        }
        let variables = &item.rules.variables;
        self.declare_all(&item.link_id, variables.iter().map(|variable| variable.name.as_str()));
        self.check_expressions(&item.link_id, variables.iter().map(|variable| &variable.expression));
        self.check_expressions(&item.link_id, expressions(item));
        item.items.iter().for_each(|child| self.item(child));
        self.names.truncate(outside);
    }

    fn declare_all(&mut self, place: &str, names: impl Iterator<Item = &'f str>) {
        names.for_each(|name| self.declare(place, name));
    }

    fn declare(&mut self, place: &str, name: &'f str) {
        if self.names.contains(&name) {
            self.findings.unsupported(place, format!("a name that is already in use, %{name},"));
        }
        self.names.push(name);
    }

    fn check_expressions(&mut self, place: &str, expressions: impl Iterator<Item = &'f Expression>) {
        for expression in expressions {
            self.check(place, expression.variables());
        }
    }

    fn check<'n>(&mut self, place: &str, names: impl IntoIterator<Item = &'n String>) {
        let unknown: BTreeSet<&String> =
            names.into_iter().filter(|name| !self.names.contains(&name.as_str())).collect();
        for name in unknown {
            let (place, name) = (place.to_owned(), name.clone());
            self.findings.errors.push(Error::UnknownVariable { place, name });
        }
    }
}

/// Returns the expressions of an item, without those of its variables.
fn expressions(item: &Item) -> impl Iterator<Item = &Expression> {
    let own = [&item.initial_expression, &item.candidate_expression].into_iter().flatten();
    let limits = [&item.min, &item.max].into_iter().flatten().filter_map(Limit::expression);
    let columns = item.columns.iter().map(|column| &column.path);
    own.chain(limits).chain(columns).chain(item.rules.expressions())
}
