//! Message in the order of a letter: patient, from whom, to whom, request, extracts of the chart, documents, and the rest.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    contents::is_document,
    datatype::text,
    entry::{SentEntry, SentFile, SentGroup, kind_of},
    localized::localize,
    piece::{Detail, Piece},
    reader::Reader,
};
use crate::{
    forms::AttachedFile,
    referral::message::{self, asked_priority, without_mark},
};

/// Kinds of entries of the chart in the order of the page; others follow.
const CHART: [&str; 9] = [
    "condition",
    "medicationrequest",
    "medicationstatement",
    "medication",
    "allergyintolerance",
    "observation",
    "procedure",
    "familymemberhistory",
    "immunization",
];
/// Resources that are a person, an organization or a place.
const PARTIES: [&str; 5] =
    ["Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService"];

/// Content of a message besides the answers of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MessageView {
    /// Reason for the referral; empty in the view of an earlier version.
    pub reason: String,
    /// End of the message key `priority-{priority}`; empty in the view of an earlier version.
    pub priority: String,
    /// Services requested.
    pub requested: Vec<Vec<Piece>>,
    /// Everything about the patient.
    pub patient: Vec<Detail>,
    /// Whether no answer of the form says how urgent it is, so that the priority is the default.
    pub priority_is_default: bool,
    /// Clinician who signs and the clinic that it comes from.
    pub from: Vec<SentEntry>,
    /// User who prepared it, if another one signs: name and role.
    pub prepared: Vec<SentEntry>,
    /// Service that it goes to.
    pub to: Vec<SentEntry>,
    /// Entries that are made of the answers.
    pub made: Vec<SentEntry>,
    /// Entries of the chart by kind.
    pub chart: Vec<SentGroup>,
    /// Documents and reports, with the size of each file.
    pub attached: Vec<SentEntry>,
    /// Request, header and sender of the message.
    pub about: Vec<SentEntry>,
    /// Content in the form in which earlier versions of Passerelle recorded it.
    #[serde(skip_serializing)]
    pub(in crate::referral) people: Vec<SentLine>,
    #[serde(skip_serializing)]
    pub(in crate::referral) documents: Vec<SentDocument>,
    #[serde(skip_serializing)]
    pub(in crate::referral) entries: Vec<SentLine>,
}

/// Line about one resource of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentLine {
    /// End of the message key `sent-{kind}`, or of `part-{kind}`.
    pub kind: String,
    /// Text for people.
    pub text: String,
}

/// Document in a record of an earlier version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::referral) struct SentDocument {
    title: String,
    files: Vec<SentFile>,
}

impl MessageView {
    /// Reads a message. `lang` is the language of the page, `zone` the site's time zone.
    pub(in crate::referral) fn of(message: &Value, lang: &str, zone: &TimeZone) -> Self {
        let mut localized = message.clone();
        localize(&mut localized, lang);
        let message = &localized;
        let reader = Reader::new(message, lang, zone);
        let to = performers(message);
        let mut view = Self { priority_is_default: !asks_priority(message), ..Self::default() };
        for entry in message["entry"].as_array().into_iter().flatten() {
            let resource = &entry["resource"];
            let is_to = to.contains(text(entry, "fullUrl"));
            view.add(&reader.of(resource), message, entry, is_to);
        }
        view.chart
            .sort_by_key(|group| CHART.iter().position(|kind| *kind == group.kind).unwrap_or(CHART.len()));
        view
    }

