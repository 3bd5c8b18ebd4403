//! Dates, date-times and times of day of any precision.

mod boundary;
mod order;
mod parse;
mod shift;
mod text;
mod value;

pub use value::Temporal;
pub(super) use value::{Kind, Precision};
