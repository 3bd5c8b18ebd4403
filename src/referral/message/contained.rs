//! Contained resources: only those that the resource refers to are kept.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    references,
    shape::{self, Members},
};

/// Keeps the contained resources that the resource refers to, without narrative and metadata. Returns their ids.
pub(super) fn keep_needed(resource: &mut Members) -> BTreeSet<String> {
    let Some(Value::Array(mut waiting)) = resource.remove("contained") else {
        return BTreeSet::new();
    };
    let mut wanted: BTreeSet<String> = resource.values().flat_map(local).collect();
    let (mut kept, mut ids) = (Vec::new(), BTreeSet::new());
    loop {
        let is_wanted = |item: &Value| {
            let id = item["id"].as_str();
            !shape::type_of(item).is_empty() && id.is_some_and(|id| wanted.contains(id) && !ids.contains(id))
        };
        let Some(position) = waiting.iter().position(is_wanted) else {
            break;
        };
        let mut item = waiting.remove(position);
        if let Some(members) = item.as_object_mut() {
            members.retain(|name, _| !matches!(name.as_str(), "text" | "meta" | "contained"));
        }
        wanted.extend(local(&item));
        ids.extend(item["id"].as_str().map(str::to_owned));
        kept.push(item);
    }
    shape::set(resource, "contained", kept);
    ids
}

/// Ids of the contained resources that a value refers to.
fn local(value: &Value) -> Vec<String> {
    let ids = references::all(value).into_iter().filter_map(|it| it.strip_prefix('#'));
    ids.map(str::to_owned).collect()
}
