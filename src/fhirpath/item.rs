//! Items of a collection: borrowed elements of a resource, and computed values.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::decimal::Decimal;
use super::node::Node;
use super::temporal::Temporal;
use super::unit::{UCUM_SYSTEM, Unit};

/// Item of a collection.
#[derive(Clone, Debug)]
pub enum Item<'a> {
    /// Element of a resource, borrowed from it.
    Node(Node<'a>),
    /// Literal or computed boolean.
    Boolean(bool),
    /// Literal or computed integer.
    Integer(i64),
    /// Literal or computed decimal.
    Decimal(Decimal),
    /// Literal or computed string.
    String(Cow<'a, str>),
    /// Literal or computed date, date-time or time of day.
    Temporal(Temporal),
    /// Literal or computed quantity: value and unit (UCUM code or calendar word in the singular).
    Quantity(Decimal, Cow<'a, str>),
}

impl<'a> Item<'a> {
    /// Returns the text of a string element or string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Node(node) => node.value.as_str(),
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the text of a string element or string, borrowed from the resource if possible.
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node) => node.value.as_str().map(Cow::Borrowed),
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the truth value of a boolean element or boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Node(node) => node.value.as_bool(),
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// Returns the element, or `None` for a computed value.
    #[must_use]
    pub fn node(&self) -> Option<Node<'a>> {
        match self {
            Self::Node(node) => Some(*node),
            _ => None,
        }
    }

    /// Length of the text that a copy of the item copies. A text of a resource or expression is borrowed.
    pub(super) fn copied_bytes(&self) -> usize {
        match self {
            Self::String(Cow::Owned(text)) => text.len(),
            _ => 0,
        }
    }

    /// Returns a part of a computed quantity by its name in FHIR: `value`, `unit`, `code` or `system`.
    pub(super) fn part(&self, name: &str) -> Option<Self> {
        let Self::Quantity(value, unit) = self else {
            return None;
        };
        let code = || Unit::of_code(unit).ucum_code();
        match name {
            "value" => Some(Self::Decimal(*value)),
            "unit" => Some(Self::String(unit.clone())),
            "code" => code().map(|code| Self::String(Cow::Owned(code.to_owned()))),
            "system" => code().map(|_| Self::String(Cow::Borrowed(UCUM_SYSTEM))),
            _ => None,
        }
    }

    /// Converts the item to FHIR JSON: an element unchanged, a quantity as `Quantity`, dates and times as text.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let number = |decimal: &Decimal| decimal.to_number().map_or(Value::Null, Value::Number);
        match self {
            Self::Node(node) => node.value.clone(),
            Self::Boolean(value) => Value::Bool(*value),
            Self::Integer(value) => Value::from(*value),
            Self::Decimal(value) => number(value),
            Self::String(text) => Value::from(text.as_ref()),
            Self::Temporal(temporal) => Value::from(temporal.to_string()),
            Self::Quantity(value, unit) => match Unit::of_code(unit).ucum_code() {
                Some(code) => {
                    json!({"value": number(value), "unit": unit, "system": UCUM_SYSTEM, "code": code})
                }
                None => json!({"value": number(value), "unit": unit}),
            },
        }
    }
}
