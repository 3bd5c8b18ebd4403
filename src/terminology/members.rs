//! Members of value sets for `memberOf()`, which cannot wait for a server.

use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

use moka::sync::Cache;

use super::concept::Expansion;
use crate::fhirpath::ValueSets;

/// Lifetime of the members of a value set.
const LIFETIME: Duration = Duration::from_hours(1);
/// Largest number of value sets.
const MAX_SETS: u64 = 200;

/// System and code of the members of a value set.
type Members = HashSet<(String, String)>;

/// Value sets of which a server has told every code. Others are not known.
#[derive(Clone)]
pub struct ServerSets(Cache<String, Arc<Members>>);

impl ServerSets {
    pub(super) fn new() -> Self {
        Self(Cache::builder().max_capacity(MAX_SETS).time_to_live(LIFETIME).build())
    }

    pub(super) fn knows(&self, value_set: &str) -> bool {
        self.0.contains_key(value_set)
    }

    /// Adds a value set, if the expansion is complete.
    pub(super) fn add(&self, value_set: &str, expansion: &Expansion) {
        if expansion.is_complete {
            let member = expansion.concepts.iter().map(|it| (it.system.clone(), it.code.clone()));
            self.0.insert(value_set.to_owned(), Arc::new(member.collect()));
        }
    }
}

impl ValueSets for ServerSets {
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let members = self.0.get(value_set)?;
        Some(match system {
            Some(system) => members.contains(&(system.to_owned(), code.to_owned())),
            None => members.iter().any(|(_, own)| own == code),
        })
    }
}

impl fmt::Debug for ServerSets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerSets({})", self.0.entry_count())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::concept::Concept, *};

    #[test]
    fn knows_complete_value_sets_only() {
        let sets = ServerSets::new();
        let concepts = vec![Concept { system: "urn:s".into(), code: "a".into(), ..Concept::default() }];
        let mut expansion = Expansion { concepts, is_complete: false };
        sets.add("urn:v", &expansion);
        assert_eq!((sets.knows("urn:v"), sets.contains("urn:v", None, "a")), (false, None));
        expansion.is_complete = true;
        sets.add("urn:v", &expansion);
        for (system, code, wanted) in
            [(Some("urn:s"), "a", true), (Some("urn:t"), "a", false), (None, "a", true), (None, "b", false)]
        {
            assert_eq!(sets.contains("urn:v", system, code), Some(wanted), "{system:?} {code}");
        }
    }
}
