//! Launch context of a token response: patient, encounter and more.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{Error, LaunchContextError};
use crate::fhir::{FhirBaseUrl, Reference};

const LAUNCH: &str = "launch";
/// Number of fhirContext items that are read; the rest is ignored.
const MAX_ITEMS: usize = 50;
const MAX_URL_BYTES: usize = 1024;
const MAX_TEXT_BYTES: usize = 256;

/// Context of a launch. Read from the token response only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchContext {
    /// FHIR id of the patient in context.
    pub patient: Option<String>,
    /// FHIR id of the encounter in context.
    pub encounter: Option<String>,
    /// Task of the user, named by the EHR.
    pub intent: Option<String>,
    /// Organization, named by the EHR. Unique for one issuer only.
    pub tenant: Option<String>,
    /// Whether the app must show a patient banner. True unless the EHR sends `false`.
    pub need_patient_banner: bool,
    /// Other resources in context, all on the EHR's own server.
    #[serde(default)]
    pub fhir_context: Vec<ContextItem>,
    /// URL of the EHR's style document.
    #[serde(default)]
    pub smart_style_url: Option<String>,
}

/// Resource in context (SMART "fhirContext"), on the EHR's own server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextItem {
    /// Type and id.
    pub reference: Reference,
    /// Role of the resource. The default, `launch`, means that the app was launched for it.
    pub role: String,
}

impl LaunchContext {
    pub(super) fn of(members: &Map<String, Value>, base: &FhirBaseUrl) -> Result<Self, Error> {
        tracing::trace!(target: "walk", "read the launch context");
        let text = |name: &str| {
            members
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| text.len() <= MAX_TEXT_BYTES)
                .map(str::to_owned)
        };
        Ok(Self {
            patient: id(members.get("patient"), "Patient", base)?,
            encounter: id(members.get("encounter"), "Encounter", base).unwrap_or_else(|error| {
                // A launch that is safe is not refused for a visit that no page needs.
                tracing::warn!(cause = %error, "ignored the encounter of a token response");
                None
            }),
            intent: text("intent"),
            tenant: text("tenant"),
            need_patient_banner: !matches!(members.get("need_patient_banner"), Some(Value::Bool(false)))
                && members.get("need_patient_banner").and_then(Value::as_str) != Some("false"),
            fhir_context: fhir_context(members.get("fhirContext"), base),
            smart_style_url: members
                .get("smart_style_url")
                .and_then(Value::as_str)
                .filter(|url| url.len() <= MAX_URL_BYTES)
                .map(str::to_owned),
        })
    }

    /// Returns the resource of this type for which the app was launched, if there is exactly one.
    #[must_use]
    pub fn about(&self, resource_type: &str) -> Option<&Reference> {
        let mut found = self
            .fhir_context
            .iter()
            .filter(|item| item.role == LAUNCH && item.reference.resource_type() == resource_type);
        let first = found.next()?;
        found.next().is_none().then_some(&first.reference)
    }
}

/// Parses items as objects (SMART 2.1) or as references (2.0). Malformed items and resources of other servers are ignored,
/// and so is a Patient or Encounter without a role: it only repeats `patient` or `encounter`.
fn fhir_context(value: Option<&Value>, base: &FhirBaseUrl) -> Vec<ContextItem> {
    let items = value.and_then(Value::as_array).into_iter().flatten().take(MAX_ITEMS);
    items.filter_map(|item| context_item(item, base)).collect()
}

fn context_item(item: &Value, base: &FhirBaseUrl) -> Option<ContextItem> {
    let (reference, role) = match item {
        Value::String(reference) => (reference.as_str(), LAUNCH),
        item => (item.get("reference")?.as_str()?, item.get("role").map_or(Some(LAUNCH), Value::as_str)?),
    };
    let reference = Reference::under(base, reference)?;
    let doubles = role == LAUNCH && matches!(reference.resource_type(), "Patient" | "Encounter");
    let usable = !role.is_empty() && role.len() <= MAX_URL_BYTES && !doubles;
    usable.then(|| ContextItem { reference, role: role.to_owned() })
}

