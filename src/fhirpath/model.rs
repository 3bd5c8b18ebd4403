//! Types of FHIR R4: the primitive and complex types, the elements of the resources that forms read, and the names of the
//! other resources.

use std::fmt;
use std::sync::LazyLock;

use ahash::AHashMap;
use serde_json::{Value, json};

use super::choice::choice_type;

/// Types, one on a line. The file says how.
const TABLE: &str = include_str!("r4.txt");

/// System types of `FHIRPath`.
const SYSTEM: &[&str] = &["Boolean", "Date", "DateTime", "Decimal", "Integer", "Quantity", "String", "Time"];

static TYPES: LazyLock<AHashMap<&'static str, Type>> = LazyLock::new(|| {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(Type::parse).map(|found| (found.name, found)).collect()
});

static SYSTEM_INFO: LazyLock<AHashMap<&'static str, Value>> =
    LazyLock::new(|| SYSTEM.iter().map(|name| (*name, info("System", name))).collect());

/// Type of FHIR.
pub(super) struct Type {
    /// Name of the type, or the path of an element with a type of its own (`Patient.contact`).
    name: &'static str,
    base: Option<&'static str>,
    elements: AHashMap<&'static str, Element>,
    /// Names of the elements that are a choice of types.
    choices: Vec<&'static str>,
    info: Value,
}

/// Element of a type.
struct Element {
    shape: Shape,
    repeats: bool,
}

enum Shape {
    Of(&'static str),
    /// Type of its own, with the path as name.
    Own,
    /// Choice of types, which the name in JSON contains.
    Choice,
}

impl Type {
    fn parse(line: &'static str) -> Option<Self> {
        let mut words = line.split(' ');
        let (name, base) = (words.next()?, words.next().filter(|base| *base != "-"));
        let elements = words.map(|word| {
            let (plain, repeats) = word.strip_suffix('*').map_or((word, false), |plain| (plain, true));
            let (name, shape) = match plain.split_once(':') {
                Some((name, ".")) => (name, Shape::Own),
                Some((name, of)) => (name, Shape::Of(of)),
                None => (plain.trim_end_matches("[x]"), Shape::Choice),
            };
            (name, Element { shape, repeats })
        });
        let elements: AHashMap<_, _> = elements.collect();
        let is_choice = |found: &(&&'static str, &Element)| matches!(found.1.shape, Shape::Choice);
        let choices = elements.iter().filter(is_choice).map(|(name, _)| *name).collect();
        let public = if name.contains('.') { base.unwrap_or(name) } else { name };
        Some(Self { name, base, elements, choices, info: info("FHIR", public) })
    }

    /// Returns the type with this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        TYPES.get(name)
    }

    /// Returns the type of the element that JSON names `key`.
    pub(super) fn child(&self, key: &str) -> Option<&'static Self> {
        match self.elements.get(key).map(|element| &element.shape) {
            Some(Shape::Of(name)) => Self::find(name),
            Some(Shape::Own) => Self::find(&format!("{}.{key}", self.name)),
            Some(Shape::Choice) => None,
            None => self.choice(key).or_else(|| self.base()?.child(key)),
        }
    }

    fn choice(&self, key: &str) -> Option<&'static Self> {
        let mut types = self.choices.iter().filter_map(|name| choice_type(key, name));
        types.next().and_then(Self::find)
    }

    /// Returns the element that it or its base has under this name.
    fn element(&self, name: &str) -> Option<&Element> {
        self.elements.get(name).or_else(|| self.base()?.element(name))
    }

    fn base(&self) -> Option<&'static Self> {
        self.base.and_then(Self::find)
    }

    /// Returns the name: of a type of FHIR, or the path of an element.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether this is the type with this name.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// Whether this is the type with this name, or derived from it.
    pub(super) fn is_a(&self, name: &str) -> bool {
        self.is(name) || self.base().is_some_and(|base| base.is_a(name))
    }

    /// Whether values of the type are JSON texts, numbers or booleans.
    pub(super) fn is_primitive(&self) -> bool {
        self.name.starts_with(|first: char| first.is_ascii_lowercase())
    }

    /// Returns namespace and name as an element.
    pub(super) fn info(&self) -> &Value {
        &self.info
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Definition of an element of FHIR R4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ElementDefinition {
    /// Name of its type, or the path of an element with a type of its own; `None` for a choice of types.
    pub kind: Option<&'static str>,
    /// Whether it may have several values, and is an array in JSON.
    pub repeats: bool,
}

/// Returns the definition of an element of a type: `name` of `Patient`, `value` or `valueQuantity` of `Observation`. `None`
/// if the type has no such element, or is not known in detail.
#[must_use]
pub fn element_definition(kind: &str, name: &str) -> Option<ElementDefinition> {
    let of = Type::find(kind)?;
    let own = of.element(name);
    let child = of.child(name);
    if own.is_none() && child.is_none() {
        return None;
    }
    Some(ElementDefinition { kind: child.map(Type::name), repeats: own.is_some_and(|own| own.repeats) })
}

/// Whether this is the name of a system type.
pub(super) fn is_system_type(name: &str) -> bool {
    SYSTEM.contains(&name)
}

/// Returns namespace and name of a system type as an element.
pub(super) fn system_info(name: &str) -> Option<&'static Value> {
    SYSTEM_INFO.get(name)
}

fn info(namespace: &str, name: &str) -> Value {
    json!({ "namespace": namespace, "name": name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_only_types_that_it_lists() {
        for found in TYPES.values() {
            assert!(found.base.is_none() || found.base().is_some(), "{found:?} has an unknown base");
            for (name, element) in &found.elements {
                let known = matches!(element.shape, Shape::Choice) || found.child(name).is_some();
                assert!(known, "{found:?}.{name} has an unknown type");
            }
        }
    }

    #[test]
    fn knows_the_types_of_elements() {
        let child = |of: &str, key: &str| Type::find(of)?.child(key).map(|found| found.name);
        assert_eq!(child("Patient", "birthDate"), Some("date"));
        assert_eq!(child("Patient", "contact"), Some("Patient.contact"));
        assert_eq!(child("Patient.contact", "name"), Some("HumanName"));
        assert_eq!(child("Patient", "deceasedBoolean"), Some("boolean"));
        assert_eq!(child("Observation", "valueQuantity"), Some("Quantity"));
        assert_eq!(child("QuestionnaireResponse.item.answer", "item"), Some("QuestionnaireResponse.item"));
        assert_eq!(child("Patient", "id"), Some("id"));
        assert_eq!(child("HumanName", "id"), Some("string"));
        assert_eq!(child("Patient", "given"), None);
        assert!(Type::find("Age").unwrap().is_a("Quantity"));
        assert!(Type::find("Patient").unwrap().is_a("Resource"));
        assert!(!Type::find("code").unwrap().is_a("id"));
    }

    #[test]
    fn knows_the_elements_that_repeat() {
        let found = |of: &str, name: &str| element_definition(of, name).map(|it| (it.kind, it.repeats));
        assert_eq!(found("Patient", "name"), Some((Some("HumanName"), true)));
        assert_eq!(found("Patient", "birthDate"), Some((Some("date"), false)));
        assert_eq!(found("Patient", "contact"), Some((Some("Patient.contact"), true)));
        assert_eq!(found("Patient", "extension"), Some((Some("Extension"), true)));
        assert_eq!(found("Observation", "value"), Some((None, false)));
        assert_eq!(found("Observation", "valueQuantity"), Some((Some("Quantity"), false)));
        assert_eq!(found("Observation", "colour"), None);
    }
}
