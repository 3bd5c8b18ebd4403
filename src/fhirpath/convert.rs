//! Conversions and arithmetic functions.

use std::borrow::Cow;

use super::compare::{Scalar, Unit, as_temporal, scalar};
use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Items, Run, Scope, integer, single};
use super::function::Function;
use super::item::Item;
use super::parser::calendar_unit;
use super::syntax::{Expr, Operator};
use super::temporal::Temporal;

impl<'a> Run<'_, 'a> {
    pub(super) fn conversion(&self, function: Function, input: Items<'a>) -> Result<Items<'a>, Error> {
        let Some(item) = single(input, function.name())? else {
            return Ok(Vec::new());
        };
        let scalar = scalar(&item)?;
        let converted = match function {
            Function::ToText => text_of(&scalar).map(|text| Item::String(Cow::Owned(text))),
            Function::ToInteger => integer_of(&scalar).map(Item::Integer),
            Function::ToDecimal => decimal_of(&scalar).map(Item::Decimal),
            Function::ToBoolean => boolean_of(&scalar).map(Item::Boolean),
            Function::ToDate => temporal_of(&scalar).map(|date| Item::Temporal(date.without_time())),
            _ => temporal_of(&scalar).map(Item::Temporal),
        };
        if let Some(Item::String(text)) = &converted {
            self.charge_text(text.len())?;
        }
        Ok(converted.into_iter().collect())
    }

    pub(super) fn arithmetic_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let what = function.name();
        let Some(item) = single(input, what)? else {
            return Ok(Vec::new());
        };
        let Scalar::Number(value, whole) = scalar(&item)? else {
            return Err(Error::WrongType(what));
        };
        let digits = match arguments.first() {
            Some(argument) => integer(self.eval(argument, scope)?, what)?,
            None => None,
        };
        let digits = u32::try_from(digits.unwrap_or(0)).map_err(|_| Error::OutOfRange(what))?;
        let floor = value.truncated() - i128::from(!value.is_whole() && value < Decimal::ZERO);
        let result = match function {
            Function::Round => return Ok(vec![Item::Decimal(value.rounded(digits))]),
            Function::Abs if value < Decimal::ZERO => value.negated(),
            Function::Abs => Some(value),
            Function::Truncate => whole_number(value.truncated()),
            Function::Floor => whole_number(floor),
            _ => whole_number(floor + i128::from(!value.is_whole())),
        };
        let result = result.ok_or(Error::OutOfRange(what))?;
        let integer =
            (whole || function != Function::Abs).then(|| i64::try_from(result.truncated()).ok()).flatten();
        Ok(vec![integer.map_or(Item::Decimal(result), Item::Integer)])
    }

    pub(super) fn sum(&self, input: Items<'a>) -> Result<Items<'a>, Error> {
        let mut items = input.into_iter();
        let Some(mut total) = items.next().map(|first| vec![first]) else {
            return Ok(Vec::new());
        };
        for item in items {
            self.charge(1)?;
            total = self.binary(Operator::Plus, total, vec![item])?;
        }
        Ok(total)
    }
}

fn whole_number(value: i128) -> Option<Decimal> {
    i64::try_from(value).ok().map(Into::into)
}

fn text_of(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Boolean(value) => Some(value.to_string()),
        Scalar::Number(value, _) => Some(value.to_string()),
        Scalar::Text(text, _) => Some((*text).to_owned()),
        Scalar::Temporal(temporal) => Some(temporal.to_string()),
        Scalar::Quantity(value, Unit { code: unit, .. }) => {
            let calendar = calendar_unit(unit).is_some();
            Some(if calendar { format!("{value} {unit}") } else { format!("{value} '{unit}'") })
        }
        Scalar::Complex(_) | Scalar::Nothing => None,
    }
}

fn integer_of(scalar: &Scalar<'_>) -> Option<i64> {
    match scalar {
        Scalar::Boolean(value) => Some((*value).into()),
        Scalar::Number(value, true) => i64::try_from(value.truncated()).ok(),
        Scalar::Text(text, _) => text.parse().ok(),
        _ => None,
    }
}

fn decimal_of(scalar: &Scalar<'_>) -> Option<Decimal> {
    match scalar {
        Scalar::Boolean(value) => Some(i64::from(*value).into()),
        Scalar::Number(value, _) => Some(*value),
        Scalar::Text(text, _) => Decimal::parse(text.strip_prefix('+').unwrap_or(text)),
        _ => None,
    }
}

fn boolean_of(scalar: &Scalar<'_>) -> Option<bool> {
    match scalar {
        Scalar::Boolean(value) => Some(*value),
        Scalar::Number(value, _) if value.is_zero() => Some(false),
        Scalar::Number(value, _) if *value == Decimal::from(1) => Some(true),
        Scalar::Text(text, _) => match text.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "1" | "1.0" => Some(true),
            "false" | "f" | "no" | "n" | "0" | "0.0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn temporal_of(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Text(text, _) => Temporal::parse(text),
        other => as_temporal(other),
    }
}
