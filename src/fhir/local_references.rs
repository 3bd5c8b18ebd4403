//! References of what one server returned, written relative to it.

use serde_json::Value;

use super::{base_url::FhirBaseUrl, reference::Reference};

/// Rewrites references to resources of this server, absolute or with a version, as `Type/id`, so that readers compare one
/// spelling. References to other servers, contained resources and logical references are left as they are.
pub(super) fn relative_to(base: &FhirBaseUrl, value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| relative_to(base, item)),
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("reference")
                && let Some(short) = shortened(base, text)
            {
                *text = short;
            }
            members.values_mut().for_each(|member| relative_to(base, member));
        }
        _ => {}
    }
}

fn shortened(base: &FhirBaseUrl, text: &str) -> Option<String> {
    if !text.contains(':') && !text.contains("/_history/") {
        return None;
    }
    Some(Reference::under(base, text)?.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shortens_references_to_the_same_server_only() {
        let base = FhirBaseUrl::parse("https://ehr.example.ca/fhir").unwrap();
        for (given, written) in [
            ("https://ehr.example.ca/fhir/Medication/m1", "Medication/m1"),
            ("https://ehr.example.ca/fhir/Medication/m1/_history/3", "Medication/m1"),
            ("Medication/m1/_history/3", "Medication/m1"),
            ("Medication/m1", "Medication/m1"),
            ("https://other.example.ca/fhir/Medication/m1", "https://other.example.ca/fhir/Medication/m1"),
            (
                "urn:uuid:00000000-0000-4000-8000-000000000000",
                "urn:uuid:00000000-0000-4000-8000-000000000000",
            ),
            ("#m1", "#m1"),
        ] {
            let mut resource = json!({ "a": [{ "b": { "reference": given } }] });
            relative_to(&base, &mut resource);
            assert_eq!(resource["a"][0]["b"]["reference"], written);
        }
    }
}
