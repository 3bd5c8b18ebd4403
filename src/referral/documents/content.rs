//! Content of the documents of a referral: files, and results of reports.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::fhir::{self, FhirBaseUrl, content_path};

/// Resource types whose files are read.
const DOCUMENT_TYPES: [&str; 3] = ["DocumentReference", "DiagnosticReport", "Media"];

/// Content that was read for the documents of a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Documents {
    /// Files, by their path below the FHIR base.
    pub(in crate::referral) files: BTreeMap<String, Read<File>>,
    /// Results of reports, by reference such as `Observation/1`.
    pub(in crate::referral) results: BTreeMap<String, Read<Value>>,
}

/// Outcome of one read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::referral) enum Read<T> {
    Loaded(T),
    NotLoaded(Absence),
}

/// File of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::referral) struct File {
    pub(in crate::referral) content_type: String,
    /// Content in base64.
    pub(in crate::referral) data: String,
}

/// Reason why a document has no content; end of the message key `finding-document-{code}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::referral) enum Absence {
    /// The EHR has no file for it.
    None,
    /// The file is on another server, to which no token is sent.
    Elsewhere,
    /// The EHR did not grant the scope.
    NotGranted,
    /// The EHR refused access.
    Refused,
    /// The EHR does not have the file.
    NotFound,
    /// The file, or all files together, are too large or too many to send.
    TooLarge,
    /// The file differs from the hash that the EHR states, or cannot be decoded.
    Damaged,
    /// The EHR did not answer in time, or failed.
    NoAnswer,
}

impl Absence {
    /// Every reason.
    #[cfg(test)]
    const ALL: [Self; 8] = [
        Self::None,
        Self::Elsewhere,
        Self::NotGranted,
        Self::Refused,
        Self::NotFound,
        Self::TooLarge,
        Self::Damaged,
        Self::NoAnswer,
    ];

    /// Stable name, used in message keys.
    pub(in crate::referral) fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Elsewhere => "elsewhere",
            Self::NotGranted => "not-granted",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::TooLarge => "too-large",
            Self::Damaged => "damaged",
            Self::NoAnswer => "no-answer",
        }
    }

    /// Whether another read may succeed.
    pub(super) fn is_temporary(self) -> bool {
        matches!(self, Self::NoAnswer | Self::TooLarge)
    }

    pub(in crate::referral) fn of(error: &fhir::Error) -> Self {
        match error {
            fhir::Error::Unauthorized | fhir::Error::Forbidden => Self::Refused,
            fhir::Error::NotFound => Self::NotFound,
            fhir::Error::TooLarge => Self::TooLarge,
            fhir::Error::Content(_) | fhir::Error::Version | fhir::Error::Mismatch => Self::Damaged,
            _ => Self::NoAnswer,
        }
    }
}

/// Document that would be sent without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::referral) struct WithoutContent {
    /// Reference to the document, such as `DocumentReference/1`.
    pub(in crate::referral) reference: String,
    /// Title for people.
    pub(in crate::referral) title: String,
    pub(in crate::referral) absence: Absence,
}

/// File of an attachment, as it is named in the chart.
pub(in crate::referral) struct Attached<'a> {
    /// Path below the FHIR base, or the reason why there is none.
    pub(in crate::referral) path: Result<String, Absence>,
    pub(in crate::referral) hash: Option<&'a str>,
}

impl Documents {
    /// Files as Binary resources, by their path below the FHIR base.
    pub(in crate::referral) fn contents(&self) -> BTreeMap<String, Value> {
        let loaded = self.files.iter().filter_map(|(path, read)| match read {
            Read::Loaded(file) => {
                let binary = serde_json::json!({ "contentType": file.content_type, "data": file.data });
                Some((path.clone(), binary))
            }
            Read::NotLoaded(_) => None,
        });
        loaded.collect()
    }

    /// Results of reports that were read in addition to the chart.
    pub(in crate::referral) fn results(&self) -> impl Iterator<Item = &Value> {
        self.results.values().filter_map(|read| match read {
            Read::Loaded(resource) => Some(resource),
            Read::NotLoaded(_) => None,
        })
    }

    /// Lists the documents among `chosen` that have no content, or lack a file. `known` are the resources that the message
    /// can contain besides.
    pub(in crate::referral) fn without_content(
        &self,
        base: &FhirBaseUrl,
        chosen: &[Value],
        known: &[Value],
    ) -> Vec<WithoutContent> {
        let documents = chosen.iter().filter(|resource| is_document(resource));
        let without = documents.filter_map(|resource| {
            let absence = self.absence(base, resource, known)?;
            Some(WithoutContent {
                reference: format!("{}/{}", text(resource, "resourceType"), text(resource, "id")),
                title: title(resource),
                absence,
            })
        });
        without.collect()
    }