    fn add(&mut self, reader: &Reader<'_>, message: &Value, entry: &Value, is_to: bool) {
        let resource = &entry["resource"];
        match text(resource, "resourceType") {
            "Patient" => self.patient = reader.details(resource, &[]),
            "ServiceRequest" => self.add_request(reader, resource),
            "MessageHeader" => self.about.push(about(reader, resource, &[])),
            // The answers themselves are those of the form.
            "QuestionnaireResponse" => self.about.push(about(reader, resource, &["item"])),
            _ if is_document(resource) => self.attached.push(reader.chart_entry(resource)),
            kind if PARTIES.contains(&kind) => {
                let url = text(entry, "fullUrl");
                let place = if is_to {
                    &mut self.to
                } else if is_sender(message, url) {
                    &mut self.about
                } else if is_enterer(message, url) {
                    &mut self.prepared
                } else {
                    &mut self.from
                };
                place.push(reader.party(resource));
            }
            _ if is_made(message, resource) => self.made.push(made(reader, &without_mark(resource))),
            _ => self.add_to_chart(reader.chart_entry(resource)),
        }
    }

    fn add_request(&mut self, reader: &Reader<'_>, request: &Value) {
        let reasons = request["reasonCode"].as_array().into_iter().flatten();
        self.reason = reasons.map(|reason| text(reason, "text")).collect::<Vec<_>>().join("\n");
        text(request, "priority").clone_into(&mut self.priority);
        let categories = request["category"].as_array().into_iter().flatten();
        for concept in categories.chain([&request["code"]]) {
            let requested = reader.short(concept);
            if !requested.is_empty() && !self.requested.contains(&requested) {
                self.requested.push(requested);
            }
        }
        // The text of the note is that of the answers.
        let mut request = request.clone();
        for note in request["note"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            note.remove("text");
        }
        self.about.push(about(reader, &request, &[]));
    }

    fn add_to_chart(&mut self, entry: SentEntry) {
        match self.chart.iter_mut().find(|group| group.kind == entry.kind) {
            Some(group) => group.entries.push(entry),
            None => self.chart.push(SentGroup { kind: entry.kind.clone(), entries: vec![entry] }),
        }
    }

    /// Sets the addresses of the files that persons added, below `path`.
    pub(in crate::referral) fn link_files(&mut self, path: &str, stored: &[AttachedFile]) {
        for file in self.attached.iter_mut().flat_map(|entry| &mut entry.files) {
            let found = stored.iter().find(|stored| !file.hash.is_empty() && stored.hash == file.hash);
            if let Some(found) = found {
                file.path = format!("{path}/attachments/{}", found.id);
            }
        }
    }

    /// Name of the clinician who signed it, as the message writes it; empty in the view of an earlier version.
    pub(in crate::referral) fn signer(&self) -> String {
        let signer = self.from.iter().find(|entry| entry.kind == "practitioner");
        signer.map(|entry| entry.title.iter().map(|piece| piece.text.as_str()).collect()).unwrap_or_default()
    }

    /// Whether it has a file: a report without one has its results in the message.
    pub(in crate::referral) fn has_files(&self) -> bool {
        self.attached.iter().flat_map(|document| &document.files).any(|file| file.kilobytes > 0)
    }

    /// Returns the content of a record, whichever version wrote it.
    pub(in crate::referral) fn read_again(mut self) -> Self {
        let line = |line: SentLine| SentEntry {
            kind: line.kind,
            title: vec![Piece::text(line.text)],
            ..SentEntry::default()
        };
        self.from.extend(std::mem::take(&mut self.people).into_iter().map(line));
        for entry in std::mem::take(&mut self.entries) {
            self.add_to_chart(line(entry));
        }
        let document = |document: SentDocument| SentEntry {
            kind: "documentreference".to_owned(),
            title: vec![Piece::text(document.title)],
            files: document.files,
            ..SentEntry::default()
        };
        self.attached.extend(std::mem::take(&mut self.documents).into_iter().map(document));
        self
    }
}

fn about(reader: &Reader<'_>, resource: &Value, shown: &[&str]) -> SentEntry {
    SentEntry { kind: kind_of(resource), details: reader.details(resource, shown), ..SentEntry::default() }
}

/// Entry that is made of answers: a person by name, anything else as an entry of the chart.
fn made(reader: &Reader<'_>, resource: &Value) -> SentEntry {
    match text(resource, "resourceType") {
        "RelatedPerson" => reader.party(resource),
        _ => reader.chart_entry(resource),
    }
}

