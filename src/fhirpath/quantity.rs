//! Arithmetic of quantities.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::Run;
use super::item::Item;
use super::syntax::Operator;
use super::ucum;
use super::unit::{Unit, calendar_unit};

/// Quantity: value and unit.
pub(super) type Quantity<'i> = (Decimal, Unit<'i>);

/// Unit of a number.
const ONE: &str = "1";

impl<'a> Run<'_, 'a> {
    /// Adds, subtracts, multiplies or divides quantities. `None` if they cannot be added, and for a division by zero.
    pub(super) fn quantities(
        &self,
        operator: Operator,
        (left, unit): Quantity<'_>,
        (right, other): Quantity<'_>,
    ) -> Result<Option<Item<'a>>, Error> {
        self.charge_units(unit, other)?;
        let what = operator.name();
        let out_of_range = || Error::OutOfRange(what);
        let (value, result) = match operator {
            Operator::Plus | Operator::Minus => {
                let Some(common) = unit.smaller(other) else {
                    return Ok(None);
                };
                let (Some(left), Some(right)) = (unit.convert(left, common), other.convert(right, common))
                else {
                    return Ok(None);
                };
                let right = if operator == Operator::Minus { right.negated() } else { Some(right) };
                (right.and_then(|right| left.plus(right)).ok_or_else(out_of_range)?, common.code.to_owned())
            }
            Operator::Times | Operator::Divide => {
                let divided = operator == Operator::Divide;
                if divided && right.is_zero() {
                    return Ok(None);
                }
                let value = if divided { left.divided_by(right) } else { left.times(right) };
                let unit = combined(unit, other, divided).ok_or(Error::WrongType(what))?;
                (value.ok_or_else(out_of_range)?, unit)
            }
            _ => return Err(Error::WrongType(what)),
        };
        Ok(Some(Item::Quantity(value, Cow::Owned(result))))
    }
}

/// Returns a number as a quantity.
pub(super) fn number(value: Decimal) -> Quantity<'static> {
    (value, Unit::of_code(ONE))
}

/// Unit of a product or quotient. A number leaves the other unit as it is, also a temperature or an unknown unit.
fn combined(unit: Unit<'_>, other: Unit<'_>, divided: bool) -> Option<String> {
    match (unit.code, other.code) {
        (unit, ONE) => Some(unit.to_owned()),
        (ONE, other) if !divided => Some(other.to_owned()),
        (code, other_code) if divided && code == other_code => Some(ONE.to_owned()),
        _ => ucum::combined(unit.ucum_code()?, other.ucum_code()?, divided),
    }
}

/// Parses a quantity as written in an expression: `12`, `4 days` or `1.5 'mg'`.
pub(super) fn parse_quantity(text: &str) -> Option<(Decimal, String)> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && !matches!(letter, '.' | '+' | '-'));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    let value = Decimal::parse(number.strip_prefix('+').unwrap_or(number))?;
    let unit = unit.trim_start();
    let unit = match unit.strip_prefix('\'') {
        Some(quoted) => {
            quoted.strip_suffix('\'').filter(|unit| !unit.is_empty() && !unit.contains('\''))?.to_owned()
        }
        None if unit.is_empty() => ONE.to_owned(),
        None => calendar_unit(unit)?.to_owned(),
    };
    Some((value, unit))
}