/// Parses a FHIR id, or a reference to a resource of this type on the same server, which some servers send.
fn id(value: Option<&Value>, resource_type: &str, base: &FhirBaseUrl) -> Result<Option<String>, Error> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(LaunchContextError::IdNotString.into()),
    };
    let reference = if text.contains('/') {
        Reference::under(base, text).filter(|reference| reference.resource_type() == resource_type)
    } else {
        Reference::new(resource_type, text)
    };
    let reference = reference.ok_or(LaunchContextError::IdInvalid)?;
    Ok(Some(reference.id().to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn items(value: &Value) -> Vec<String> {
        let base = FhirBaseUrl::parse("https://ehr.example/fhir").unwrap();
        let items = fhir_context(Some(value), &base);
        items.into_iter().map(|item| format!("{} {}", item.reference, item.role)).collect()
    }

    /// A visit that is empty, too long or no id is left out; the patient opens all the same. Epic's ids exceed 64 characters.
    #[test]
    fn opens_the_patient_whatever_the_encounter_is() {
        let base = FhirBaseUrl::parse("https://ehr.example/fhir").unwrap();
        let long = "e".repeat(69);
        let read = |members: Value| LaunchContext::of(members.as_object().unwrap(), &base);
        for (encounter, read_as) in [
            (json!(""), None),
            (json!(" "), None),
            (json!(null), None),
            (json!(long), Some(long.as_str())),
            (json!("e".repeat(300)), None),
            (json!("../x"), None),
            (json!(7), None),
        ] {
            let context = read(json!({ "patient": long, "encounter": encounter })).unwrap();
            assert_eq!(context.patient.as_deref(), Some(long.as_str()), "{encounter}");
            assert_eq!(context.encounter.as_deref(), read_as, "{encounter}");
        }
        assert!(read(json!({ "patient": "../x" })).is_err(), "a patient that cannot be read ends the launch");
    }

    /// CTX-05: objects and references, absolute references to the same server, with and without a role.
    #[test]
    fn parses_items_in_both_shapes() {
        let read = items(&json!([
            {"reference": "ServiceRequest/1"}, "Organization/2",
            {"reference": "https://ehr.example/fhir/Task/3", "type": "Task", "role": "https://x.example/role"},
            {"reference": "Patient/4", "role": "https://x.example/sibling"}
        ]));
        let expected = [
            "ServiceRequest/1 launch",
            "Organization/2 launch",
            "Task/3 https://x.example/role",
            "Patient/4 https://x.example/sibling",
        ];
        assert_eq!(read, expected);
    }

    /// CTX-05, T08: malformed items, those of other servers and those that repeat the context; the others are kept.
    #[test]
    fn ignores_malformed_and_foreign_items() {
        let odd = json!([
            {}, null, 5, [], "x", {"reference": 5}, {"reference": "https://evil.test/fhir/ServiceRequest/1"},
            {"reference": "ServiceRequest/.."}, {"reference": "ServiceRequest/1", "role": ""},
            {"reference": "ServiceRequest/1", "role": 5}, {"canonical": "https://x.example/Questionnaire|1"},
            {"identifier": {"value": "1"}}, {"reference": "Patient/1"}, "Encounter/1", "Group/7"
        ]);
        assert_eq!(items(&odd), ["Group/7 launch"]);
        for none in [json!({}), json!("ServiceRequest/1"), json!(null), json!(7)] {
            assert!(items(&none).is_empty(), "{none}");
        }
        assert_eq!(items(&json!(vec!["Group/1"; 1000])).len(), MAX_ITEMS);
    }

    /// CTX-05: two resources of one type are ambiguous.
    #[test]
    fn returns_the_resource_of_a_launch_only_if_it_is_unique() {
        let base = FhirBaseUrl::parse("https://ehr.example/fhir").unwrap();
        let about = |value: Value| {
            let fhir_context = fhir_context(Some(&value), &base);
            let context = LaunchContext { fhir_context, ..LaunchContext::default() };
            context.about("ServiceRequest").map(ToString::to_string)
        };
        let found = about(json!(["ServiceRequest/1", "Organization/2"]));
        assert_eq!(found.as_deref(), Some("ServiceRequest/1"));
        assert_eq!(about(json!(["ServiceRequest/1", "ServiceRequest/2"])), None);
        assert_eq!(about(json!([{"reference": "ServiceRequest/1", "role": "x"}])), None);
    }
}
