//! Expansion of value sets whose codes are all in the terminology.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::super::parse::{coding, expanded};
use super::super::translation::{array, string};
use super::filter::Filter;
use super::folder::Terminology;

/// Deepest nesting of value sets in value sets.
const MAX_DEPTH: usize = 8;
/// Largest number of codes of a value set that is offered as a list.
pub(super) const MAX_CODES: usize = 500;
/// Largest number of codes of a value set that is searched.
const MAX_SEARCHED: usize = 100_000;

impl Terminology {
    /// Returns all codes of a value set. `None` if they are not all known, or too many for a list.
    pub(super) fn expand(&self, canonical: &str) -> Option<Vec<Value>> {
        self.codes(canonical, 0).filter(|codes| !codes.is_empty() && codes.len() <= MAX_CODES)
    }

    /// Returns all codes of a value set that is too large for a list, and can be searched. `None` if they are not all known.
    pub(in crate::forms) fn searched(&self, canonical: &str) -> Option<Vec<Value>> {
        self.codes(canonical, 0).filter(|codes| (MAX_CODES + 1..=MAX_SEARCHED).contains(&codes.len()))
    }

    fn codes(&self, canonical: &str, depth: usize) -> Option<Vec<Value>> {
        let set = self.value_set(canonical).filter(|_| depth < MAX_DEPTH)?;
        if let Some(expansion) = set.get("expansion") {
            return expanded(expansion);
        }
        let compose = set.get("compose")?;
        let (mut codes, mut known) = (Vec::new(), HashSet::new());
        for include in array(compose, "include") {
            let included = self.included(include, depth)?;
            codes.extend(included.into_iter().filter(|code| known.insert(key(code))));
        }
        for exclude in array(compose, "exclude") {
            let excluded = keys(&self.included(exclude, depth)?);
            codes.retain(|code| !excluded.contains(&key(code)));
        }
        Some(codes)
    }

    /// Returns the codes of one `include` or `exclude`: those of its system that are in all of its value sets.
    fn included(&self, include: &Value, depth: usize) -> Option<Vec<Value>> {
        let mut found = match string(include, "system") {
            Some(system) => Some(self.of_system(system, include)?),
            None => None,
        };
        for set in array(include, "valueSet") {
            let codes = self.codes(set.as_str()?, depth + 1)?;
            let in_set = keys(&codes);
            found = Some(match found {
                Some(found) => found.into_iter().filter(|one| in_set.contains(&key(one))).collect(),
                None => codes,
            });
        }
        found
    }

    fn of_system(&self, system: &str, include: &Value) -> Option<Vec<Value>> {
        let named = |concept: &Value| {
            let mut coding = coding(concept);
            coding["system"] = json!(system);
            coding
        };
        let canonical = match string(include, "version") {
            Some(version) => format!("{system}|{version}"),
            None => system.to_owned(),
        };
        let defined = self.code_system(&canonical);
        if include.get("concept").is_some() {
            let known = defined.map(by_code).unwrap_or_default();
            let with_display = |concept: &Value| {
                let own = concept.get("display").is_some();
                let known = string(concept, "code").filter(|_| !own).and_then(|code| known.get(code));
                named(known.copied().unwrap_or(concept))
            };
            return Some(array(include, "concept").map(with_display).collect());
        }
        let mut concepts = below(defined?);
        for filter in array(include, "filter") {
            let is_wanted = Filter::read(filter, defined?)?.choose(&concepts)?;
            concepts =
                concepts.into_iter().zip(is_wanted).filter(|(_, wanted)| *wanted).map(|(it, _)| it).collect();
        }
        Some(concepts.into_iter().filter(|concept| is_selectable(concept)).map(named).collect())
    }
}

/// Returns every concept below a code system or concept.
pub(super) fn below(parent: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut pending: Vec<&Value> = array(parent, "concept").collect();
    pending.reverse();
    while let Some(concept) = pending.pop() {
        found.push(concept);
        let below: Vec<&Value> = array(concept, "concept").collect();
        pending.extend(below.into_iter().rev());
    }
    found
}

pub(super) fn find<'s>(system: &'s Value, code: &str) -> Option<&'s Value> {
    below(system).into_iter().find(|concept| string(concept, "code") == Some(code))
}

