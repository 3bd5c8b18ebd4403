//! Current charts: the fixtures, overlaid with the resources that apps have written.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::demo_ehr::fixtures;

/// A fixture, or a copy of a resource that an app has written.
pub(super) type Resource = Cow<'static, Value>;

/// Resources written by apps, by type and id. Kept in memory only.
#[derive(Default)]
pub(in crate::demo_ehr) struct Charts(BTreeMap<(String, String), Value>);

impl Charts {
    /// Finds one resource by type and id.
    pub(in crate::demo_ehr) fn find(&self, resource_type: &str, id: &str) -> Option<Resource> {
        let written = self.0.get(&(resource_type.to_owned(), id.to_owned()));
        written.cloned().map(Cow::Owned).or_else(|| fixtures::find(resource_type, id).map(Cow::Borrowed))
    }

    /// Lists the resources of one type: fixtures in their current version, then resources created by apps.
    pub(in crate::demo_ehr) fn of_type(&self, resource_type: &str) -> Vec<Resource> {
        let id_of = |resource: &Value| resource["id"].as_str().unwrap_or_default().to_owned();
        let fixtures = fixtures::of_type(resource_type).map(id_of);
        let new =
            self.0.keys().filter(|(kind, id)| kind == resource_type && fixtures::find(kind, id).is_none());
        let ids: Vec<String> = fixtures.chain(new.map(|(_, id)| id.clone())).collect();
        ids.iter().filter_map(|id| self.find(resource_type, id)).collect()
    }

    /// Stores the resource as the next version of its type and id, and returns the stored resource.
    pub(in crate::demo_ehr) fn put(
        &mut self,
        resource_type: &str,
        id: &str,
        mut resource: Value,
        now: &str,
    ) -> Value {
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

/// Version of a resource; 1 for a fixture without `meta.versionId`.
pub(super) fn version_of(resource: &Value) -> u64 {
    resource["meta"]["versionId"].as_str().and_then(|version| version.parse().ok()).unwrap_or(1)
}
