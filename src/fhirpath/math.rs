//! Functions on numbers and quantities.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Call, Items, Run, single};
use super::function::Function;
use super::item::Item;
use super::scalar::{Scalar, scalar};

/// Steps of a power or logarithm.
const MATH_STEPS: usize = 16;

impl<'a> Run<'_, 'a> {
    pub(super) fn math_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let what = call.name();
        let Some(item) = single(input, what)? else {
            return Ok(Vec::new());
        };
        match scalar(&item)? {
            Scalar::Nothing => Ok(Vec::new()),
            Scalar::Number(value, whole) => self.on_number(call, (value, whole)),
            Scalar::Quantity(value, unit) if matches!(call.function, Function::Abs | Function::Round) => {
                let result = self.on_number(call, (value, false))?;
                let value = result.into_iter().find_map(|item| match item {
                    Item::Decimal(value) => Some(value),
                    _ => None,
                });
                let unit = unit.code.to_owned();
                Ok(value.map(|value| Item::Quantity(value, Cow::Owned(unit))).into_iter().collect())
            }
            _ => Err(Error::WrongType(what)),
        }
    }

    /// Computes on a number, which is an integer if the flag is set.
    fn on_number(&self, call: Call<'_, 'a>, (value, whole): (Decimal, bool)) -> Result<Items<'a>, Error> {
        use Function as F;
        let what = call.name();
        let floor = value.truncated() - i128::from(!value.is_whole() && value < Decimal::ZERO);
        let rounded = match call.function {
            F::Round => {
                let digits = self.integer_argument(call, 0)?;
                let digits = u32::try_from(digits.unwrap_or(0)).map_err(|_| Error::OutOfRange(what))?;
                return Ok(vec![Item::Decimal(value.rounded(digits))]);
            }
            F::Abs if value < Decimal::ZERO => value.negated(),
            F::Abs => Some(value),
            F::Truncate => whole_number(value.truncated()),
            F::Floor => whole_number(floor),
            F::Ceiling => whole_number(floor + i128::from(!value.is_whole())),
            _ => return self.real(call, (value, whole)),
        };
        let result = rounded.ok_or(Error::OutOfRange(what))?;
        Ok(vec![if whole || call.function != F::Abs { integer(result) } else { Item::Decimal(result) }])
    }

    /// Computes a root, power or logarithm. Empty if it has no real value.
    fn real(&self, call: Call<'_, 'a>, (value, whole): (Decimal, bool)) -> Result<Items<'a>, Error> {
        self.charge(MATH_STEPS)?;
        let result = match call.function {
            Function::Sqrt => value.square_root(),
            Function::Exp => value.exponential(),
            Function::Ln => value.natural_logarithm(),
            _ => {
                let Some(item) = single(self.argument(call, 0)?, call.name())? else {
                    return Ok(Vec::new());
                };
                let Scalar::Number(argument, is_integer) = scalar(&item)? else {
                    return Err(Error::WrongType(call.name()));
                };
                if call.function == Function::Log {
                    value.logarithm(argument)
                } else {
                    let is_integer = whole && is_integer && argument >= Decimal::ZERO;
                    let power = value.power(argument);
                    return Ok(power
                        .map(|power| if is_integer { integer(power) } else { Item::Decimal(power) })
                        .into_iter()
                        .collect());
                }
            }
        };
        Ok(result.map(Item::Decimal).into_iter().collect())
    }
}

fn whole_number(value: i128) -> Option<Decimal> {
    i64::try_from(value).ok().map(Into::into)
}

/// Returns a whole number as an integer if it is in the range of one.
fn integer<'a>(value: Decimal) -> Item<'a> {
    i64::try_from(value.truncated()).map_or(Item::Decimal(value), Item::Integer)
}
