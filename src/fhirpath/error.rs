//! Errors of parsing and of evaluation.

use thiserror::Error as ThisError;

/// Error of parsing or evaluating an expression. Contains names from the expression, never values from a chart.
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The text is not `FHIRPath`.
    #[error("at byte {at}: expected {expected}")]
    Syntax {
        /// Byte offset into the expression.
        at: usize,
        /// Syntax element expected there.
        expected: &'static str,
    },
    /// The expression is longer than the limit.
    #[error("the expression is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Parentheses, arguments and indexers are nested deeper than the limit.
    #[error("the expression is nested deeper than {limit} levels")]
    TooDeep {
        /// The limit in levels.
        limit: usize,
    },
    /// The function is not in the supported subset.
    #[error("the function {0}() is not supported")]
    UnknownFunction(String),
    /// The function has too few or too many arguments.
    #[error("{0}() has a wrong number of arguments")]
    ArgumentCount(&'static str),
    /// The environment does not define the variable.
    #[error("the variable %{0} is not defined")]
    UnknownVariable(String),
    /// A collection has several items where one is expected.
    #[error("{0} expected a single item and found several")]
    NotSingleton(&'static str),
    /// An operand has a type that the operation does not support.
    #[error("{0} does not support the type of its operand")]
    WrongType(&'static str),
    /// The type of an element is unknown without a model of FHIR's types.
    #[error("whether an element is a {0} cannot be determined")]
    UnknownType(String),
    /// A number or date cannot be represented.
    #[error("the number or date of {0} is out of range")]
    OutOfRange(&'static str),
    /// The evaluation exceeded its step budget.
    #[error("the evaluation needs more than {limit} steps")]
    Budget {
        /// The budget in steps.
        limit: u32,
    },
}
