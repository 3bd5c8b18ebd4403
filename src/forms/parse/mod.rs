//! Reading of a Questionnaire: every problem of a form is found in one pass, with what is left out of it.

mod depends;
mod expression;
mod extensions;
mod findings;
mod form;
mod item;
mod options;
mod population;
mod rules;
mod scopes;
mod shared_codes;
mod text;
mod validate;

pub(super) use options::{codes_of, coding, expanded};
pub(super) use text::parse_expression;
