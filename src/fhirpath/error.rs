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
    /// Parentheses, arguments, indexers and variables are nested deeper than the limit.
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
    /// The items of the variable are not known, or not all of them.
    #[error("the content of %{0} is not known")]
    Missing(String),
    /// `defineVariable()` names a variable that exists.
    #[error("the variable %{0} is already defined")]
    DefinedTwice(String),
    /// A collection has several items where one is expected.
    #[error("{0} expected a single item and found several")]
    NotSingleton(&'static str),
    /// An operand has a type that the operation does not support.
    #[error("{0} does not support the type of its operand")]
    WrongType(&'static str),
    /// The type is neither a system type nor a type of FHIR R4.
    #[error("the type {0} is not known")]
    UnknownType(String),
    /// A number or date cannot be represented.
    #[error("the number or date of {0} is out of range")]
    OutOfRange(&'static str),
    /// The text is not a regular expression, or one that needs more memory than the limit.
    #[error("{function}(): the pattern is not a regular expression: {reason}")]
    BadPattern {
        /// Function that uses the pattern.
        function: &'static str,
        /// First line of the reason, or a name for it.
        reason: String,
    },
    /// `encode()`, `decode()`, `escape()` or `unescape()` does not support the format.
    #[error("{function}() does not support the format {format}")]
    UnknownFormat {
        /// Function with the format as argument.
        function: &'static str,
        /// Format in the expression.
        format: String,
    },
    /// `conformsTo()` names a profile. Only the base definitions of FHIR R4 are known.
    #[error("the profile {0} is not known")]
    UnknownProfile(String),
    /// The environment does not supply the value set of `memberOf()`.
    #[error("the value set {0} is not known: memberOf() needs a terminology server for it")]
    UnknownValueSet(String),
    /// The evaluation exceeded its step budget.
    #[error("the evaluation needs more than {limit} steps")]
    Budget {
        /// The budget in steps.
        limit: u32,
    },
}
