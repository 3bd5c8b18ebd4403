//! Boundaries and precision of values.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean, single};
use super::function::Function;
use super::item::Item;
use super::scalar::{Scalar, as_temporal, scalar};

/// Digits after the decimal point of a boundary, unless they are given.
const DEFAULT_DIGITS: u32 = 8;
/// Largest number of digits after the decimal point.
const MAX_DIGITS: u32 = 20;

impl<'a> Run<'_, 'a> {
    pub(super) fn boundary_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let Some(item) = single(input, call.name())? else {
            return Ok(Vec::new());
        };
        match call.function {
            Function::Comparable => self.comparable(call, &item),
            Function::Precision => Ok(precision(&scalar(&item)?)?.map(Item::Integer).into_iter().collect()),
            _ => self.boundary(call, &item),
        }
    }

    fn comparable(&self, call: Call<'_, 'a>, item: &Item<'a>) -> Result<Items<'a>, Error> {
        let other = self.argument(call, 0)?;
        let Some(other) = single(other, "comparable")? else {
            return Ok(Vec::new());
        };
        match (scalar(item)?, scalar(&other)?) {
            (Scalar::Quantity(_, unit), Scalar::Quantity(_, other)) => {
                self.charge_units(unit, other)?;
                Ok(boolean(Some(unit.is_comparable(other))))
            }
            _ => Err(Error::WrongType("comparable")),
        }
    }

    fn boundary(&self, call: Call<'_, 'a>, item: &Item<'a>) -> Result<Items<'a>, Error> {
        let greatest = call.function == Function::HighBoundary;
        let digits = match self.integer_argument(call, 0)? {
            None => None,
            Some(digits) => match u32::try_from(digits) {
                Ok(digits) => Some(digits),
                Err(_) => return Ok(Vec::new()),
            },
        };
        let scalar = scalar(item)?;
        let found = match (&scalar, as_temporal(&scalar)) {
            (_, Some(moment)) => moment.boundary(greatest, digits).map(Item::Temporal),
            (Scalar::Number(value, _), _) => limit(*value, greatest, digits).map(Item::Decimal),
            (Scalar::Quantity(value, unit), _) => limit(*value, greatest, digits)
                .map(|value| Item::Quantity(value, Cow::Owned(unit.code.to_owned()))),
            (Scalar::Nothing, _) => None,
            _ => return Err(Error::WrongType(call.name())),
        };
        Ok(found.into_iter().collect())
    }
}

/// Returns the number half a unit of the last digit away. Towards zero it is cut off, away from zero rounded to `digits`
/// after the decimal point.
fn limit(value: Decimal, greatest: bool, digits: Option<u32>) -> Option<Decimal> {
    let digits = digits.unwrap_or(DEFAULT_DIGITS);
    let half = Decimal::of(if greatest { 5 } else { -5 }, value.scale() + 1);
    let limit = value.plus(half).filter(|_| digits <= MAX_DIGITS && value.scale() < MAX_DIGITS)?;
    let away = greatest == (limit >= Decimal::ZERO);
    if away { limit.rounded(digits) } else { limit.cut(digits) }.with_scale(digits)
}

fn precision(scalar: &Scalar<'_>) -> Result<Option<i64>, Error> {
    match (scalar, as_temporal(scalar)) {
        (_, Some(moment)) => Ok(Some(moment.digits().into())),
        (Scalar::Number(value, _) | Scalar::Quantity(value, _), _) => Ok(Some(value.scale().into())),
        (Scalar::Nothing, _) => Ok(None),
        _ => Err(Error::WrongType("precision")),
    }
}
