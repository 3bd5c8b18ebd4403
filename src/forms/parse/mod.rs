//! Reading of a Questionnaire: every problem of a form is found in one pass, with what is left out of it.

mod expression;
mod extensions;
mod findings;
mod form;
mod item;
mod options;
mod validate;

pub(super) use expression::parse_expression;
