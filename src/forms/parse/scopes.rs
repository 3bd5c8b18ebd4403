//! Names that the expressions of a form may use.

use super::super::error::Error;
use super::super::item::Item;
use super::super::questionnaire::Form;
use super::super::remark::RemarkKind;
use super::super::rules::{Limit, Rules};
use super::findings::Findings;
use crate::fhirpath::Expression;

/// Place of a problem that is about no item.
const FORM: &str = "form";
/// Variables that every expression may use.
const ALWAYS_KNOWN: [&str; 8] =
    ["resource", "rootResource", "context", "questionnaire", "qitem", "sct", "loinc", "ucum"];
/// Names of the launch context that a launch gives.
const GIVEN: [&str; 3] = ["patient", "user", "encounter"];

/// Checks that each variable of an expression is declared by the form, by its item or by an item around it, and that no
/// name is declared twice there. What does nothing but fill the form may use other names, and is not evaluated then.
pub(super) fn known_variables(form: &Form, findings: &mut Findings) {
    let mut scope = Scope { names: Vec::new(), findings };
    for name in &ALWAYS_KNOWN {
        scope.know(name, None);
    }
    for known in &form.launch_context {
        let lack = (!GIVEN.contains(&known.source.as_str())).then_some(Lack::NotGiven(&known.name));
        scope.know(&known.name, lack);
    }
    for query in form.queries() {
        scope.declare(FORM, &query.name, None);
    }
    scope.variables(FORM, &form.rules);
    for query in form.queries() {
        query.expressions().for_each(|expression| scope.finds(&query.name, expression));
    }
    form.rules.expressions().for_each(|expression| scope.rules_by(FORM, expression));
    form.items.iter().for_each(|item| scope.item(item));
}

/// Reason why a name has no value here.
#[derive(Clone, Copy)]
enum Lack<'f> {
    Undeclared(&'f str),
    OtherLanguage {
        name: &'f str,
        language: &'f str,
    },
    /// Part of the launch context that no launch gives.
    NotGiven(&'f str),
}

impl Lack<'_> {
    fn error(self, place: &str) -> Error {
        let place = place.to_owned();
        match self {
            Self::Undeclared(name) => Error::UnknownVariable { place, name: name.to_owned() },
            Self::OtherLanguage { name, language } => {
                Error::Unsupported { place, what: format!("the variable %{name} in the language {language}") }
            }
            Self::NotGiven(name) => {
                let what = format!("the launch context {name} for anything but filling a question");
                Error::Unsupported { place, what }
            }
        }
    }

    fn words(self) -> String {
        match self {
            Self::Undeclared(name) => format!("%{name}, which the form does not declare"),
            Self::OtherLanguage { name, language } => format!("%{name} in the language {language}"),
            Self::NotGiven(name) => format!("%{name}, which no launch gives"),
        }
    }
}

struct Name<'f> {
    name: &'f str,
    lack: Option<Lack<'f>>,
}

struct Scope<'f, 'p> {
    names: Vec<Name<'f>>,
    findings: &'p mut Findings,
}

impl<'f> Scope<'f, '_> {
    fn item(&mut self, item: &'f Item) {
        let (outside, place) = (self.names.len(), item.link_id.as_str());
        if let Some(population) = &item.population {
            self.fills(place, "itemPopulationContext", &population.expression);
            self.declare(place, &population.name, self.lack(&population.expression));
        }
        self.variables(place, &item.rules);
        if let Some(expression) = &item.initial_expression {
            // Entries that are not selected would look like a decision.
            if item.is_picker() {
                self.finds(place, expression);
            } else {
                self.fills(place, "initialExpression", expression);
            }
        }
        item.candidate_expression.iter().for_each(|expression| self.finds(place, expression));
        let limits = [&item.min, &item.max].into_iter().flatten().filter_map(Limit::expression);
        let columns = item.columns.iter().map(|column| &column.path);
        let rules = limits.chain(columns).chain(item.rules.expressions());
        rules.for_each(|expression| self.rules_by(place, expression));
        item.items.iter().for_each(|child| self.item(child));
        self.names.truncate(outside);
    }

    /// Declares the variables of an item or the form. They may use each other in any order.
    fn variables(&mut self, place: &str, rules: &'f Rules) {
        for foreign in &rules.foreign_variables {
            let (name, language) = (foreign.name.as_str(), foreign.language.as_str());
            let about = format!("the variable {name} in the language {language}");
            self.findings.remark(place, &about, RemarkKind::NotEvaluated);
            self.declare(place, name, Some(Lack::OtherLanguage { name, language }));
        }
        let first = self.names.len();
        for variable in &rules.variables {
            self.declare(place, &variable.name, None);
        }
        for _ in 0..rules.variables.len() {
            for (number, variable) in rules.variables.iter().enumerate() {
                self.names[first + number].lack = self.lack(&variable.expression);
            }
        }
        for number in first..self.names.len() {
            if let Some(lack @ (Lack::Undeclared(_) | Lack::OtherLanguage { .. })) = self.names[number].lack {
                let about = format!("the variable {} with {}", self.names[number].name, lack.words());
                self.findings.remark(place, &about, RemarkKind::NotEvaluated);
            }
        }
    }

    fn know(&mut self, name: &'f str, lack: Option<Lack<'f>>) {
        self.names.push(Name { name, lack });
    }

    fn declare(&mut self, place: &str, name: &'f str, lack: Option<Lack<'f>>) {
        if self.names.iter().any(|known| known.name == name) {
            self.findings.unsupported(place, format!("a name that is already in use, %{name},"));
        }
        self.know(name, lack);
    }

    /// Returns why an expression has no value here.
    fn lack(&self, expression: &'f Expression) -> Option<Lack<'f>> {
        self.lacks(expression).next()
    }

    fn lacks(&self, expression: &'f Expression) -> impl Iterator<Item = Lack<'f>> {
        expression.variables().iter().filter_map(|name| {
            let known = self.names.iter().rev().find(|known| known.name == *name);
            known.map_or(Some(Lack::Undeclared(name)), |known| known.lack)
        })
    }

    /// Checks an expression that does nothing but fill an item.
    fn fills(&mut self, place: &str, element: &str, expression: &'f Expression) {
        let lack = self.lacks(expression).find(|lack| !matches!(lack, Lack::NotGiven(_)));
        if let Some(lack) = lack {
            self.findings.not_filled(place, &format!("{element} with {}", lack.words()));
        }
    }

    /// Checks an expression that finds entries of the chart. What no launch gives is reported as not loaded.
    fn finds(&mut self, place: &str, expression: &'f Expression) {
        let lacks: Vec<_> =
            self.lacks(expression).filter(|lack| !matches!(lack, Lack::NotGiven(_))).collect();
        self.findings.errors.extend(lacks.into_iter().map(|lack| lack.error(place)));
    }

    /// Checks an expression that changes what is asked, computed or accepted.
    fn rules_by(&mut self, place: &str, expression: &'f Expression) {
        let errors: Vec<_> = self.lacks(expression).map(|lack| lack.error(place)).collect();
        self.findings.errors.extend(errors);
    }
}
