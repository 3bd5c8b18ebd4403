//! Targets of references, for `resolve()`.

use std::collections::HashMap;
use std::ptr;

use serde_json::Value;

use super::item::Item;

/// Resources by the references that lead to them.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets<'a> {
    /// By `Type/id`.
    by_name: HashMap<String, &'a Value>,
    /// Contained resources, by the address of the reference `#id` in the resource around them.
    contained: HashMap<usize, &'a Value>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(resources: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut targets = Self::default();
        for resource in resources {
            let text = |name: &str| resource.get(name).and_then(Value::as_str);
            if let Some((kind, id)) = text("resourceType").zip(text("id")) {
                targets.by_name.entry(format!("{kind}/{id}")).or_insert(resource);
            }
            let contained = resource.get("contained").and_then(Value::as_array);
            let by_id: HashMap<&str, &Value> = contained
                .into_iter()
                .flatten()
                .filter_map(|item| Some((item.get("id")?.as_str()?, item)))
                .collect();
            if !by_id.is_empty() {
                targets.add_contained(resource, &by_id);
            }
        }
        targets
    }

    fn add_contained(&mut self, value: &'a Value, by_id: &HashMap<&str, &'a Value>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add_contained(item, by_id)),
            Value::Object(members) => {
                let local = members.get("reference").and_then(Value::as_str);
                if let Some(target) = local.and_then(|text| by_id.get(text.strip_prefix('#')?)) {
                    self.contained.insert(address(value), target);
                }
                members.values().for_each(|member| self.add_contained(member, by_id));
            }
            _ => {}
        }
    }

    /// Returns the target of a reference, or of a text such as `Patient/p1`.
    pub(super) fn resolve(&self, reference: &Item<'a>) -> Option<&'a Value> {
        let text = match reference {
            Item::Node(node) if node.value.is_object() => {
                if let Some(target) = self.contained.get(&address(node.value)) {
                    return Some(target);
                }
                node.value.get("reference")?.as_str()?
            }
            other => other.as_str()?,
        };
        self.by_name.get(text).copied()
    }
}

fn address(value: &Value) -> usize {
    ptr::from_ref(value).addr()
}
