//! `FHIRPath`: parser and evaluator of expressions.
//!
//! For: the expressions of a form (SDC population, calculation, enabling). A form is untrusted input, so an expression
//! is parsed under limits of length and nesting, and each evaluation has a step budget. `resolve()` finds only resources
//! that the caller has. Not for: terminology, or anything that needs the network or a model of all FHIR types. A function outside the subset is
//! refused at parse time, by name. Errors name parts of the expression, never values of a chart.
//!
//! Spec: `FHIRPath` 2.0 (N1) with FHIR R4's choice types, primitive siblings and `extension()`; `sort` and `sum` as in
//! 3.0.
//!
//! The evaluator is our own, because the published engines clone whole resources, print values, need generated models,
//! or have no budget.

mod choice;
mod collections;
mod compare;
mod convert;
mod decimal;
mod environment;
mod error;
mod evaluate;
mod expression;
mod function;
mod item;
mod lexer;
mod operators;
mod parser;
mod strings;
mod syntax;
mod targets;
mod temporal;
#[cfg(test)]
mod tests;
mod types;

pub use decimal::Decimal;
pub use environment::Environment;
pub use error::Error;
pub use expression::Expression;
pub use item::{Item, Node};
pub use temporal::Temporal;
