//! What can be wrong with an expression, or go wrong while it runs.

use thiserror::Error as ThisError;

/// Why an expression cannot be parsed or evaluated. Carries names from the expression, never values from a chart.
#[derive(Clone, Debug, Eq, PartialEq, ThisError)]
pub enum Error {
    /// The text is not `FHIRPath`; `at` is a byte offset.
    #[error("at character {at}: expected {expected}")]
    Syntax {
        /// Byte offset into the expression.
        at: usize,
        /// What would have been understood there.
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
    /// A function outside the supported subset.
    #[error("the function {0}() is not supported")]
    UnknownFunction(String),
    /// A function with too few or too many arguments.
    #[error("{0}() was given a wrong number of arguments")]
    ArgumentCount(&'static str),
    /// A variable that the environment does not define.
    #[error("the variable %{0} is not defined")]
    UnknownVariable(String),
    /// A collection of several items where one is needed.
    #[error("{0} needs a single item and found several")]
    NotSingleton(&'static str),
    /// An operand of a type that the operation does not take.
    #[error("{0} was given a type it does not take")]
    WrongType(&'static str),
    /// The type of an element cannot be known without a model of FHIR's types.
    #[error("it is not known whether an element is a {0}")]
    UnknownType(String),
    /// A number or date beyond what can be represented.
    #[error("{0} gave a number or date out of range")]
    OutOfRange(&'static str),
    /// The evaluation needed more steps than its budget.
    #[error("the evaluation needs more than {limit} steps")]
    Budget {
        /// The budget in steps.
        limit: u32,
    },
}
