//! View of a message that was built, for the review: what it says besides the answers.

use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::Value;

use super::sharing;
use crate::forms::moment;

/// Content of a message besides the answers of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MessageView {
    /// Persons and organizations: kind, the end of the message key `sent-{kind}`, and text.
    pub(super) people: Vec<SentLine>,
    /// Documents, with the type and size of each file.
    pub(super) documents: Vec<SentDocument>,
    /// Other entries of the chart, with their dates.
    pub(super) entries: Vec<SentLine>,
}

/// Line about one resource of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentLine {
    /// End of the message key `sent-{kind}`.
    pub kind: String,
    /// Text for people.
    pub text: String,
}

/// Document of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentDocument {
    /// Title for people, with its date.
    pub title: String,
    /// Media type and size of each file, such as `application/pdf, 820 bytes`.
    pub files: Vec<SentFile>,
}

/// File of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentFile {
    /// Media type.
    pub content_type: String,
    /// Size in kilobytes, rounded up; 0 if the file has no content.
    pub kilobytes: u64,
}

/// Elements with the date of an entry, in order of preference.
const DATES: [&str; 7] = [
    "effectiveDateTime",
    "effectiveInstant",
    "recordedDate",
    "authoredOn",
    "onsetDateTime",
    "date",
    "issued",
];

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
    let concept = |concept: &Value| {
        let display =
            concept["coding"].as_array().into_iter().flatten().find_map(|coding| coding["display"].as_str());
        concept["text"].as_str().or(display).map(str::to_owned)
    };
    let concepts = ["medicationCodeableConcept", "vaccineCode", "type", "code"];
    let named = resource["description"].as_str().map(str::to_owned);
    let named = named.or_else(|| concepts.iter().find_map(|name| concept(&resource[*name])));
    let named = named.or_else(|| resource["medicationReference"]["display"].as_str().map(str::to_owned));
    let value = quantity(&resource["valueQuantity"]).or_else(|| concept(&resource["valueCodeableConcept"]));
    let value = value.or_else(|| resource["valueString"].as_str().map(str::to_owned));
    let components = resource["component"].as_array().into_iter().flatten();
    let components = components.filter_map(|part| {
        Some(format!("{} {}", concept(&part["code"])?, quantity(&part["valueQuantity"])?))
    });
    let dated = DATES.iter().find_map(|name| resource[*name].as_str());
    let period =
        || resource["effectivePeriod"]["end"].as_str().or(resource["effectivePeriod"]["start"].as_str());
    let dated = dated.or_else(period).map(|dated| moment(dated, lang, zone));
    let parts = [named, value].into_iter().flatten().chain(components).chain(dated);
    parts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn quantity(quantity: &Value) -> Option<String> {
    let number = quantity["value"].as_number()?;
    let unit = quantity["unit"].as_str().or(quantity["code"].as_str()).unwrap_or_default();
    let comparator = quantity["comparator"].as_str().unwrap_or_default();
    Some(format!("{comparator}{number} {unit}").trim_end().to_owned())
}
