//! Elements of a resource, with their types and the `_` siblings of primitives.

use serde_json::{Map, Value};

use super::choice::choice_type;
use super::model::Type;

/// Element of a resource: its JSON, the `_` sibling of a primitive, and its type if it is known.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    /// JSON of the element; `null` for a primitive that has only extensions.
    pub value: &'a Value,
    pub(super) sibling: Option<&'a Value>,
    pub(super) kind: Option<&'static Type>,
}

static NULL: Value = Value::Null;

impl<'a> Node<'a> {
    /// Returns the root node of a resource.
    #[must_use]
    pub fn root(value: &'a Value) -> Self {
        Self { value, sibling: None, kind: resource_type(value).and_then(Type::find) }
    }

    /// Whether this is a resource of this type.
    #[must_use]
    pub fn is_resource(&self, name: &str) -> bool {
        resource_type(self.value) == Some(name)
    }

    /// Returns the elements with this name. A choice element is found by its name with and without its type.
    pub(super) fn children(&self, name: &str) -> Vec<Self> {
        let mut found = Vec::new();
        match (self.value, self.sibling) {
            (Value::Object(object), _) => members(object, self.kind, name, &mut found),
            // A primitive has only extensions and an id as children.
            (_, Some(Value::Object(object))) => members(object, Type::find("Element"), name, &mut found),
            _ => {}
        }
        found
    }

    /// Returns all elements.
    pub(super) fn all_children(&self) -> Vec<Self> {
        let mut found = Vec::new();
        let (object, kind) = match (self.value, self.sibling) {
            (Value::Object(object), _) => (object, self.kind),
            (_, Some(Value::Object(object))) => (object, Type::find("Element")),
            _ => return found,
        };
        for key in object.keys().filter(|key| *key != "resourceType") {
            match key.strip_prefix('_') {
                Some(name) if object.contains_key(name) => {}
                name => members(object, kind, name.unwrap_or(key), &mut found),
            }
        }
        found
    }

    /// Number of members in JSON, which is what listing the elements costs.
    pub(super) fn size(&self) -> usize {
        self.value.as_object().or_else(|| self.sibling?.as_object()).map_or(0, Map::len)
    }
}

fn resource_type(value: &Value) -> Option<&str> {
    value.get("resourceType").and_then(Value::as_str)
}

fn members<'a>(
    object: &'a Map<String, Value>,
    kind: Option<&'static Type>,
    name: &str,
    into: &mut Vec<Node<'a>>,
) {
    if let Some(value) = object.get(name) {
        let sibling = if value.is_object() { None } else { sibling_of(object, name) };
        return elements(value, sibling, kind_of(kind, name), into);
    }
    let choice = object.iter().find_map(|(key, value)| Some((key, value, choice_type(key, name)?)));
    if let Some((key, value, type_name)) = choice {
        return elements(value, sibling_of(object, key), Type::find(type_name), into);
    }
    // A primitive that has only extensions exists only as its sibling.
    let only_sibling = object.iter().find_map(|(key, value)| {
        let key = key.strip_prefix('_')?;
        let kind = if key == name { kind_of(kind, name) } else { Type::find(choice_type(key, name)?) };
        Some((value, kind))
    });
    if let Some((sibling, kind)) = only_sibling {
        elements(&NULL, Some(sibling), kind, into);
    }
}

/// Type of the element `name`. In an element of unknown type, the names that always have the same type are known.
fn kind_of(parent: Option<&'static Type>, name: &str) -> Option<&'static Type> {
    let common = || match name {
        "coding" => Some("Coding"),
        "extension" | "modifierExtension" => Some("Extension"),
        _ => None,
    };
    parent.and_then(|parent| parent.child(name)).or_else(|| common().and_then(Type::find))
}

fn sibling_of<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.iter().find_map(|(key, value)| (key.strip_prefix('_') == Some(name)).then_some(value))
}

fn elements<'a>(
    value: &'a Value,
    sibling: Option<&'a Value>,
    kind: Option<&'static Type>,
    into: &mut Vec<Node<'a>>,
) {
    let siblings = sibling.and_then(Value::as_array);
    let Value::Array(values) = value else {
        return match (value, siblings) {
            (Value::Null, Some(siblings)) => {
                into.extend(siblings.iter().filter_map(|sibling| node(&NULL, Some(sibling), kind)));
            }
            _ => into.extend(node(value, sibling, kind)),
        };
    };
    let sibling_at = |at: usize| siblings.and_then(|siblings| siblings.get(at));
    into.extend(values.iter().enumerate().filter_map(|(at, value)| node(value, sibling_at(at), kind)));
}

fn node<'a>(value: &'a Value, sibling: Option<&'a Value>, kind: Option<&'static Type>) -> Option<Node<'a>> {
    let sibling = sibling.filter(|sibling| !sibling.is_null());
    // A resource in a resource says its type itself.
    let kind = resource_type(value).and_then(Type::find).or(kind);
    (!value.is_null() || sibling.is_some()).then_some(Node { value, sibling, kind })
}
