//! Syntax tree of an expression. Chains are flat lists, so the depth of the tree is bounded by nesting alone.

use super::decimal::Decimal;
use super::function::Function;
use super::temporal::Temporal;

/// Expression.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    /// Focus of an expression that starts with a name or a function.
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
    /// `defineVariable()`: the name, and the value unless it is the input.
    Define(String, Option<Expr>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Operator {
    Times,
    Divide,
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

/// Type specifier: `Patient`, `FHIR.Patient` or `System.String`.
#[derive(Clone, Debug)]
pub(super) struct TypeName {
    pub(super) namespace: Option<Namespace>,
    pub(super) name: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Namespace {
    Fhir,
    System,
}