fn is_selectable(concept: &Value) -> bool {
    !array(concept, "property")
        .any(|it| string(it, "code") == Some("notSelectable") && it["valueBoolean"] == json!(true))
}

/// Returns the concepts of a code system by their codes.
fn by_code(system: &Value) -> HashMap<&str, &Value> {
    let concepts = below(system).into_iter();
    concepts.filter_map(|concept| Some((string(concept, "code")?, concept))).collect()
}

/// Returns system and code of a coding.
fn key(coding: &Value) -> (String, String) {
    let part = |name: &str| string(coding, name).unwrap_or_default().to_owned();
    (part("system"), part("code"))
}

fn keys(codings: &[Value]) -> HashSet<(String, String)> {
    codings.iter().map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(name: &str, compose: &Value) -> Value {
        json!({"resourceType": "ValueSet", "url": format!("urn:{name}"), "version": "1", "compose": compose})
    }

    fn terminology() -> Terminology {
        let mut terminology = Terminology::default();
        terminology.add(json!({"resourceType": "CodeSystem", "url": "urn:s", "content": "complete", "concept": [
            {"code": "heart", "display": "Heart", "property": [{"code": "notSelectable", "valueBoolean": true}],
                "concept": [{"code": "af", "display": "Fibrillation"}, {"code": "hf", "display": "Failure"}]},
            {"code": "skin", "display": "Skin"}]}));
        terminology.add(json!({"resourceType": "CodeSystem", "url": "urn:part", "content": "fragment"}));
        let is_a = |op: &str, code: &str| json!([{"property": "concept", "op": op, "value": code}]);
        for (name, compose) in [
            ("all", json!({"include": [{"system": "urn:s"}]})),
            ("heart", json!({"include": [{"system": "urn:s", "filter": is_a("is-a", "heart")}]})),
            ("part", json!({"include": [{"system": "urn:part"}]})),
            ("child", json!({"include": [{"system": "urn:s", "filter": is_a("child-of", "heart")}]})),
            (
                "named",
                json!({"include": [{"system": "urn:s", "concept": [{"code": "af"}]},
                {"system": "urn:other", "concept": [{"code": "x", "display": "X"}]}]}),
            ),
            ("both", json!({"include": [{"valueSet": ["urn:all", "urn:named|1"]}]})),
            (
                "less",
                json!({"include": [{"valueSet": ["urn:all"]}], "exclude": [{"valueSet": ["urn:heart"]}]}),
            ),
            ("circle", json!({"include": [{"valueSet": ["urn:circle"]}]})),
        ] {
            terminology.add(set(name, &compose));
        }
        terminology
    }

    #[test]
    fn expands_value_sets_whose_codes_are_all_known() {
        let terminology = terminology();
        let codes = |name: &str| {
            let found = terminology.expand(&format!("urn:{name}"))?;
            Some(found.iter().map(|it| it["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" "))
        };
        for (name, wanted) in [
            ("all", Some("af hf skin")),
            ("heart", Some("af hf")),
            ("named", Some("af x")),
            ("both", Some("af")),
            ("less", Some("skin")),
            ("part", None),
            ("child", None),
            ("circle", None),
            ("missing", None),
            ("all|1", Some("af hf skin")),
            ("all|2", None),
        ] {
            assert_eq!(codes(name).as_deref(), wanted, "{name}");
        }
        assert_eq!(terminology.expand("urn:named").unwrap()[0]["display"], "Fibrillation");
    }

    #[test]
    fn offers_no_list_that_is_too_long() {
        let mut terminology = Terminology::default();
        let concepts: Vec<Value> = (0..=MAX_CODES).map(|code| json!({"code": code.to_string()})).collect();
        let compose = |count: usize| json!({"include": [{"system": "urn:s", "concept": concepts[..count]}]});
        terminology.add(set("long", &compose(MAX_CODES + 1)));
        terminology.add(set("fits", &compose(MAX_CODES)));
        assert!(terminology.expand("urn:long").is_none());
        assert_eq!(terminology.expand("urn:fits").unwrap().len(), MAX_CODES);
    }
}
