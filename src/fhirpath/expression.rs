//! The parsed form of an expression. Chains are flat lists, so that depth is bounded by nesting alone.

use serde_json::Value;

use super::evaluate::Run;
use super::function::Function;
use super::parser::Parser;
use super::{Decimal, Environment, Error, Item, Temporal};

/// A parsed expression: parse once, evaluate many times, from any thread.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Expr,
    variables: Vec<String>,
}

impl Expression {
    /// Longest text taken, in bytes.
    pub const MAX_LENGTH: usize = 8 * 1024;
    /// Deepest nesting of parentheses, arguments and indexers taken.
    pub const MAX_DEPTH: usize = 24;

    /// Parses `FHIRPath`.
    ///
    /// # Errors
    /// When the text is too long, nested too deep, not `FHIRPath`, or uses a function outside the subset.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut parser = Parser::new(text)?;
        let root = parser.whole()?;
        Ok(Self { root, variables: parser.variables() })
    }

    /// The names of the variables it mentions (`patient` for `%patient`), each once, in order of first mention.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    #[cfg(test)]
    pub(super) fn root(&self) -> &Expr {
        &self.root
    }

    /// Evaluates against a focus.
    ///
    /// # Errors
    /// As `FHIRPath` demands (an unknown variable, several items where one is needed, a wrong type), and when the
    /// budget of the environment is spent.
    pub fn evaluate<'a>(&'a self, env: &Environment<'a>, focus: &'a Value) -> Result<Vec<Item<'a>>, Error> {
        Run::new(env, focus).whole(&self.root)
    }
}

#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// The focus, when an expression starts with a name or a function.
    Focus,
    This,
    Index,
    Total,
    Empty,
    Literal(Literal),
    Variable(String),
    Path(Box<Self>, Vec<Step>),
    /// Operators of one level of precedence, from left to right.
    Chain(Box<Self>, Vec<(Operator, Self)>),
    /// `is` and `as`, from left to right.
    Types(Box<Self>, Vec<(TypeOperator, TypeName)>),
    Negated(Box<Self>),
}

#[derive(Clone, Debug)]
pub(super) enum Literal {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    String(String),
    Temporal(Temporal),
    Quantity(Decimal, String),
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Member(String),
    Index(Expr),
    Call(Function, Vec<Expr>),
    OfType(TypeOperator, TypeName),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operator {
    Times,
    Over,
    Div,
    Mod,
    Plus,
    Minus,
    Concatenate,
    Union,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Equal,
    Equivalent,
    NotEqual,
    NotEquivalent,
    In,
    Contains,
    And,
    Or,
    Xor,
    Implies,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum TypeOperator {
    Is,
    As,
    OfType,
}

/// A type specifier without its namespace: `FHIR.Patient` and `Patient` are the same here.
#[derive(Clone, Debug)]
pub(super) struct TypeName(pub(super) String);
