//! Value sets that a form contains, for `memberOf()`.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::parse::codes_of;
use super::translation::{array, string};
use crate::fhirpath::ValueSets;

/// System and code of each member of the value sets that are contained with all of their codes, by canonical URL and by
/// `#id`.
#[derive(Clone, Debug, Default)]
pub(super) struct ContainedSets {
    members: HashMap<String, Vec<(String, String)>>,
    /// Source of the value sets that the form does not contain.
    others: Option<Arc<dyn ValueSets>>,
}

impl ContainedSets {
    pub(super) fn of(form: &Value) -> Self {
        let mut members = HashMap::new();
        let sets = array(form, "contained").filter(|it| string(it, "resourceType") == Some("ValueSet"));
        for (set, codes) in sets.filter_map(|set| Some((set, codes_of(set)?))) {
            let part = |code: &Value, name: &str| string(code, name).unwrap_or_default().to_owned();
            let codes: Vec<_> = codes.iter().map(|code| (part(code, "system"), part(code, "code"))).collect();
            let id = string(set, "id").map(|id| format!("#{id}"));
            for name in string(set, "url").map(str::to_owned).into_iter().chain(id) {
                members.insert(name, codes.clone());
            }
        }
        Self { members, others: None }
    }

    /// Returns them with a source of other value sets.
    pub(super) fn with_others(&self, others: Arc<dyn ValueSets>) -> Self {
        Self { others: Some(others), ..self.clone() }
    }

    /// Whether a value set is contained.
    pub(super) fn has(&self, value_set: &str) -> bool {
        self.members.contains_key(value_set.split('|').next().unwrap_or_default())
    }
}

impl ValueSets for ContainedSets {
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let Some(members) = self.members.get(value_set.split('|').next().unwrap_or_default()) else {
            return self.others.as_ref()?.contains(value_set, system, code);
        };
        let is_it = |(own_system, own): &(String, String)| {
            own == code && system.is_none_or(|system| own_system.is_empty() || system == own_system)
        };
        Some(members.iter().any(is_it))
    }
}
