//! Equality, equivalence and order.

use std::cmp::Ordering;

use serde_json::Value;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::Run;
use super::item::Item;
use super::scalar::{Scalar, decimal, scalar};
use super::temporal::{Kind, Temporal};
use super::unit::Unit;

/// Steps of a conversion between units.
const UNIT_STEPS: usize = 32;

impl<'a> Run<'_, 'a> {
    /// Evaluates `=` for two items. `None` if the result is unknown.
    pub(super) fn equal(&self, left: &Item<'a>, right: &Item<'a>) -> Result<Option<bool>, Error> {
        self.charge(1)?;
        Ok(match (scalar(left)?, scalar(right)?) {
            (Scalar::Nothing, _) | (_, Scalar::Nothing) => None,
            (Scalar::Boolean(left), Scalar::Boolean(right)) => Some(left == right),
            (Scalar::Number(left, _), Scalar::Number(right, _)) => Some(left == right),
            (Scalar::Text(left, true), Scalar::Text(right, true)) => {
                Some(left == right || self.same_moment(left, right))
            }
            (Scalar::Text(left, _), Scalar::Text(right, _)) => Some(left == right),
            (Scalar::Quantity(left, unit), Scalar::Quantity(right, other_unit)) => {
                self.charge_units(unit, other_unit)?;
                other_unit.convert(right, unit).map(|right| left == right)
            }
            (Scalar::Complex(left), Scalar::Complex(right)) => Some(self.deep_equal(left, right)?),
            (Scalar::Temporal(left), Scalar::Temporal(right)) if is_time(&left) != is_time(&right) => {
                Some(false)
            }
            (left @ Scalar::Temporal(_), right) | (left, right @ Scalar::Temporal(_)) => {
                let moments = moment(&left).zip(moment(&right));
                moments.and_then(|(left, right)| left.compare(&right, self.env.zone())).map(Ordering::is_eq)
            }
            _ => Some(false),
        })
    }

    /// Whether two texts of a resource are one moment, written with different offsets.
    fn same_moment(&self, left: &str, right: &str) -> bool {
        let moment = |text: &str| Temporal::parse(text).filter(Temporal::has_time);
        moment(left)
            .zip(moment(right))
            .is_some_and(|(left, right)| left.compare(&right, self.env.zone()) == Some(Ordering::Equal))
    }

    /// Evaluates `~` for two items: text ignoring case and blanks, numbers rounded to the lower precision.
    pub(super) fn equivalent(&self, left: &Item<'a>, right: &Item<'a>) -> Result<bool, Error> {
        match (scalar(left)?, scalar(right)?) {
            (Scalar::Text(left, _), Scalar::Text(right, _)) => {
                self.charge_text(left.len() + right.len())?;
                Ok(folded(left) == folded(right) || self.same_moment(left, right))
            }
            (Scalar::Number(left, _), Scalar::Number(right, _)) => Ok(close(left, right)),
            (Scalar::Quantity(left, unit), Scalar::Quantity(right, other_unit)) => {
                self.charge_units(unit, other_unit)?;
                Ok(close_quantities((left, unit), (right, other_unit)))
            }
            _ => Ok(self.equal(left, right)?.unwrap_or(false)),
        }
    }

    /// Returns the order of two items. `None` if it is unknown.
    pub(super) fn order(
        &self,
        left: &Item<'a>,
        right: &Item<'a>,
        what: &'static str,
    ) -> Result<Option<Ordering>, Error> {
        let (left, right) = (scalar(left)?, scalar(right)?);
        let zone = self.env.zone();
        Ok(match (&left, &right) {
            (Scalar::Nothing, _) | (_, Scalar::Nothing) => None,
            (Scalar::Number(left, _), Scalar::Number(right, _)) => Some(left.cmp(right)),
            (Scalar::Quantity(left, unit), Scalar::Quantity(right, other_unit)) => {
                self.charge_units(*unit, *other_unit)?;
                other_unit.convert(*right, *unit).map(|right| left.cmp(&right))
            }
            (Scalar::Text(one, true), Scalar::Text(other, true)) => match (moment(&left), moment(&right)) {
                (Some(left), Some(right)) => left.compare(&right, zone),
                _ => Some(one.cmp(other)),
            },
            (Scalar::Text(left, _), Scalar::Text(right, _)) => Some(left.cmp(right)),
            (Scalar::Temporal(one), Scalar::Temporal(other)) if is_time(one) == is_time(other) => {
                one.compare(other, zone)
            }
            (Scalar::Temporal(date), Scalar::Text(..)) | (Scalar::Text(..), Scalar::Temporal(date))
                if !is_time(date) =>
            {
                match (moment(&left), moment(&right)) {
                    (Some(left), Some(right)) => left.compare(&right, zone),
                    _ if matches!(
                        (&left, &right),
                        (Scalar::Text(_, false), _) | (_, Scalar::Text(_, false))
                    ) =>
                    {
                        return Err(Error::WrongType(what));
                    }
                    _ => None,
                }
            }
            _ => return Err(Error::WrongType(what)),
        })
    }

    /// Charges the conversion between two units to the budget.
    pub(super) fn charge_units(&self, left: Unit<'_>, right: Unit<'_>) -> Result<(), Error> {
        self.charge(if left.is_same(right) { 1 } else { UNIT_STEPS })
    }

    fn deep_equal(&self, left: &Value, right: &Value) -> Result<bool, Error> {
        self.charge(1)?;
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                if left.len() != right.len() {
                    return Ok(false);
                }
                for (key, value) in left {
                    let Some(other) = right.get(key) else {
                        return Ok(false);
                    };
                    if !self.deep_equal(value, other)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Array(left), Value::Array(right)) => {
                for (one, other) in left.iter().zip(right) {
                    if !self.deep_equal(one, other)? {
                        return Ok(false);
                    }
                }
                Ok(left.len() == right.len())
            }
            (Value::Number(left), Value::Number(right)) => Ok(decimal(left)? == decimal(right)?),
            _ => Ok(left == right),
        }
    }

    /// Evaluates `=` for two collections.
    pub(super) fn equal_collections(
        &self,
        left: &[Item<'a>],
        right: &[Item<'a>],
    ) -> Result<Option<bool>, Error> {
        if left.is_empty() || right.is_empty() {
            return Ok(None);
        }
        if left.len() != right.len() {
            return Ok(Some(false));
        }
        let mut all = Some(true);
        for (left, right) in left.iter().zip(right) {
            match self.equal(left, right)? {
                Some(true) => {}
                Some(false) => return Ok(Some(false)),
                None => all = None,
            }
        }
        Ok(all)
    }

    /// Evaluates `~` for two collections: the same members in any order.
    pub(super) fn equivalent_collections(
        &self,
        left: &[Item<'a>],
        right: &[Item<'a>],
    ) -> Result<bool, Error> {
        if left.len() != right.len() {
            return Ok(false);
        }
        let mut free: Vec<&Item<'a>> = right.iter().collect();
        for item in left {
            let mut found = None;
            for (at, other) in free.iter().enumerate() {
                self.charge(1)?;
                if self.equivalent(item, other)? {
                    found = Some(at);
                    break;
                }
            }
            match found {
                Some(at) => free.swap_remove(at),
                None => return Ok(false),
            };
        }
        Ok(true)
    }
}

fn is_time(temporal: &Temporal) -> bool {
    temporal.kind() == Kind::Time
}

/// Date or time of a value that is compared with one: a text is read as one.
fn moment(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Temporal(temporal) => Some(*temporal),
        Scalar::Text(text, _) => Temporal::parse(text),
        _ => None,
    }
}

/// Whether two numbers are equal, rounded to the lower precision of the two.
fn close(left: Decimal, right: Decimal) -> bool {
    let scale = left.shortest().scale().min(right.shortest().scale());
    left.rounded(scale) == right.rounded(scale)
}

/// Whether two quantities are equal, rounded to the lower precision of the two: `4 'g'` and `4040 'mg'` are. A calendar
/// year is equivalent to one of UCUM, and a month to a month.
fn close_quantities((left, unit): (Decimal, Unit<'_>), (right, other): (Decimal, Unit<'_>)) -> bool {
    if unit.ucum_code().is_some_and(|code| other.ucum_code() == Some(code)) || unit.is_same(other) {
        return close(left, right);
    }
    // The last digit of each number, in the unit of the left one.
    let step = |number: Decimal| Decimal::of(1, number.shortest().scale());
    let right_step = other.convert(step(right), unit);
    let is_right_finer = right_step.is_some_and(|right_step| right_step <= step(left));
    let rounded = if is_right_finer {
        other.convert(right, unit).map(|right| (left, right.rounded(left.shortest().scale())))
    } else {
        unit.convert(left, other).map(|left| (left.rounded(right.shortest().scale()), right))
    };
    rounded.is_some_and(|(left, right)| left == right)
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
