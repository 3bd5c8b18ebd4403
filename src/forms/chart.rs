//! Sources read from a chart, and screening of resources about other patients.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::translation::{array, string};

/// Reason why a source was not loaded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotLoaded {
    /// The EHR did not grant the scope.
    NotGranted,
    /// The launch context does not contain it.
    NotInContext,
    /// The EHR refused access.
    Refused,
    /// The EHR does not have it.
    NotFound,
    /// The EHR no longer has the chart.
    Gone,
    /// The EHR is overloaded and asked us to wait.
    Busy,
    /// The EHR did not answer in time, or failed.
    NoAnswer,
    /// The EHR's response is not valid.
    Invalid,
}

/// Resource or search result, or the reason why it was not loaded.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// Loaded from the EHR.
    Loaded {
        /// Resource as the EHR sent it; for a query, the searchset Bundle.
        resource: Arc<Value>,
        /// Time at which the EHR sent it.
        read_at: Timestamp,
    },
    /// Not loaded, which is never the same as empty.
    NotLoaded(NotLoaded),
}

/// Sources by name: `patient`, `user`, `encounter`, and the names of the form's queries.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Chart {
    sources: BTreeMap<String, Source>,
}

impl Chart {
    /// Returns an empty chart, in which every source counts as not in context.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the source of a name.
    pub fn insert(&mut self, name: impl Into<String>, source: Source) {
        self.sources.insert(name.into(), source);
    }

    /// Sets the source of a name after another read. Keeps the loaded source if the new read failed.
    pub fn refresh(&mut self, name: &str, source: Source) {
        let had = matches!(self.get(name), Some(Source::Loaded { .. }));
        if !had || matches!(source, Source::Loaded { .. }) {
            self.insert(name, source);
        }
    }

    /// Returns the source of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.sources.get(name)
    }

    /// Returns the names that were not loaded, with the reason.
    pub fn not_loaded(&self) -> impl Iterator<Item = (&str, NotLoaded)> {
        self.sources.iter().filter_map(|(name, source)| match source {
            Source::NotLoaded(reason) => Some((name.as_str(), *reason)),
            Source::Loaded { .. } => None,
        })
    }
}

/// Source after screening.
pub(super) struct Screened<'c> {
    pub(super) resource: Cow<'c, Value>,
    pub(super) read_at: Timestamp,
    /// Number of removed entries about other patients.
    pub(super) dropped: usize,
    /// Whether the EHR may have more than it sent.
    pub(super) more: bool,
}

/// Returns the loaded sources without resources about other patients.
pub(super) fn screened(chart: &Chart) -> BTreeMap<&str, Screened<'_>> {
    let patient = match chart.get("patient") {
        Some(Source::Loaded { resource, .. }) => string(resource, "id"),
        _ => None,
    };
    let loaded = chart.sources.iter().filter_map(|(name, source)| match source {
        Source::Loaded { resource, read_at } => Some((name.as_str(), screen(resource, *read_at, patient))),
        Source::NotLoaded(_) => None,
    });
    loaded.collect()
}

fn screen<'c>(resource: &'c Value, read_at: Timestamp, patient: Option<&str>) -> Screened<'c> {
    let foreign = |entry: &Value| {
        entry
            .get("resource")
            .zip(patient)
            .is_some_and(|(resource, patient)| is_about_another(resource, patient))
    };
    let remark = |entry: &Value| {
        entry.get("resource").and_then(|found| string(found, "resourceType")) == Some("OperationOutcome")
    };
    let is_bundle = string(resource, "resourceType") == Some("Bundle");
    if !is_bundle && patient.is_some_and(|patient| is_about_another(resource, patient)) {
        return Screened { resource: Cow::Owned(Value::Null), read_at, dropped: 1, more: false };
    }
    let entries = || array(resource, "entry").filter(|_| is_bundle);
    let dropped = entries().filter(|entry| foreign(entry)).count();
    let remarks = entries().any(remark);
    let more = remarks
        || is_partial(resource)
        || (is_bundle && (is_truncated(resource) || entries().any(is_partial_entry)));
    let mut screened = Screened { resource: Cow::Borrowed(resource), read_at, dropped, more };
    if dropped > 0 || remarks {
        let entries = screened.resource.to_mut().get_mut("entry").and_then(Value::as_array_mut);
        if let Some(entries) = entries {
            entries.retain(|entry| !foreign(entry) && !remark(entry));
        }
    }
    screened
}

/// Whether a search result is incomplete: it has a next page, or its total is larger than its number of matches.
fn is_truncated(bundle: &Value) -> bool {
    let is_included =
        |entry: &&Value| matches!(entry["search"]["mode"].as_str(), Some("include" | "outcome"));
    let matches = array(bundle, "entry").filter(|entry| !is_included(entry)).count();
    let total = bundle.get("total").and_then(Value::as_u64).unwrap_or_default();
    let next = array(bundle, "link").any(|link| string(link, "relation") == Some("next"));
    next || total > matches as u64
}

fn is_partial_entry(entry: &Value) -> bool {
    entry.get("resource").is_some_and(is_partial)
}

/// Whether a resource has a FHIR security label or tag for incomplete content.
fn is_partial(resource: &Value) -> bool {
    const MARKS: [&str; 3] = ["MASKED", "REDACTED", "SUBSETTED"];
    let meta = resource.get("meta").unwrap_or(&Value::Null);
    let mut labels = array(meta, "security").chain(array(meta, "tag"));
    labels.any(|label| string(label, "code").is_some_and(|code| MARKS.contains(&code)))
}

/// Resource types that a search may include and that belong to no patient.
const OF_NO_PATIENT: [&str; 9] = [
    "Device",
    "HealthcareService",
    "Location",
    "Medication",
    "OperationOutcome",
    "Organization",
    "Practitioner",
    "PractitionerRole",
    "Substance",
];

/// Whether a resource refers to another patient, or lacks the required reference to a patient. Ids are compared,
/// because every source is from one server.
fn is_about_another(resource: &Value, patient: &str) -> bool {
    if string(resource, "resourceType") == Some("Patient") {
        return string(resource, "id") != Some(patient);
    }
    let subject = ["subject", "patient"].iter().find_map(|name| resource.get(name));
    let Some(reference) = subject.and_then(|subject| subject.get("reference")) else {
        let needs_none = string(resource, "resourceType").is_some_and(|kind| OF_NO_PATIENT.contains(&kind));
        return !needs_none;
    };
    reference.as_str().and_then(patient_id) != Some(patient)
}

/// Returns the id in `Patient/p1`, `https://ehr/fhir/Patient/p1` or `Patient/p1/_history/2`.
fn patient_id(reference: &str) -> Option<&str> {
    let mut segments = reference.split('/');
    segments.by_ref().find(|segment| *segment == "Patient")?;
    segments.next()
}
