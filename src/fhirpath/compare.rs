//! Equality, equivalence and order.

use std::cmp::Ordering;

use serde_json::Value;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::Run;
use super::item::Item;
use super::temporal::Temporal;

/// Item converted to a system type of `FHIRPath`.
pub(super) enum Scalar<'i> {
    Boolean(bool),
    /// The flag is true for an integer.
    Number(Decimal, bool),
    /// The flag is true for text from a resource, which may be a date.
    Text(&'i str, bool),
    Temporal(Temporal),
    Quantity(Decimal, Unit<'i>),
    Complex(&'i Value),
    /// Primitive that has only extensions.
    Nothing,
}

/// Unit of a quantity. If only one of its names is known, both are the same.
#[derive(Clone, Copy)]
pub(super) struct Unit<'i> {
    /// Code, such as `mm[Hg]`.
    pub(super) code: &'i str,
    /// Printed unit, such as `mmHg`.
    pub(super) printed: &'i str,
}

impl Unit<'_> {
    /// Whether the two units have a name in common.
    fn is_same(self, other: Unit<'_>) -> bool {
        let names = [self.code, self.printed];
        names.contains(&other.code) || names.contains(&other.printed)
    }
}

pub(super) fn scalar<'i>(item: &'i Item<'_>) -> Result<Scalar<'i>, Error> {
    Ok(match item {
        Item::Boolean(value) => Scalar::Boolean(*value),
        Item::Integer(value) => Scalar::Number((*value).into(), true),
        Item::Decimal(value) => Scalar::Number(*value, false),
        Item::String(text) => Scalar::Text(text, false),
        Item::Temporal(temporal) => Scalar::Temporal(*temporal),
        Item::Quantity(value, unit) => Scalar::Quantity(*value, Unit { code: unit, printed: unit }),
        Item::Node(node) => match node.value {
            Value::Null => Scalar::Nothing,
            Value::Bool(value) => Scalar::Boolean(*value),
            Value::Number(number) => Scalar::Number(decimal(number)?, number.is_i64()),
            Value::String(text) => Scalar::Text(text, true),
            complex => quantity(complex)?.unwrap_or(Scalar::Complex(complex)),
        },
    })
}

fn decimal(number: &serde_json::Number) -> Result<Decimal, Error> {
    match number.as_i64() {
        Some(whole) => Ok(whole.into()),
        None => Decimal::parse(&number.to_string()).ok_or(Error::OutOfRange("a number in the resource")),
    }
}

fn quantity(value: &Value) -> Result<Option<Scalar<'_>>, Error> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let (code, unit) = (text("code"), text("unit"));
    let (Some(Value::Number(number)), Some(code)) = (value.get("value"), code.or(unit)) else {
        return Ok(None);
    };
    Ok(Some(Scalar::Quantity(decimal(number)?, Unit { code, printed: unit.unwrap_or(code) })))
}

/// Returns a temporal value, or a text of a resource parsed as one, or `None`.
pub(super) fn as_temporal(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Temporal(temporal) => Some(*temporal),
        Scalar::Text(text, true) => Temporal::parse(text),
        _ => None,
    }
}

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
                unit.is_same(other_unit).then_some(left == right)
            }
            (Scalar::Complex(left), Scalar::Complex(right)) => Some(self.deep_equal(left, right)?),
            (left @ Scalar::Temporal(_), right) | (left, right @ Scalar::Temporal(_)) => {
                match (as_temporal(&left), as_temporal(&right)) {
                    (Some(left), Some(right)) => left.compare(&right, self.env.zone()).map(Ordering::is_eq),
                    _ => None,
                }
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
            (Scalar::Number(left, _), Scalar::Number(right, _)) => {
                let scale = left.shortest().scale().min(right.shortest().scale());
                Ok(left.rounded(scale) == right.rounded(scale))
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
                unit.is_same(*other_unit).then(|| left.cmp(right))
            }
            (Scalar::Text(one, true), Scalar::Text(other, true)) => {
                match (as_temporal(&left), as_temporal(&right)) {
                    (Some(left), Some(right)) => left.compare(&right, zone),
                    _ => Some(one.cmp(other)),
                }
            }
            (Scalar::Text(left, _), Scalar::Text(right, _)) => Some(left.cmp(right)),
            (Scalar::Temporal(_), Scalar::Temporal(_) | Scalar::Text(_, true))
            | (Scalar::Text(_, true), Scalar::Temporal(_)) => match (as_temporal(&left), as_temporal(&right))
            {
                (Some(left), Some(right)) => left.compare(&right, zone),
                _ => None,
            },
            _ => return Err(Error::WrongType(what)),
        })
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

    /// Whether a collection has a member equal to `wanted`.
    pub(super) fn has(&self, items: &[Item<'a>], wanted: &Item<'a>) -> Result<bool, Error> {
        for item in items {
            if self.equal(item, wanted)? == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
