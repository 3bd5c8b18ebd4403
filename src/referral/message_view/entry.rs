//! Entries of a message: one line at a glance, and everything that is sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    datatype::text,
    piece::{Detail, Piece, joined},
    reader::Reader,
};
use crate::fhir::{clinical_date, main_concept};

/// Resource of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SentEntry {
    /// End of the message key `sent-{kind}`.
    pub kind: String,
    /// One line at a glance.
    pub title: Vec<Piece>,
    /// Elements beside the line, such as phone numbers.
    pub lead: Vec<Detail>,
    /// All elements.
    pub details: Vec<Detail>,
    /// Media type and size of each file.
    pub files: Vec<SentFile>,
}

/// Entries of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentGroup {
    /// End of the message key `sent-group-{kind}`.
    pub kind: String,
    /// Its entries.
    pub entries: Vec<SentEntry>,
}

/// File of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentFile {
    /// Media type.
    pub content_type: String,
    /// Size in kilobytes, rounded up; 0 if the file has no content.
    pub kilobytes: u64,
    /// Hash of the content as FHIR writes it; empty if the message has none.
    #[serde(default)]
    pub hash: String,
    /// Address of the file here; empty unless a person added it and it is still stored.
    #[serde(default)]
    pub path: String,
}

impl Reader<'_> {
    /// Entry of the chart, or a document.
    pub(super) fn chart_entry(&self, resource: &Value) -> SentEntry {
        SentEntry {
            kind: kind_of(resource),
            title: self.title(resource),
            lead: Vec::new(),
            details: self.details(resource, &["subject", "patient"]),
            files: files(resource),
        }
    }

    /// Person, role, organization or place, with the ways to reach it.
    pub(super) fn party(&self, resource: &Value) -> SentEntry {
        let reach = ["specialty", "telecom", "address"].into_iter().flat_map(|name| {
            let items = match &resource[name] {
                Value::Array(items) => items.iter().collect(),
                Value::Null => Vec::new(),
                item => vec![item],
            };
            items.into_iter().map(move |item| (name, item))
        });
        let reach = reach.map(|(name, item)| match name {
            "telecom" => self.detail(name, &without(item, &["use", "rank", "period"])).of(item),
            "address" => self.detail(name, &without(item, &["use", "type", "period"])),
            _ => Detail { value: self.short(item), ..self.detail(name, &Value::Null) },
        });
        SentEntry {
            kind: kind_of(resource),
            title: self.party_name(resource),
            lead: reach.filter(|detail| !detail.value.is_empty()).collect(),
            details: self.details(resource, &[]),
            files: Vec::new(),
        }
    }

    fn party_name(&self, resource: &Value) -> Vec<Piece> {
        match &resource["name"] {
            Value::String(name) => vec![Piece::text(name)],
            Value::Array(names) => self.value("name", &without_others(names.first())),
            _ => joined(list(resource, "code").map(|role| self.short(role)), ", "),
        }
    }

    /// Text, value, findings and date of an entry of the chart.
    fn title(&self, resource: &Value) -> Vec<Piece> {
        let named = match main_concept(resource) {
            _ if !text(resource, "description").is_empty() => {
                vec![Piece::text(text(resource, "description"))]
            }
            Some(concept) => self.short(concept),
            None => self.named_by_others(resource),
        };
        let value = self.measured(resource);
        let components = resource["component"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|part| joined([self.short(&part["code"]), self.measured(part)], " "));
        let doses = list(resource, "dosageInstruction").chain(list(resource, "dosage"));
        let doses = doses.map(|dose| vec![Piece::text(text(dose, "text"))]);
        let reactions = list(resource, "reaction").map(|reaction| self.reaction(reaction));
        let conditions = list(resource, "condition").map(|condition| self.short(&condition["code"]));
        let dated = clinical_date(resource).map(|dated| vec![Piece::text(self.moment(dated))]);
        let states = self.states(resource);
        let parts = [named, value].into_iter().chain(states).chain(components).chain(doses).chain(reactions);
        let parts = parts.chain(conditions).chain(dated);
        let line = joined(parts.filter(|text| text.iter().any(|piece| !piece.text.is_empty())), ", ");
        let concluded = Some(text(resource, "conclusion")).filter(|conclusion| !conclusion.is_empty());
        let concluded = concluded.map(|conclusion| vec![self.colon(), Piece::text(conclusion)]);
        [line, concluded.unwrap_or_default()].concat()
    }

    /// Manifestations of a reaction, with its severity.
    fn reaction(&self, reaction: &Value) -> Vec<Piece> {
        let manifestations =
            joined(list(reaction, "manifestation").map(|manifestation| self.short(manifestation)), ", ");
        match text(reaction, "severity") {
            "" => manifestations,
            severity => {
                let severity = vec![Piece::text("("), Piece::code(severity), Piece::text(")")];
                joined([manifestations, severity], " ")
            }
        }
    }

    /// States that a reader must know at a glance: an entry that is not active, confirmed or final, and a high risk.
    fn states(&self, resource: &Value) -> Vec<Vec<Piece>> {
        let coded = |name: &str| {
            let codings = resource[name]["coding"].as_array().into_iter().flatten();
            codings.map(|coding| text(coding, "code")).find(|code| !code.is_empty()).unwrap_or_default()
        };
        let usual_status = match text(resource, "resourceType") {
            "MedicationRequest" | "MedicationStatement" => "active",
            "Observation" | "DiagnosticReport" => "final",
            "Procedure" | "Immunization" | "FamilyMemberHistory" => "completed",
            "DocumentReference" => "current",
            _ => text(resource, "status"),
        };
        let of_order =
            if text(resource, "intent").ends_with("order") { "" } else { text(resource, "intent") };
        let states = [
            (coded("clinicalStatus"), "active"),
            (coded("verificationStatus"), "confirmed"),
            (text(resource, "status"), usual_status),
            (of_order, ""),
        ];
        let unusual = states.into_iter().filter(|(state, usual)| !state.is_empty() && state != usual);
        let risk = (text(resource, "criticality") == "high")
            .then(|| vec![Piece::element("criticality"), self.colon(), Piece::code("high")]);
        unusual.map(|(state, _)| vec![Piece::code(state)]).chain(risk).collect()
    }

    /// Name of a resource without a concept of its own: its medication, or the relative.
    fn named_by_others(&self, resource: &Value) -> Vec<Piece> {
        let medication = self.value("medicationReference", &resource["medicationReference"]);
        if medication.is_empty() { self.short(&resource["relationship"]) } else { medication }
    }

    /// Value of a measurement, with its flag and the range of reference.
    fn measured(&self, measurement: &Value) -> Vec<Piece> {
        let members = measurement.as_object().into_iter().flatten();
        let value = members.filter(|(name, _)| name.starts_with("value")).map(|(name, value)| match value {
            concept if concept["coding"].is_array() || concept["text"].is_string() => self.short(concept),
            value => self.value(name, value),
        });
        let value: Vec<Piece> = joined(value, ", ");
        let flags = list(measurement, "interpretation").filter_map(|flag| {
            let code = flag["coding"].as_array().into_iter().flatten().map(|coding| text(coding, "code"));
            let shown = code.chain([text(flag, "text")]).find(|text| !text.is_empty())?;
            Some(vec![Piece::of_kind(if shown == "N" { "text" } else { "flag" }, shown)])
        });
        let ranges = list(measurement, "referenceRange").map(|range| {
            let limits = if range["low"].is_object() || range["high"].is_object() {
                self.range(range)
            } else {
                vec![Piece::text(text(range, "text"))]
            };
            [vec![Piece::text("(")], limits, vec![Piece::text(")")]].concat()
        });
        joined([value].into_iter().chain(flags).chain(ranges), " ")
    }
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value[name].as_array().into_iter().flatten()
}

