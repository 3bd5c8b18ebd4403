//! Texts of a `CodeableConcept`, and the concept that says what a resource is about.

use serde_json::Value;

/// Extension of a text with the same text in another language.
pub const TRANSLATION: &str = "http://hl7.org/fhir/StructureDefinition/translation";

/// Elements with the concept that a resource is about, in resource types of the Patient compartment.
const CONCEPTS: [&str; 4] = ["code", "medicationCodeableConcept", "vaccineCode", "type"];

/// Returns the concept that a resource is about, such as the diagnosis of a Condition.
#[must_use]
pub fn main_concept(resource: &Value) -> Option<&Value> {
    CONCEPTS.iter().map(|name| &resource[*name]).find(|concept| !concept.is_null())
}

/// Returns the text of a concept: its own, else the first display name of its codings.
#[must_use]
pub fn concept_text(concept: &Value) -> Option<&str> {
    written(&concept["text"]).or_else(|| codings(concept).find_map(|coding| written(&coding["display"])))
}

/// Returns the text of a concept, or its first code if it has none.
#[must_use]
pub fn concept_text_or_code(concept: &Value) -> Option<&str> {
    concept_text(concept).or_else(|| codings(concept).find_map(|coding| written(&coding["code"])))
}

fn codings(concept: &Value) -> impl Iterator<Item = &Value> {
    concept["coding"].as_array().into_iter().flatten()
}

fn written(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prefers_the_text_to_the_display_name_and_that_to_the_code() {
        for (concept, text, or_code) in [
            (json!({ "text": "Asthma", "coding": [{ "display": "x" }] }), Some("Asthma"), Some("Asthma")),
            (
                json!({ "text": " ", "coding": [{ "code": "1" }, { "display": "Asthma" }] }),
                Some("Asthma"),
                Some("Asthma"),
            ),
            (json!({ "coding": [{ "code": "1" }] }), None, Some("1")),
            (json!({ "coding": 5 }), None, None),
            (Value::Null, None, None),
        ] {
            assert_eq!(
                (concept_text(&concept), concept_text_or_code(&concept)),
                (text, or_code),
                "{concept}"
            );
        }
    }
}
