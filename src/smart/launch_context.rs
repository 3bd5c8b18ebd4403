use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::{Error, LaunchContextError};
use crate::fhir::{FhirBaseUrl, Reference};

const LAUNCH: &str = "launch";
const MOST_ITEMS: usize = 50;
const LONGEST_URL: usize = 1024;

/// What the EHR said the launch is about. It comes from the token response and from nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchContext {
    /// FHIR id of the patient in context.
    pub patient: Option<String>,
    /// FHIR id of the encounter in context.
    pub encounter: Option<String>,
    /// What the user wants to do, in the EHR's words.
    pub intent: Option<String>,
    /// The organization, in the EHR's words; means something only together with the issuer.
    pub tenant: Option<String>,
    /// Whether we must show whose chart it is. True unless the EHR clearly says otherwise.
    pub need_patient_banner: bool,
    /// What else is open in the EHR, on its own server.
    #[serde(default)]
    pub fhir_context: Vec<ContextItem>,
    /// Where the EHR says how it looks.
    #[serde(default)]
    pub smart_style_url: Option<String>,
}

/// One resource in context (SMART "fhirContext"): of the EHR's own server, named by type and id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextItem {
    /// Type and id.
    pub reference: Reference,
    /// What it is for; `launch` where the EHR says nothing: the app was opened about it.
    pub role: String,
}

impl LaunchContext {
    pub(super) fn of(members: &Map<String, Value>, base: &FhirBaseUrl) -> Result<Self, Error> {
        tracing::trace!(target: "walk", "read the launch context");
        let text = |name: &str| {
            members.get(name).and_then(Value::as_str).filter(|text| text.len() <= 256).map(str::to_owned)
        };
        Ok(Self {
            patient: id(members.get("patient"), "Patient", base)?,
            encounter: id(members.get("encounter"), "Encounter", base)?,
            intent: text("intent"),
            tenant: text("tenant"),
            need_patient_banner: !matches!(members.get("need_patient_banner"), Some(Value::Bool(false)))
                && members.get("need_patient_banner").and_then(Value::as_str) != Some("false"),
            fhir_context: fhir_context(members.get("fhirContext"), base),
            smart_style_url: members
                .get("smart_style_url")
                .and_then(Value::as_str)
                .filter(|url| url.len() <= LONGEST_URL)
                .map(str::to_owned),
        })
    }

    /// The resource of a type that the app was opened about, if there is exactly one.
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

/// Items as objects (2.1) or as bare references (2.0). What is elsewhere, odd, or says twice what `patient` and
/// `encounter` say is left out.
fn fhir_context(value: Option<&Value>, base: &FhirBaseUrl) -> Vec<ContextItem> {
    let items = value.and_then(Value::as_array).into_iter().flatten().take(MOST_ITEMS);
    items.filter_map(|item| context_item(item, base)).collect()
}

fn context_item(item: &Value, base: &FhirBaseUrl) -> Option<ContextItem> {
    let (reference, role) = match item {
        Value::String(reference) => (reference.as_str(), LAUNCH),
        item => (item.get("reference")?.as_str()?, item.get("role").map_or(Some(LAUNCH), Value::as_str)?),
    };
    let reference = Reference::under(base, reference)?;
    let doubles = role == LAUNCH && matches!(reference.resource_type(), "Patient" | "Encounter");
    let usable = !role.is_empty() && role.len() <= LONGEST_URL && !doubles;
    usable.then(|| ContextItem { reference, role: role.to_owned() })
}

/// A FHIR id; or a reference to such a resource on the same server, as some servers write it.
fn id(value: Option<&Value>, resource_type: &str, base: &FhirBaseUrl) -> Result<Option<String>, Error> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
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

    /// CTX-05: both shapes, own absolute references, a role or none.
    #[test]
    fn items_are_read_in_both_shapes() {
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

    /// CTX-05, T08: what is elsewhere, odd, or doubles the context is left out, and the rest is read.
    #[test]
    fn items_that_are_odd_or_elsewhere_are_left_out() {
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
        assert_eq!(items(&json!(vec!["Group/1"; 1000])).len(), MOST_ITEMS);
    }

    /// CTX-05: one referral, or none: of two nobody says which.
    #[test]
    fn a_launch_is_about_one_resource_of_a_type_or_none() {
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
