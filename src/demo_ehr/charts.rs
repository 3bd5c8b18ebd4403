//! The charts as they stand: the fixtures, and over them what apps have written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fixtures;

/// A fixture, or a copy of what an app has written.
pub(super) type Resource = Cow<'static, Value>;

/// What apps have written, by type and id. It is forgotten when the EHR stops.
#[derive(Default)]
pub(super) struct Charts(BTreeMap<(String, String), Value>);

impl Charts {
    /// One resource.
    pub(super) fn find(&self, resource_type: &str, id: &str) -> Option<Resource> {
        let written = self.0.get(&(resource_type.to_owned(), id.to_owned()));
        written.cloned().map(Cow::Owned).or_else(|| fixtures::find(resource_type, id).map(Cow::Borrowed))
    }

    /// Every resource of one type: the fixtures as they are now, then what is new.
    pub(super) fn of_type(&self, resource_type: &str) -> Vec<Resource> {
        let id_of = |resource: &Value| resource["id"].as_str().unwrap_or_default().to_owned();
        let fixtures = fixtures::of_type(resource_type).map(id_of);
        let new =
            self.0.keys().filter(|(kind, id)| kind == resource_type && fixtures::find(kind, id).is_none());
        let ids: Vec<String> = fixtures.chain(new.map(|(_, id)| id.clone())).collect();
        ids.iter().filter_map(|id| self.find(resource_type, id)).collect()
    }

    /// Keeps the resource under its type and id as the next version, and gives it back as it is now kept.
    pub(super) fn put(&mut self, resource_type: &str, id: &str, mut resource: Value, now: &str) -> Value {
        let version = self.find(resource_type, id).map_or(1, |before| version_of(&before) + 1);
        if !resource["meta"].is_object() {
            resource["meta"] = json!({});
        }
        resource["meta"]["versionId"] = json!(version.to_string());
        resource["meta"]["lastUpdated"] = json!(now);
        self.0.insert((resource_type.to_owned(), id.to_owned()), resource.clone());
        resource
    }
}

/// The version of a resource. A fixture that does not say is the first one.
pub(super) fn version_of(resource: &Value) -> u64 {
    resource["meta"]["versionId"].as_str().and_then(|version| version.parse().ok()).unwrap_or(1)
}