/// Copy of a contact point or address without elements that only the details show.
fn without(element: &Value, names: &[&str]) -> Value {
    let mut element = element.clone();
    if let Some(members) = element.as_object_mut() {
        members.retain(|name, _| !names.contains(&name.as_str()));
    }
    element
}

/// Name without the elements that only the details show.
fn without_others(name: Option<&Value>) -> Value {
    let mut name = name.cloned().unwrap_or_default();
    if let Some(members) = name.as_object_mut() {
        let has_parts = members.contains_key("family") || members.contains_key("given");
        let parts = ["prefix", "given", "family", "suffix"];
        members.retain(|key, _| if has_parts { parts.contains(&key.as_str()) } else { key == "text" });
    }
    name
}

pub(super) fn kind_of(resource: &Value) -> String {
    resource["resourceType"].as_str().unwrap_or_default().to_lowercase()
}

/// Files of a document, as the message has them.
pub(super) fn attachments(resource: &Value) -> impl Iterator<Item = &Value> {
    let contents = list(resource, "content").map(|content| &content["attachment"]);
    contents.chain(list(resource, "presentedForm"))
}

fn files(resource: &Value) -> Vec<SentFile> {
    let file = |attachment: &Value| SentFile {
        content_type: text(attachment, "contentType").to_owned(),
        kilobytes: attachment["data"]
            .as_str()
            .map_or(0, |data| (data.len() as u64 / 4 * 3).div_ceil(1_000).max(1)),
        hash: text(attachment, "hash").to_owned(),
        path: String::new(),
    };
    attachments(resource).map(file).collect()
}
