//! Choice types: `value` in an expression, `valueQuantity` in JSON.

/// Data types that can be the suffix of a choice element's name, sorted, with the FHIR name of each.
const SUFFIXES: &[(&str, &str)] = &[
    ("Address", "Address"),
    ("Age", "Age"),
    ("Annotation", "Annotation"),
    ("Attachment", "Attachment"),
    ("Base64Binary", "base64Binary"),
    ("Boolean", "boolean"),
    ("Canonical", "canonical"),
    ("Code", "code"),
    ("CodeableConcept", "CodeableConcept"),
    ("Coding", "Coding"),
    ("ContactPoint", "ContactPoint"),
    ("Count", "Count"),
    ("Date", "date"),
    ("DateTime", "dateTime"),
    ("Decimal", "decimal"),
    ("Distance", "Distance"),
    ("Dosage", "Dosage"),
    ("Duration", "Duration"),
    ("Expression", "Expression"),
    ("HumanName", "HumanName"),
    ("Id", "id"),
    ("Identifier", "Identifier"),
    ("Instant", "instant"),
    ("Integer", "integer"),
    ("Markdown", "markdown"),
    ("Money", "Money"),
    ("Oid", "oid"),
    ("Period", "Period"),
    ("PositiveInt", "positiveInt"),
    ("Quantity", "Quantity"),
    ("Range", "Range"),
    ("Ratio", "Ratio"),
    ("Reference", "Reference"),
    ("SampledData", "SampledData"),
    ("Signature", "Signature"),
    ("String", "string"),
    ("Time", "time"),
    ("Timing", "Timing"),
    ("UnsignedInt", "unsignedInt"),
    ("Uri", "uri"),
    ("Url", "url"),
    ("Uuid", "uuid"),
];

/// The type behind `key` when it is the choice element `name` (`valueQuantity` for `value`), or nothing:
/// `valueSet` is no choice of `value`.
pub(super) fn choice_type(key: &str, name: &str) -> Option<&'static str> {
    let suffix = key.strip_prefix(name)?;
    let at = SUFFIXES.binary_search_by_key(&suffix, |(written, _)| written).ok()?;
    Some(SUFFIXES[at].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_choices_and_refuses_lookalikes() {
        assert!(SUFFIXES.is_sorted());
        assert_eq!(choice_type("valueQuantity", "value"), Some("Quantity"));
        assert_eq!(choice_type("deceasedBoolean", "deceased"), Some("boolean"));
        assert_eq!(choice_type("valueSet", "value"), None);
        assert_eq!(choice_type("value", "value"), None);
    }
}
