//! Items as system types of `FHIRPath`.

use serde_json::Value;

use super::decimal::Decimal;
use super::error::Error;
use super::item::Item;
use super::node::Node;
use super::temporal::Temporal;
use super::unit::Unit;

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

pub(super) fn scalar<'i>(item: &'i Item<'_>) -> Result<Scalar<'i>, Error> {
    Ok(match item {
        Item::Boolean(value) => Scalar::Boolean(*value),
        Item::Integer(value) => Scalar::Number((*value).into(), true),
        Item::Decimal(value) => Scalar::Number(*value, false),
        Item::String(text) => Scalar::Text(text, false),
        Item::Temporal(temporal) => Scalar::Temporal(*temporal),
        Item::Quantity(value, unit) => Scalar::Quantity(*value, Unit::of_code(unit)),
        Item::Node(node) => match node.value {
            Value::Null => Scalar::Nothing,
            Value::Bool(value) => Scalar::Boolean(*value),
            Value::Number(number) => Scalar::Number(decimal(number)?, is_integer(node, number)),
            Value::String(text) => match typed_temporal(node, text) {
                Some(temporal) => Scalar::Temporal(temporal),
                None => Scalar::Text(text, true),
            },
            complex => match quantity(node)? {
                Some((value, unit)) => Scalar::Quantity(value, unit),
                None => Scalar::Complex(complex),
            },
        },
    })
}

/// Whether a number is an integer: by its type, or else as it is written.
fn is_integer(node: &Node<'_>, number: &serde_json::Number) -> bool {
    node.kind.map_or(number.is_i64(), |kind| !kind.is_a("decimal") && number.is_i64())
}

/// Date or time of an element whose type is one.
fn typed_temporal(node: &Node<'_>, text: &str) -> Option<Temporal> {
    let kind = node.kind?;
    match () {
        () if kind.is("date") => Temporal::parse(text),
        () if kind.is("dateTime") || kind.is("instant") => {
            Temporal::parse(text).map(|date| date.as_date_time())
        }
        () if kind.is("time") => Temporal::parse_time(text),
        () => None,
    }
}

pub(super) fn decimal(number: &serde_json::Number) -> Result<Decimal, Error> {
    match number.as_i64() {
        Some(whole) => Ok(whole.into()),
        None => Decimal::parse(&number.to_string()).ok_or(Error::OutOfRange("a number in the resource")),
    }
}

/// Value and unit of an element. `None` for other types, without a unit, and with a comparator: less than 5 is no number.
fn quantity<'i>(node: &Node<'i>) -> Result<Option<(Decimal, Unit<'i>)>, Error> {
    let text = |key: &str| node.value.get(key).and_then(Value::as_str);
    let may_be = node.kind.is_none_or(|kind| kind.is_a("Quantity")) && text("comparator").is_none();
    let unit = Unit::of_element(text("system"), text("code"), text("unit")).filter(|_| may_be);
    let (Some(Value::Number(number)), Some(unit)) = (node.value.get("value"), unit) else {
        return Ok(None);
    };
    Ok(Some((decimal(number)?, unit)))
}

/// Returns the date or time of a scalar, also of a text from a resource that can be read as a date.
pub(super) fn as_temporal(scalar: &Scalar<'_>) -> Option<Temporal> {
    match scalar {
        Scalar::Temporal(temporal) => Some(*temporal),
        Scalar::Text(text, true) => Temporal::parse(text),
        _ => None,
    }
}
