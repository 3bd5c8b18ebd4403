//! Value sets that a form contains, for `memberOf()`.

use std::collections::HashMap;

use serde_json::Value;

use super::parse::codes_of;
use super::translation::{array, string};
use crate::fhirpath::ValueSets;

/// System and code of each member of the value sets that are contained with all of their codes, by canonical URL and by
/// `#id`.
#[derive(Debug, Default)]
pub(super) struct ContainedSets {
    members: HashMap<String, Vec<(String, String)>>,
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
        Self { members }
    }
}

impl ValueSets for ContainedSets {
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let members = self.members.get(value_set.split('|').next().unwrap_or_default())?;
        let is_it = |(own_system, own): &(String, String)| {
            own == code && system.is_none_or(|system| own_system.is_empty() || system == own_system)
        };
        Some(members.iter().any(is_it))
    }
}
