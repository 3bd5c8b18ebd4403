//! Conversions between types.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean, single};
use super::function::Function;
use super::item::Item;
use super::quantity::{self, parse_quantity};
use super::scalar::{Scalar, as_temporal, scalar};
use super::temporal::{Kind, Temporal};
use super::unit::Unit;

impl<'a> Run<'_, 'a> {
    pub(super) fn conversion(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let Some(item) = single(input, call.name())? else {
            return Ok(Vec::new());
        };
        let (function, asks) = conversion_of(call.function);
        let scalar = scalar(&item)?;
        if matches!(scalar, Scalar::Nothing) {
            return Ok(Vec::new());
        }
        let converted = match function {
            Function::ToText => text_of(&scalar).map(|text| Item::String(Cow::Owned(text))),
            Function::ToInteger => integer_of(&scalar).map(Item::Integer),
            Function::ToDecimal => decimal_of(&scalar).map(Item::Decimal),
            Function::ToBoolean => boolean_of(&scalar).map(Item::Boolean),
            Function::ToDate => date_of(&scalar).map(|date| Item::Temporal(date.without_time())),
            Function::ToDateTime => date_of(&scalar).map(|date| Item::Temporal(date.as_date_time())),
            Function::ToTime => time_of(&scalar).map(Item::Temporal),
            _ => self.to_quantity(call, &scalar)?,
        };
        if let Some(Item::String(text)) = &converted {
            self.charge_text(text.len())?;
        }
        Ok(if asks { boolean(Some(converted.is_some())) } else { converted.into_iter().collect() })
    }

    fn to_quantity(&self, call: Call<'_, 'a>, scalar: &Scalar<'_>) -> Result<Option<Item<'a>>, Error> {
        let wanted = self.text_argument(call, 0)?;
        let Some((value, unit)) = quantity_of(scalar) else {
            return Ok(None);
        };
        let Some(wanted) = wanted else {
            return Ok(Some(Item::Quantity(value, Cow::Owned(unit))));
        };
        let (from, to) = (Unit::of_code(&unit), Unit::of_code(&wanted));
        self.charge_units(from, to)?;
        let code = Cow::Owned(to.code.to_owned());
        Ok(from.convert(value, to).map(|value| Item::Quantity(value, code)))
    }
}

/// Conversion behind a function, and whether the function only asks if it is possible.
fn conversion_of(function: Function) -> (Function, bool) {
    match function {
        Function::ConvertsToBoolean => (Function::ToBoolean, true),
        Function::ConvertsToDate => (Function::ToDate, true),
        Function::ConvertsToDateTime => (Function::ToDateTime, true),
        Function::ConvertsToDecimal => (Function::ToDecimal, true),
        Function::ConvertsToInteger => (Function::ToInteger, true),
        Function::ConvertsToQuantity => (Function::ToQuantity, true),
        Function::ConvertsToText => (Function::ToText, true),
        Function::ConvertsToTime => (Function::ToTime, true),
        conversion => (conversion, false),
    }
}

fn text_of(scalar: &Scalar<'_>) -> Option<String> {
    match scalar {
        Scalar::Boolean(value) => Some(value.to_string()),
        Scalar::Number(value, _) => Some(value.to_string()),
        Scalar::Text(text, _) => Some((*text).to_owned()),
        Scalar::Temporal(temporal) => Some(temporal.written()),
        Scalar::Quantity(value, unit) => Some(match unit.calendar() {
            Some(word) => format!("{value} {word}"),
            None => format!("{value} '{}'", unit.code),
        }),
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

fn quantity_of(scalar: &Scalar<'_>) -> Option<(Decimal, String)> {
    let (value, unit) = match scalar {
        Scalar::Boolean(value) => quantity::number(i64::from(*value).into()),
        Scalar::Number(value, _) => quantity::number(*value),
        Scalar::Quantity(value, unit) => (*value, *unit),
        Scalar::Text(text, _) => return parse_quantity(text),
        _ => return None,
    };
    Some((value, unit.code.to_owned()))
}

fn date_of(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Text(text, _) => Temporal::parse(text),
        other => as_temporal(other).filter(|date| date.kind() != Kind::Time),
    }
}

fn time_of(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Text(text, _) => Temporal::parse_time(text),
        other => as_temporal(other).filter(|time| time.kind() == Kind::Time),
    }
}
