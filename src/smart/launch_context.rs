use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Error;
use crate::fhir::{FhirBaseUrl, Reference};

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
}

impl LaunchContext {
    pub(super) fn of(members: &Map<String, Value>, base: &FhirBaseUrl) -> Result<Self, Error> {
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
        })
    }
}

/// A FHIR id; or a reference to such a resource on the same server, as some servers write it.
fn id(value: Option<&Value>, resource_type: &str, base: &FhirBaseUrl) -> Result<Option<String>, Error> {
    let text = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(Error::LaunchContext("an id is not a text")),
    };
    let reference = if text.contains('/') {
        Reference::under(base, text).filter(|reference| reference.resource_type() == resource_type)
    } else {
        Reference::new(resource_type, text)
    };
    let reference = reference.ok_or(Error::LaunchContext("an id is not a FHIR id"))?;
    Ok(Some(reference.id().to_owned()))
}
