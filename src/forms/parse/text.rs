//! Text of an expression.

use super::super::error::Error;
use crate::fhirpath::Expression;

/// Parses an expression.
///
/// # Errors
/// [`Error::Expression`] with the reason.
pub(in crate::forms) fn parse_expression(
    text: &str,
    place: &str,
    element: &'static str,
) -> Result<Expression, Error> {
    Expression::parse(text).map_err(|source| Error::Expression { place: place.to_owned(), element, source })
}
