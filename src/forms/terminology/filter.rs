//! Filters of compositions (`compose.include.filter`): those whose meaning is exact for a code system that is complete.

use serde_json::Value;

use super::super::translation::{array, string, value};
use super::expansion::{below, find};
use crate::fhirpath::Pattern;

/// Properties that state the hierarchy beside the nesting of concepts.
const HIERARCHY: [&str; 4] = ["parent", "child", "subsumedBy", "partOf"];

/// Rule that chooses concepts of a code system.
pub(super) enum Filter<'s> {
    /// Concepts that are these, or are not.
    Among { concepts: Vec<&'s Value>, wanted: bool },
    /// Concepts whose code is one of these, or is not.
    Codes { codes: Vec<&'s str>, wanted: bool },
    /// Concepts whose code matches.
    Pattern(Pattern),
    /// Concepts with one of these values of a property.
    Property { name: &'s str, values: Vec<&'s str> },
    /// Concepts that have a property, or do not.
    Exists { name: &'s str, wanted: bool },
}

impl<'s> Filter<'s> {
    /// Reads a filter. `None` for one whose meaning is not exact here.
    pub(super) fn read(filter: &'s Value, system: &'s Value) -> Option<Self> {
        let [property, op, value] = ["property", "op", "value"].map(|name| string(filter, name));
        let (property, op, value) = (property?, op?, value?);
        let values = || value.split(',').map(str::trim).collect();
        if !matches!(property, "concept" | "code") {
            let name = defines(system, property).then_some(property)?;
            return match op {
                "=" => Some(Self::Property { name, values: vec![value] }),
                "in" => Some(Self::Property { name, values: values() }),
                "exists" => Some(Self::Exists { name, wanted: value.parse().ok()? }),
                _ => None,
            };
        }
        let of_hierarchy = |with_root: bool, wanted: bool| {
            let root = find(system, value).filter(|_| is_nested_only(system))?;
            let mut concepts = below(root);
            concepts.extend(with_root.then_some(root));
            Some(Self::Among { concepts, wanted })
        };
        match op {
            "is-a" => of_hierarchy(true, true),
            "descendent-of" => of_hierarchy(false, true),
            "is-not-a" => of_hierarchy(true, false),
            "=" => Some(Self::Codes { codes: vec![value], wanted: true }),
            "in" => Some(Self::Codes { codes: values(), wanted: true }),
            "not-in" => Some(Self::Codes { codes: values(), wanted: false }),
            "regex" => Pattern::compile(value).ok().map(Self::Pattern),
            _ => None,
        }
    }

    /// Returns for each concept whether the filter chooses it. `None` if the filter can be read in two ways: whether a pattern
    /// has to match the whole code is not said, so that both readings must agree.
    pub(super) fn choose(&self, concepts: &[&Value]) -> Option<Vec<bool>> {
        concepts.iter().map(|concept| self.chooses(concept)).collect()
    }

    fn chooses(&self, concept: &Value) -> Option<bool> {
        let code = string(concept, "code").unwrap_or_default();
        Some(match self {
            Self::Among { concepts, wanted } => {
                concepts.iter().any(|it| std::ptr::eq(*it, concept)) == *wanted
            }
            Self::Codes { codes, wanted } => codes.contains(&code) == *wanted,
            Self::Pattern(pattern) => {
                let whole = pattern.is_full_match(code);
                return (pattern.is_match(code) == whole).then_some(whole);
            }
            Self::Property { name, values } => {
                properties(concept, name).any(|own| values.contains(&own.as_str()))
            }
            Self::Exists { name, wanted } => properties(concept, name).next().is_some() == *wanted,
        })
    }
}

/// Values of a property of a concept, as filters write them.
fn properties<'c>(concept: &'c Value, name: &'c str) -> impl Iterator<Item = String> + 'c {
    let of_name = array(concept, "property").filter(move |it| string(it, "code") == Some(name));
    of_name.filter_map(value).filter_map(|value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        coding => string(coding, "code").map(str::to_owned),
    })
}

/// Whether a code system states a property for its concepts, other than one of the hierarchy.
fn defines(system: &Value, property: &str) -> bool {
    !HIERARCHY.contains(&property) && array(system, "property").any(|it| string(it, "code") == Some(property))
}

/// Whether the nesting of concepts is the whole hierarchy, and means that the inner concept is an outer one.
fn is_nested_only(system: &Value) -> bool {
    let means_is_a = string(system, "hierarchyMeaning").is_none_or(|meaning| meaning == "is-a");
    let is_of_hierarchy =
        |property: &Value| string(property, "code").is_some_and(|code| HIERARCHY.contains(&code));
    means_is_a && !below(system).into_iter().any(|it| array(it, "property").any(is_of_hierarchy))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chosen(system: &Value, property: &str, op: &str, value: &str) -> Option<String> {
        let filter = json!({"property": property, "op": op, "value": value});
        let concepts = below(system);
        let wanted = Filter::read(&filter, system)?.choose(&concepts)?;
        let found = concepts.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
        Some(found.map(|(concept, _)| concept["code"].as_str().unwrap()).collect::<Vec<_>>().join(" "))
    }

    fn system() -> Value {
        json!({"url": "urn:s", "content": "complete", "property": [{"code": "kind", "type": "code"}, {"code": "old", "type": "boolean"}],
            "concept": [
                {"code": "a1", "property": [{"code": "kind", "valueCode": "x"}, {"code": "old", "valueBoolean": true}],
                    "concept": [{"code": "a2", "property": [{"code": "kind", "valueCode": "y"}]}]},
                {"code": "b"}]})
    }

    #[test]
    fn chooses_concepts_by_exact_filters() {
        for (property, op, value, wanted) in [
            ("concept", "is-a", "a1", "a1 a2"),
            ("code", "descendent-of", "a1", "a2"),
            ("concept", "is-not-a", "a1", "b"),
            ("code", "=", "b", "b"),
            ("code", "in", "b, a2", "a2 b"),
            ("code", "not-in", "b", "a1 a2"),
            ("code", "regex", "^a[0-9]$", "a1 a2"),
            ("code", "regex", "a[0-9]", "a1 a2"),
            ("kind", "=", "y", "a2"),
            ("kind", "in", "x,y", "a1 a2"),
            ("old", "=", "true", "a1"),
            ("kind", "exists", "false", "b"),
        ] {
            assert_eq!(
                chosen(&system(), property, op, value).as_deref(),
                Some(wanted),
                "{property} {op} {value}"
            );
        }
    }

    #[test]
    fn knows_no_filter_whose_meaning_is_not_exact() {
        for (property, op, value) in [
            ("code", "regex", "a"),
            ("code", "regex", "("),
            ("concept", "generalizes", "a2"),
            ("concept", "is-a", "missing"),
            ("unstated", "=", "x"),
            ("kind", "regex", "x"),
            ("parent", "=", "a1"),
        ] {
            assert_eq!(chosen(&system(), property, op, value), None, "{property} {op} {value}");
        }
        let mut parts = system();
        parts["hierarchyMeaning"] = json!("part-of");
        assert_eq!(chosen(&parts, "concept", "is-a", "a1"), None);
        let mut linked = system();
        linked["concept"][1]["property"] = json!([{"code": "parent", "valueCode": "a1"}]);
        assert_eq!(chosen(&linked, "concept", "is-a", "a1"), None, "b is below a1 too");
        assert_eq!(chosen(&linked, "code", "=", "b").as_deref(), Some("b"));
    }
}
