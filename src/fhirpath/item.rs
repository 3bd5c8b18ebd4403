//! Items of a collection: borrowed elements of a resource, and computed values.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::choice::choice_type;
use super::decimal::Decimal;
use super::temporal::Temporal;

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
    /// Literal or computed date or date-time.
    Temporal(Temporal),
    /// Literal or computed quantity: value and unit (UCUM code or calendar word in the singular).
    Quantity(Decimal, Cow<'a, str>),
}

/// Element of a resource: its JSON, the `_` sibling of a primitive, and its type if the name of a choice element
/// contains it.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// JSON of the element; `null` for a primitive that has only extensions.
    pub value: &'a Value,
    pub(super) sibling: Option<&'a Value>,
    pub(super) type_name: Option<&'static str>,
}

static NULL: Value = Value::Null;

impl<'a> Node<'a> {
    /// Returns the root node of a resource.
    #[must_use]
    pub fn root(value: &'a Value) -> Self {
        Self { value, sibling: None, type_name: None }
    }

    /// Whether this is a resource of this type.
    #[must_use]
    pub fn is_resource(&self, name: &str) -> bool {
        self.value.get("resourceType").and_then(Value::as_str) == Some(name)
    }

    pub(super) fn push_children(&self, name: &str, into: &mut Vec<Item<'a>>) {
        match self.value {
            Value::Object(object) => push_members(object, name, into),
            // A primitive has only extensions and an id as children.
            _ => {
                if let Some(Value::Object(object)) = self.sibling {
                    push_members(object, name, into);
                }
            }
        }
    }
}

fn push_members<'a>(object: &'a Map<String, Value>, name: &str, into: &mut Vec<Item<'a>>) {
    if let Some(value) = object.get(name) {
        let sibling = if value.is_object() { None } else { sibling_of(object, name) };
        let type_name = (name == "coding").then_some("Coding");
        return push_element(value, sibling, type_name, into);
    }
    let choice = object.iter().find_map(|(key, value)| Some((key, value, choice_type(key, name)?)));
    if let Some((key, value, type_name)) = choice {
        return push_element(value, sibling_of(object, key), Some(type_name), into);
    }
    // A primitive that has only extensions exists only as its sibling.
    if let Some(sibling) = sibling_of(object, name) {
        push_element(&NULL, Some(sibling), None, into);
    }
}

fn sibling_of<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find_map(|(key, value)| (key.strip_prefix('_') == Some(name)).then_some(value))
}

fn push_element<'a>(
    value: &'a Value,
    sibling: Option<&'a Value>,
    type_name: Option<&'static str>,
    into: &mut Vec<Item<'a>>,
) {
    let siblings = sibling.and_then(Value::as_array);
    let Value::Array(values) = value else {
        return match (value, siblings) {
            (Value::Null, Some(siblings)) => {
                into.extend(siblings.iter().filter_map(|sibling| node(&NULL, Some(sibling), type_name)));
            }
            _ => into.extend(node(value, sibling, type_name)),
        };
    };
    let sibling_at = |at: usize| siblings.and_then(|siblings| siblings.get(at));
    into.extend(values.iter().enumerate().filter_map(|(at, value)| node(value, sibling_at(at), type_name)));
}

fn node<'a>(
    value: &'a Value,
    sibling: Option<&'a Value>,
    type_name: Option<&'static str>,
) -> Option<Item<'a>> {
    let sibling = sibling.filter(|sibling| !sibling.is_null());
    (!value.is_null() || sibling.is_some()).then_some(Item::Node(Node { value, sibling, type_name }))
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

    /// Converts the item to FHIR JSON: an element unchanged, a quantity as `Quantity`, dates as text.
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
            Self::Quantity(value, unit) => serde_json::json!({"value": number(value), "unit": unit}),
        }
    }
}
