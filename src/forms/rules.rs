//! Rules of an item or form: expressions that are evaluated on the answers.

use serde_json::Value;

use super::translation::Text;
use crate::fhirpath::{self, Environment, Expression};

/// Expressions of an item, or of the form itself, that are evaluated on the answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    /// Variables, each after those it uses.
    pub(super) variables: Vec<Variable>,
    /// Variables that are not evaluated here.
    pub(super) foreign_variables: Vec<ForeignVariable>,
    /// `enableWhenExpression`.
    pub(super) enabling: Option<Rule>,
    /// `calculatedExpression`.
    pub(super) calculation: Option<Rule>,
    /// `answerExpression`: the answers to choose from.
    pub(super) offer: Option<Expression>,
    /// Text of the item.
    pub(super) text: Option<Expression>,
    pub(super) constraints: Vec<Constraint>,
    /// Texts of constraints that are no `FHIRPath`, so that a person has to check them.
    pub(super) unchecked: Vec<Text>,
    /// `answerOptionsToggleExpression`.
    pub(super) toggles: Vec<Toggle>,
}

/// Named expression, known to the item that declares it and everything below it.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) expression: Expression,
    /// Whether it depends on the answers, and not on the chart alone. Set when the complete form is known.
    pub(super) is_on_answers: bool,
}

impl Variable {
    /// Defines the variable by its value. One that uses what was not loaded has the items that are known.
    pub(super) fn define_in<'r>(&'r self, env: &mut Environment<'r>, focus: &'r Value) {
        let name = self.name.clone();
        match self.expression.evaluate(env, focus) {
            Err(fhirpath::Error::Missing(_)) => {
                let known = self.expression.evaluate(&env.clone().with_known_only(), focus);
                env.set_known_items(name, known.unwrap_or_default());
            }
            found => env.set_items(name, found.unwrap_or_default()),
        }
    }
}

/// Variable in a language that is not evaluated here.
#[derive(Clone, Debug)]
pub(super) struct ForeignVariable {
    pub(super) name: String,
    pub(super) language: String,
}

/// Expression whose result other rules may depend on.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) expression: Expression,
    /// Number of rules that have to be evaluated before it, one after the other. Set when the complete form is known.
    pub(super) rank: usize,
}

/// Condition that valid answers fulfil.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    pub(super) expression: Expression,
    /// Whether answers that break it cannot be sent. A warning can be passed.
    pub(super) is_error: bool,
    /// Sentence for the person who answers.
    pub(super) human: Text,
}

/// Options that can be chosen only if an expression is true.
#[derive(Clone, Debug)]
pub(super) struct Toggle {
    /// Keys of the options.
    pub(super) options: Vec<String>,
    pub(super) expression: Expression,
}

/// Smallest or largest value of an answer.
#[derive(Clone, Debug)]
pub(super) enum Limit {
    Fixed(Value),
    Computed(Expression),
}

impl Rules {
    /// Whether an item looks otherwise when other answers change: another text, or other answers to choose from.
    pub(super) fn changes_looks(&self) -> bool {
        self.offer.is_some() || self.text.is_some() || !self.toggles.is_empty()
    }

    /// Returns the expressions, without those of variables.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Expression> {
        let rules = [&self.enabling, &self.calculation].into_iter().flatten().map(|rule| &rule.expression);
        let others = [&self.offer, &self.text].into_iter().flatten();
        let constraints = self.constraints.iter().map(|constraint| &constraint.expression);
        rules.chain(others).chain(constraints).chain(self.toggles.iter().map(|toggle| &toggle.expression))
    }
}

impl Variable {
    pub(super) fn new(name: impl Into<String>, expression: Expression) -> Self {
        Self { name: name.into(), expression, is_on_answers: false }
    }
}

impl Rule {
    pub(super) fn new(expression: Expression) -> Self {
        Self { expression, rank: 0 }
    }
}

impl Limit {
    pub(super) fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Computed(expression) => Some(expression),
            Self::Fixed(_) => None,
        }
    }
}