    /// Reason why a document has no content, or lacks a file. `None` if it is complete: the files of a
    /// `DocumentReference` are one document in several formats, so one is enough.
    fn absence(&self, base: &FhirBaseUrl, resource: &Value, known: &[Value]) -> Option<Absence> {
        let attachments = attachments(resource);
        let absences: Vec<Option<Absence>> =
            attachments.iter().map(|attachment| self.file_absence(base, attachment)).collect();
        if resource["resourceType"] == "DiagnosticReport" {
            let has_result = has_conclusion(resource)
                || results(resource).any(|reference| self.has_result(&reference, known));
            return match absences.into_iter().flatten().next() {
                Some(absence) => Some(absence),
                None if attachments.is_empty() && !has_result => Some(Absence::None),
                None => None,
            };
        }
        if absences.contains(&None) {
            return None;
        }
        Some(absences.into_iter().flatten().next().unwrap_or(Absence::None))
    }

    fn file_absence(&self, base: &FhirBaseUrl, attachment: &Value) -> Option<Absence> {
        match attached(base, attachment) {
            None => None,
            Some(Attached { path: Err(absence), .. }) => Some(absence),
            Some(Attached { path: Ok(path), .. }) => match self.files.get(&path) {
                Some(Read::Loaded(_)) => None,
                Some(Read::NotLoaded(absence)) => Some(*absence),
                None => Some(Absence::NoAnswer),
            },
        }
    }

    fn has_result(&self, reference: &str, known: &[Value]) -> bool {
        matches!(self.results.get(reference), Some(Read::Loaded(_))) || is_among(known, reference)
    }

    /// Keeps only what the chosen documents need, so that a document that was unticked is not kept.
    pub(in crate::referral) fn keep(&mut self, paths: &BTreeSet<String>, results: &BTreeSet<String>) {
        self.files.retain(|path, _| paths.contains(path));
        self.results.retain(|reference, _| results.contains(reference));
    }

    pub(in crate::referral) fn bytes(&self) -> usize {
        let loaded = self.files.values().map(|read| match read {
            Read::Loaded(file) => file.data.len() / 4 * 3,
            Read::NotLoaded(_) => 0,
        });
        loaded.sum()
    }
}

pub(super) fn is_document(resource: &Value) -> bool {
    resource["resourceType"].as_str().is_some_and(|kind| DOCUMENT_TYPES.contains(&kind))
}

/// Attachments of a document.
pub(in crate::referral) fn attachments(resource: &Value) -> Vec<&Value> {
    let list = |name: &str| resource[name].as_array().into_iter().flatten();
    match resource["resourceType"].as_str() {
        Some("DiagnosticReport") => list("presentedForm").collect(),
        Some("Media") => {
            Some(&resource["content"]).filter(|content| content.is_object()).into_iter().collect()
        }
        _ => list("content").map(|content| &content["attachment"]).collect(),
    }
}

/// Returns where the file of an attachment is. `None` if the attachment contains it.
pub(in crate::referral) fn attached<'a>(base: &FhirBaseUrl, attachment: &'a Value) -> Option<Attached<'a>> {
    let given = |name: &str| attachment[name].as_str().filter(|text| !text.trim().is_empty());
    if given("data").is_some() {
        return None;
    }
    let path = match given("url") {
        None => Err(Absence::None),
        Some(url) => content_path(base, url).ok_or(Absence::Elsewhere),
    };
    Some(Attached { path, hash: given("hash") })
}

/// References to the results of a report.
pub(in crate::referral) fn results(resource: &Value) -> impl Iterator<Item = String> {
    let references = resource["result"].as_array().into_iter().flatten();
    let relative = references.filter_map(|result| result["reference"].as_str());
    relative.filter(|reference| reference.starts_with("Observation/")).map(str::to_owned)
}

fn has_conclusion(report: &Value) -> bool {
    report["conclusion"].as_str().is_some_and(|text| !text.trim().is_empty())
        || report["conclusionCode"].as_array().is_some_and(|codes| !codes.is_empty())
}

pub(super) fn is_among(resources: &[Value], reference: &str) -> bool {
    reference.split_once('/').is_some_and(|(kind, id)| {
        resources.iter().any(|resource| resource["resourceType"] == kind && resource["id"] == id)
    })
}

/// Title of a document for people.
fn title(resource: &Value) -> String {
    let concept = || fhir::main_concept(resource).and_then(fhir::concept_text);
    let attached = || attachments(resource).into_iter().find_map(|it| it["title"].as_str());
    resource["description"].as_str().or_else(concept).or_else(attached).unwrap_or_default().to_owned()
}

fn text<'a>(resource: &'a Value, name: &str) -> &'a str {
    resource[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_text_for_every_absence() {
        for absence in Absence::ALL {
            let key = format!("finding-document-{} = ", absence.code());
            for file in [
                include_str!("../../../locales/en/referral.ftl"),
                include_str!("../../../locales/fr/referral.ftl"),
            ] {
                assert!(file.contains(&key), "{key}");
            }
        }
    }
}