fn is_sender(message: &Value, url: &str) -> bool {
    message["entry"][0]["resource"]["sender"]["reference"] == url
}

/// Whether an entry is the user who prepared the message, or the role of the user.
fn is_enterer(message: &Value, url: &str) -> bool {
    let enterer = &message["entry"][0]["resource"]["enterer"]["reference"];
    let entries = message["entry"].as_array().into_iter().flatten();
    let mut entered = entries.filter(|entry| entry["fullUrl"] == *enterer);
    *enterer == url || entered.any(|entry| entry["resource"]["practitioner"]["reference"] == url)
}

/// Whether an answer of the message says how urgent it is.
fn asks_priority(message: &Value) -> bool {
    let entries = message["entry"].as_array().into_iter().flatten().map(|entry| &entry["resource"]);
    let mut responses = entries.filter(|resource| resource["resourceType"] == "QuestionnaireResponse");
    responses.any(|response| asked_priority(response).is_some())
}

/// `fullUrl`s of the service that the message goes to, and of its organization and places.
fn performers(message: &Value) -> BTreeSet<&str> {
    let entries = || message["entry"].as_array().into_iter().flatten();
    let resource =
        |url: &str| entries().find(|entry| entry["fullUrl"] == url).map(|entry| &entry["resource"]);
    let request = entries().find(|entry| entry["resource"]["resourceType"] == "ServiceRequest");
    let mut waiting: Vec<&str> =
        request.into_iter().flat_map(|entry| references(&entry["resource"]["performer"])).collect();
    let mut found = BTreeSet::new();
    while let Some(url) = waiting.pop() {
        if let Some(resource) = resource(url).filter(|_| found.insert(url)) {
            waiting.extend(references(resource));
        }
    }
    found
}

/// Whether a resource is made of the answers of the message.
fn is_made(message: &Value, resource: &Value) -> bool {
    let entries = || message["entry"].as_array().into_iter().flatten();
    let response = entries().find(|entry| entry["resource"]["resourceType"] == "QuestionnaireResponse");
    let response = response.and_then(|response| response["fullUrl"].as_str());
    response.is_some_and(|response| message::is_made(resource, response))
}

fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Object(members) => {
            let own = members.get("reference").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    fn title(resource: &Value, lang: &str) -> String {
        let message = json!({ "entry": [{ "resource": resource }] });
        let view = MessageView::of(&message, lang, &TimeZone::UTC);
        let entries = view.chart.iter().flat_map(|group| &group.entries).chain(&view.attached);
        plain(&entries.into_iter().next().unwrap().title)
    }

    #[test]
    fn names_a_person_who_is_made_of_the_answers() {
        let mark = json!({ "url": "https://passerelle.example/fhir/StructureDefinition/made-from", "valueReference": { "reference": "urn:r" } });
        let message = json!({ "entry": [
            { "fullUrl": "urn:r", "resource": { "resourceType": "QuestionnaireResponse" } },
            { "resource": { "resourceType": "RelatedPerson", "name": [{ "text": "Max Roy" }], "extension": [mark] } }] });
        let view = MessageView::of(&message, "en", &TimeZone::UTC);
        assert_eq!((plain(&view.made[0].title).as_str(), view.made[0].details.len()), ("Max Roy", 1));
    }

    #[test]
    fn keeps_what_is_made_of_the_answers_apart_from_the_chart() {
        let observation = |source: &str| {
            json!({ "resource": { "resourceType": "Observation", "code": { "text": source },
            "derivedFrom": [{ "reference": source }] } })
        };
        let message = json!({ "entry": [
            { "fullUrl": "urn:r", "resource": { "resourceType": "QuestionnaireResponse" } },
            observation("urn:r"), observation("urn:other")] });
        let view = MessageView::of(&message, "en", &TimeZone::UTC);
        assert_eq!((view.made.len(), view.chart[0].entries.len()), (1, 1));
        assert_eq!(plain(&view.made[0].title), "urn:r");
    }

    #[test]
    fn shows_names_values_and_dates_of_every_kind_at_a_glance() {
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
            (
                json!({ "resourceType": "Observation", "code": { "text": "Potassium" }, "effectiveDateTime": "2026-09-02",
                    "valueQuantity": { "value": 5.9, "unit": "mmol/L" },
                    "interpretation": [{ "coding": [{ "code": "H", "display": "High" }] }],
                    "referenceRange": [{ "low": { "value": 3.5, "unit": "mmol/L" }, "high": { "value": 5.1, "unit": "mmol/L" } }] }),
                "Potassium, 5.9 mmol/L H (3.5 mmol/L – 5.1 mmol/L), 2 Sep 2026",
            ),
            (
                json!({ "resourceType": "DiagnosticReport", "code": { "text": "ECG" }, "effectiveDateTime": "2026-09-14",
                    "conclusion": "Atrial fibrillation." }),
                "ECG, 14 Sep 2026: Atrial fibrillation.",
            ),
            (
                json!({ "resourceType": "AllergyIntolerance", "code": { "text": "Penicillin" }, "criticality": "high",
                    "clinicalStatus": { "coding": [{ "code": "active" }] },
                    "reaction": [{ "manifestation": [{ "text": "Anaphylaxis" }], "severity": "severe" }] }),
                "Penicillin, criticality: high, Anaphylaxis (severe)",
            ),
            (
                json!({ "resourceType": "Condition", "code": { "text": "Asthma" },
                    "clinicalStatus": { "coding": [{ "code": "resolved" }] },
                    "verificationStatus": { "coding": [{ "code": "provisional" }] } }),
                "Asthma, resolved, provisional",
            ),
            (
                json!({ "resourceType": "MedicationRequest", "medicationCodeableConcept": { "text": "Warfarin 5 mg" },
                    "status": "stopped", "intent": "plan" }),
                "Warfarin 5 mg, stopped, plan",
            ),
            (
                json!({ "resourceType": "Observation", "code": { "text": "Potassium" }, "status": "preliminary",
                    "valueQuantity": { "value": 5.9, "unit": "mmol/L" } }),
                "Potassium, 5.9 mmol/L, preliminary",
            ),
        ] {
            assert_eq!(title(&resource, "en"), text);
        }
    }

    #[test]
    fn writes_numbers_as_the_language_does_and_marks_english_texts() {
        let resource = json!({ "resourceType": "Observation",
            "code": { "coding": [{ "system": "http://loinc.org", "code": "2823-3", "display": "Potassium" }] },
            "valueQuantity": { "value": 5.9, "unit": "mmol/L" } });
        assert_eq!(title(&resource, "fr"), "Potassium, 5,9 mmol/L");
        let message = json!({ "entry": [{ "resource": resource }] });
        let view = MessageView::of(&message, "fr", &TimeZone::UTC);
        assert_eq!(view.chart[0].entries[0].title[0], Piece::of_kind("en", "Potassium"));
    }

    #[test]
    fn reads_the_records_of_earlier_versions() {
        let stored = json!({
            "people": [{ "kind": "practitioner", "text": "Dr. Okafor" }],
            "documents": [{ "title": "ECG", "files": [{ "content_type": "application/pdf", "kilobytes": 3 }] }],
            "entries": [{ "kind": "condition", "text": "Asthma" }],
        });
        let view = serde_json::from_value::<MessageView>(stored).unwrap().read_again();
        assert_eq!(plain(&view.from[0].title), "Dr. Okafor");
        assert_eq!(
            (plain(&view.attached[0].title), view.attached[0].files[0].kilobytes),
            ("ECG".to_owned(), 3)
        );
        assert_eq!(plain(&view.chart[0].entries[0].title), "Asthma");
    }
}
