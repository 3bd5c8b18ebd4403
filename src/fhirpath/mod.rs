//! `FHIRPath`: parser and evaluator of expressions.
//!
//! For: the expressions of a form (SDC population, calculation, enabling). A form is untrusted input, so an expression
//! is parsed under limits of length and nesting, and each evaluation has a step budget. `resolve()` finds only resources
//! that the caller has, `memberOf()` only value sets. Not for: anything that needs the network. A function outside the
//! subset is refused at parse time, by name. Errors name parts of the expression, never values of a chart.
//!
//! Spec: `FHIRPath` 2.0 (N1) with FHIR R4's types and functions; from 3.0 `sort`, `defineVariable`, aggregates, boundaries
//! and parts of dates; `weight()` of SDC. Units: UCUM.
//!
//! The evaluator is our own, because the published engines clone whole resources, print values, need generated models,
//! or have no budget.

mod aggregates;
mod analysis;
mod boundaries;
mod call;
mod choice;
mod codes;
mod collections;
mod compare;
mod convert;
mod dates;
mod decimal;
mod decimal_math;
mod elements;
mod environment;
mod error;
mod evaluate;
mod expression;
mod function;
mod item;
mod lambdas;
mod lexer;
mod lookup;
mod matching;
mod math;
mod members;
mod model;
mod node;
mod operators;
mod parse_step;
mod parser;
mod pattern;
mod quantity;
mod ratio;
mod response_items;
mod scalar;
mod sort;
mod strings;
mod syntax;
mod targets;
mod temporal;
#[cfg(test)]
mod tests;
mod types;
mod ucum;
mod unit;
mod value_sets;
mod weights;

pub use decimal::Decimal;
pub use environment::Environment;
pub use error::Error;
pub use expression::Expression;
pub use item::Item;
pub use model::{ElementDefinition, element_definition};
pub use node::Node;
pub use pattern::Pattern;
pub use temporal::Temporal;
pub use ucum::convert;
pub use value_sets::ValueSets;
