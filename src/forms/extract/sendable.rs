//! Limits of what is made of answers and sent.

use serde_json::Value;

use super::super::questionnaire::Form;
use super::super::translation::string;
use super::extraction::{Extracted, Extraction};
use super::not_extracted::{NotExtracted, NotExtractedKind as Kind};
use super::run::FORM;

/// Types that are made of answers and sent, each with the elements that it needs beside its subject, as JSON pointers. Of pointers
/// joined by `|`, one is enough. Not among them: a Patient, who is that of the chart, and orders, which a person gives.
const SENDABLE: &[(&str, &[&str])] = &[
    ("AllergyIntolerance", &["/code"]),
    ("Condition", &["/code"]),
    ("Device", &["/type|/deviceName/0/name"]),
    ("FamilyMemberHistory", &["/status", "/relationship"]),
    ("Immunization", &["/status", "/vaccineCode", "/occurrenceDateTime|/occurrenceString"]),
    ("MedicationStatement", &["/status", "/medicationCodeableConcept"]),
    ("Observation", &["/status", "/code"]),
    ("Procedure", &["/status", "/code"]),
    ("RelatedPerson", &["/name|/telecom"]),
];
/// Greatest number of resources that are made of the answers to one form.
const MAX_MADE: usize = 100;
/// Greatest size of one, in bytes of JSON.
const MAX_BYTES: usize = 64 * 1024;

impl Extraction {
    /// Keeps the resources that may be sent with a referral. The others become failures.
    #[must_use]
    pub fn sendable(mut self) -> Self {
        let mut count = 0;
        for one in std::mem::take(&mut self.resources) {
            let reason = reason_against(&one.resource).or_else(|| {
                (count >= MAX_MADE).then(|| NotExtracted::of(Kind::TooManyMade, MAX_MADE.to_string()))
            });
            if let Some(reason) = reason {
                self.fail(one.place(), reason);
            } else {
                count += 1;
                self.resources.push(one);
            }
        }
        self
    }
}

impl Form {
    /// Returns the labels of items by their `linkId`s; the title for `form`.
    #[must_use]
    pub fn labels(&self, places: &[String], lang: &str) -> Vec<String> {
        let label = |place: &String| {
            let mut found = None;
            self.walk(|item| {
                if item.link_id == *place && !item.text.in_language(lang).trim().is_empty() {
                    found.get_or_insert(item.text.in_language(lang));
                }
            });
            found.unwrap_or_else(|| self.title(lang)).to_owned()
        };
        places.iter().map(label).collect()
    }
}

impl Extracted {
    /// Returns the `linkId` of its first question, or `form`.
    #[must_use]
    pub fn place(&self) -> &str {
        self.questions.first().map_or(FORM, String::as_str)
    }
}

fn reason_against(resource: &Value) -> Option<NotExtracted> {
    let kind = string(resource, "resourceType").unwrap_or_default();
    let Some((_, needed)) = SENDABLE.iter().find(|(name, _)| *name == kind) else {
        return Some(NotExtracted::of(Kind::TypeNotSent, kind));
    };
    let lacks =
        |alternatives: &&&str| alternatives.split('|').all(|pointer| resource.pointer(pointer).is_none());
    if let Some(lacking) = needed.iter().find(lacks) {
        let elements = lacking[1..].replace("/0/", "/").replace("|/", " | ").replace('/', ".");
        return Some(NotExtracted::of(Kind::ElementMissing, format!("{kind}: {elements}")));
    }
    (resource.to_string().len() > MAX_BYTES).then(|| NotExtracted::of(Kind::TooLargeToSend, kind))
}
