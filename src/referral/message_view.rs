//! View of a message that was built, for the review: what it says besides the answers.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sharing;
use crate::{
    fhir::{clinical_date, concept_text_or_code, main_concept},
    forms::moment,
};

/// Content of a message besides the answers of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MessageView {
    /// Persons and organizations: kind, the end of the message key `sent-{kind}`, and text.
    pub(super) people: Vec<SentLine>,
    /// Documents, with the type and size of each file.
    pub(super) documents: Vec<SentDocument>,
    /// Other entries of the chart, with their dates.
    pub(super) entries: Vec<SentLine>,
}

/// Line about one resource of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLine {
    /// End of the message key `sent-{kind}`.
    pub kind: String,
    /// Text for people.
    pub text: String,
}

/// Document of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentDocument {
    /// Title for people, with its date.
    pub title: String,
    /// Media type and size of each file.
    pub files: Vec<SentFile>,
}

/// File of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Media type.
    pub content_type: String,
    /// Size in kilobytes, rounded up; 0 if the file has no content.
    pub kilobytes: u64,
}

impl MessageView {
    /// Reads a message. `lang` is the language of the page, `zone` the site's time zone.
    pub(super) fn of(message: &Value, lang: &str, zone: &TimeZone) -> Self {
        let mut view = Self::default();
        for entry in message["entry"].as_array().into_iter().flatten() {
            let resource = &entry["resource"];
            match resource["resourceType"].as_str().unwrap_or_default() {
                kind @ ("Practitioner" | "Organization" | "Location" | "HealthcareService") => {
                    let text = person(resource);
                    if !text.is_empty() {
                        view.people.push(SentLine { kind: kind.to_lowercase(), text });
                    }
                }
                "DocumentReference" | "DiagnosticReport" | "Media" => {
                    view.documents.push(document(resource, lang, zone));
                }
                "MessageHeader"
                | "ServiceRequest"
                | "Patient"
                | "PractitionerRole"
                | "QuestionnaireResponse" => {}
                kind => {
                    let text = entry_text(resource, lang, zone);
                    view.entries.push(SentLine { kind: kind.to_lowercase(), text });
                }
            }
        }
        view
    }
}

/// Name, identifiers, contact points and address of a person or an organization.
fn person(resource: &Value) -> String {
    let list = |name: &str| {
        resource[name].as_array().into_iter().flatten().map(|it| sharing::text(name, it)).collect()
    };
    let names: Vec<String> = match &resource["name"] {
        Value::String(name) => vec![name.clone()],
        _ => list("name"),
    };
    let addresses = match &resource["address"] {
        address @ Value::Object(_) => vec![sharing::text("address", address)],
        _ => list("address"),
    };
    let parts = [names, list("identifier"), list("telecom"), addresses].concat();
    parts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn document(resource: &Value, lang: &str, zone: &TimeZone) -> SentDocument {
    let contents = resource["content"].as_array().into_iter().flatten().map(|content| &content["attachment"]);
    let attachments = contents.chain(resource["presentedForm"].as_array().into_iter().flatten());
    let file = |attachment: &Value| SentFile {
        content_type: attachment["contentType"].as_str().unwrap_or_default().to_owned(),
        kilobytes: attachment["data"]
            .as_str()
            .map_or(0, |data| (data.len() as u64 / 4 * 3).div_ceil(1024).max(1)),
    };
    SentDocument { title: entry_text(resource, lang, zone), files: attachments.map(file).collect() }
}

/// Text, value and date of an entry of the chart.
fn entry_text(resource: &Value, lang: &str, zone: &TimeZone) -> String {
    let concept = |concept: &Value| concept_text_or_code(concept).map(str::to_owned);
    let named = resource["description"].as_str().map(str::to_owned);
    let named = named.or_else(|| main_concept(resource).and_then(concept));
    let named = named.or_else(|| resource["medicationReference"]["display"].as_str().map(str::to_owned));
    let value = quantity(&resource["valueQuantity"]).or_else(|| concept(&resource["valueCodeableConcept"]));
    let value = value.or_else(|| resource["valueString"].as_str().map(str::to_owned));
    let components = resource["component"].as_array().into_iter().flatten();
    let components = components.filter_map(|part| {
        Some(format!("{} {}", concept(&part["code"])?, quantity(&part["valueQuantity"])?))
    });
    let dated = clinical_date(resource).map(|dated| moment(dated, lang, zone));
    let parts = [named, value].into_iter().flatten().chain(components).chain(dated);
    parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn quantity(quantity: &Value) -> Option<String> {
    let number = quantity["value"].as_number()?;
    let unit = quantity["unit"].as_str().or(quantity["code"].as_str()).unwrap_or_default();
    let comparator = quantity["comparator"].as_str().unwrap_or_default();
    Some(format!("{comparator}{number} {unit}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_and_dates_every_kind_of_entry() {
        for (resource, text) in [
            (
                json!({ "resourceType": "Procedure", "code": { "text": "Bypass" }, "performedDateTime": "2019-05-02" }),
                "Bypass, 2 May 2019",
            ),
            (
                json!({ "resourceType": "Immunization", "vaccineCode": { "coding": [{ "display": "Influenza" }] },
                    "occurrenceDateTime": "2025-10-01" }),
                "Influenza, 1 Oct 2025",
            ),
            (
                json!({ "resourceType": "Condition", "code": { "coding": [{ "code": "73211009" }] },
                    "onsetDateTime": "2011" }),
                "73211009, 2011",
            ),
        ] {
            let message = json!({ "entry": [{ "resource": resource }] });
            let view = MessageView::of(&message, "en", &TimeZone::UTC);
            assert_eq!(view.entries[0].text, text);
        }
    }
}
