//! Sources read from a chart, and screening of the resources that no form may use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::reference::{reference_to, type_named};
use super::source::{NotLoaded, Source};
use super::translation::{array, string};
use crate::fhir::{self, Subject};

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

    /// Takes the sources that were not loaded from an earlier reading, if it is of the same patient resource. `may_keep` says
    /// which sources may come from there.
    pub fn keep_from(&mut self, earlier: &Self, may_keep: impl Fn(&str) -> bool) {
        let patient = |chart: &Self| chart.resource("patient").map(|patient| patient["id"].clone());
        if patient(self).is_none() || patient(self) != patient(earlier) {
            return;
        }
        for (name, source) in &mut self.sources {
            let Source::NotLoaded(reason) = *source else { continue };
            let (Some(Source::Loaded { resource, read_at } | Source::Kept { resource, read_at, .. }), true) =
                (earlier.get(name), reason.is_of_reading() && may_keep(name))
            else {
                continue;
            };
            *source = Source::Kept { resource: Arc::clone(resource), read_at: *read_at, reason };
        }
    }

    /// Returns the source of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Source> {
        self.sources.get(name)
    }

    /// Returns a resource or Bundle, if it was loaded.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Value> {
        match self.get(name)? {
            Source::Loaded { resource, .. } | Source::Kept { resource, .. } => Some(resource),
            Source::NotLoaded(_) => None,
        }
    }

    /// Returns the names that the latest reading did not load, with the reason.
    pub fn not_loaded(&self) -> impl Iterator<Item = (&str, NotLoaded)> {
        self.sources.iter().filter_map(|(name, source)| match source {
            Source::NotLoaded(reason) | Source::Kept { reason, .. } => Some((name.as_str(), *reason)),
            Source::Loaded { .. } => None,
        })
    }
}

/// Number of resources that were left out of a source, by reason.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(default)]
pub struct LeftOut {
    /// About another patient.
    pub other_patient: usize,
    /// About a patient that cannot be compared with the one of the chart.
    pub unknown_patient: usize,
    /// Entered in error.
    pub in_error: usize,
    /// Orders not to do something (`doNotPerform`), and proposals that were not ordered.
    pub not_ordered: usize,
    /// Of another kind than the question asks for.
    pub other_kind: usize,
}

impl LeftOut {
    /// Whether nothing was left out.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    fn count(&mut self, reason: Exclusion) {
        match reason {
            Exclusion::OtherPatient => self.other_patient += 1,
            Exclusion::UnknownPatient => self.unknown_patient += 1,
            Exclusion::InError => self.in_error += 1,
            Exclusion::NotOrdered => self.not_ordered += 1,
            Exclusion::Remark | Exclusion::EndedRole => {}
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            other_patient: self.other_patient + other.other_patient,
            unknown_patient: self.unknown_patient + other.unknown_patient,
            in_error: self.in_error + other.in_error,
            not_ordered: self.not_ordered + other.not_ordered,
            other_kind: self.other_kind + other.other_kind,
        }
    }
}

/// Reason for which a resource is left out of a source, for every form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Exclusion {
    OtherPatient,
    UnknownPatient,
    InError,
    NotOrdered,
    /// An `OperationOutcome` among the results of a search.
    Remark,
    /// A role that a clinician no longer or not yet has.
    EndedRole,
}

impl Exclusion {
    fn of(resource: &Value, patient: Option<&Value>, today: Date) -> Option<Self> {
        let kind = string(resource, "resourceType").unwrap_or_default();
        if kind == "OperationOutcome" {
            return Some(Self::Remark);
        }
        match patient.map_or(Subject::ThisPatient, |patient| Subject::of(resource, patient)) {
            Subject::ThisPatient => {}
            Subject::AnotherPatient => return Some(Self::OtherPatient),
            Subject::Unknown => return Some(Self::UnknownPatient),
        }
        if fhir::is_entered_in_error(resource) {
            return Some(Self::InError);
        }
        let is_proposal =
            kind == "MedicationRequest" && matches!(string(resource, "intent"), Some("proposal" | "option"));
        if resource.get("doNotPerform") == Some(&Value::Bool(true)) || is_proposal {
            return Some(Self::NotOrdered);
        }
        let is_ended_role = kind == "PractitionerRole"
            && (resource.get("active") == Some(&Value::Bool(false))
                || !fhir::is_within(&resource["period"], today));
        is_ended_role.then_some(Self::EndedRole)
    }
}

/// Source after screening.
pub(super) struct Screened<'c> {
    pub(super) resource: Cow<'c, Value>,
    pub(super) read_at: Timestamp,
    /// Number of removed entries, by reason.
    pub(super) left_out: LeftOut,
    /// Whether the EHR may have more than it sent.
    pub(super) more: bool,
}

impl Screened<'_> {
    /// Returns the resource, or those of a search result.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Value> {
        let whole =
            Some(&*self.resource).filter(|resource| string(resource, "resourceType") != Some("Bundle"));
        let entries = array(&self.resource, "entry").filter_map(|entry| entry.get("resource"));
        whole.into_iter().chain(entries)
    }
}

/// Loaded sources of a chart, without the resources that no form may use: those about another or an unknown patient,
/// those entered in error, and orders not to do something. Persons and organizations have their current names,
/// identifiers and contact points only.
pub struct ScreenedChart<'c> {
    sources: BTreeMap<&'c str, Screened<'c>>,
    patient: Option<&'c Value>,
    /// Resources that were left out, by their references.
    excluded: BTreeMap<String, Exclusion>,
}

impl<'c> ScreenedChart<'c> {
    /// Screens the sources of a chart. `today` is the date at the site.
    #[must_use]
    pub fn of(chart: &'c Chart, today: Date) -> Self {
        let patient = match chart.get("patient") {
            Some(Source::Loaded { resource, .. } | Source::Kept { resource, .. }) => Some(&**resource),
            _ => None,
        };
        let mut screening = Screening { patient, today, excluded: BTreeMap::new() };
        let loaded = chart.sources.iter().filter_map(|(name, source)| match source {
            Source::Loaded { resource, read_at } | Source::Kept { resource, read_at, .. } => {
                Some((name.as_str(), screening.source(resource, *read_at)))
            }
            Source::NotLoaded(_) => None,
        });
        let sources = loaded.collect();
        Self { sources, patient, excluded: screening.excluded }
    }

    /// Returns a chart without sources.
    pub(super) fn empty() -> Self {
        Self { sources: BTreeMap::new(), patient: None, excluded: BTreeMap::new() }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Screened<'c>> {
        self.sources.get(name)
    }

    /// Returns every resource of every source.
    pub(super) fn resources(&self) -> impl Iterator<Item = &Value> {
        self.sources.values().flat_map(Screened::resources)
    }

    /// Returns the resource with this reference.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        self.resources().find(|resource| reference_to(resource).is_some_and(|own| own == reference))
    }

    /// Returns the count of a reference that no form may use: to another or an unknown patient, or to a resource that was
    /// left out. `None` for any other.
    pub(super) fn left_out(&self, reference: &str) -> Option<LeftOut> {
        let named = json!({ "reference": reference });
        let to_patient = type_named(reference) == Some("Patient");
        let of_patient = || match self.patient.map(|patient| Subject::of_reference(&named, patient)) {
            Some(Subject::ThisPatient) => None,
            Some(Subject::AnotherPatient) => Some(Exclusion::OtherPatient),
            Some(Subject::Unknown) | None => Some(Exclusion::UnknownPatient),
        };
        let reason = if to_patient { of_patient() } else { self.excluded.get(reference).copied() }?;
        let mut left_out = LeftOut::default();
        left_out.count(reason);
        Some(left_out)
    }
}

/// Screening of the sources of one chart.
struct Screening<'c> {
    patient: Option<&'c Value>,
    today: Date,
    excluded: BTreeMap<String, Exclusion>,
}

impl Screening<'_> {
    fn source<'c>(&mut self, resource: &'c Value, read_at: Timestamp) -> Screened<'c> {
        let mut left_out = LeftOut::default();
        if string(resource, "resourceType") != Some("Bundle") {
            let excluded = Exclusion::of(resource, self.patient, self.today);
            // The patient and the user of the launch are screened by the launch.
            let excluded = excluded.filter(|reason| *reason != Exclusion::EndedRole);
            if let Some(reason) = excluded {
                left_out.count(reason);
                self.exclude(resource, reason);
            }
            let more = excluded.is_none() && is_partial(resource);
            let resource = match excluded {
                Some(_) => Cow::Owned(Value::Null),
                None => current(resource, self.today),
            };
            return Screened { resource, read_at, left_out, more };
        }
        let entries = || array(resource, "entry").filter_map(|entry| entry.get("resource"));
        let excluded: Vec<Option<Exclusion>> =
            entries().map(|found| Exclusion::of(found, self.patient, self.today)).collect();
        for (found, reason) in
            entries().zip(&excluded).filter_map(|(found, reason)| Some((found, (*reason)?)))
        {
            left_out.count(reason);
            self.exclude(found, reason);
        }
        let has_remark = excluded.contains(&Some(Exclusion::Remark));
        let more = has_remark || is_partial(resource) || is_truncated(resource) || entries().any(is_partial);
        let is_old = |found| matches!(current(found, self.today), Cow::Owned(_));
        let is_changed = excluded.iter().any(Option::is_some) || entries().any(is_old);
        let resource =
            if is_changed { Cow::Owned(self.bundle(resource, &excluded)) } else { Cow::Borrowed(resource) };
        Screened { resource, read_at, left_out, more }
    }

    fn exclude(&mut self, resource: &Value, reason: Exclusion) {
        self.excluded.extend(reference_to(resource).map(|reference| (reference, reason)));
    }

    /// Copies a search result without excluded resources; `excluded` has the reason for each resource of the result.
    fn bundle(&self, bundle: &Value, excluded: &[Option<Exclusion>]) -> Value {
        let mut excluded = excluded.iter();
        let mut copy = bundle.clone();
        if let Some(entries) = copy.get_mut("entry").and_then(Value::as_array_mut) {
            entries.retain(|entry| {
                entry.get("resource").is_none() || excluded.next().is_none_or(Option::is_none)
            });
            for found in entries.iter_mut().filter_map(|entry| entry.get_mut("resource")) {
                if has_currency(found) {
                    fhir::make_current(found, self.today);
                }
            }
        }
        copy
    }
}

/// Returns a resource with its current names, identifiers and contact points only.
fn current(resource: &Value, today: Date) -> Cow<'_, Value> {
    match has_currency(resource) {
        true => fhir::current(resource, today),
        false => Cow::Borrowed(resource),
    }
}

/// Whether a resource has names, identifiers or contact points with a `use` and a `period`.
fn has_currency(resource: &Value) -> bool {
    const TYPES: [&str; 6] =
        ["Patient", "Practitioner", "PractitionerRole", "RelatedPerson", "Organization", "Location"];
    string(resource, "resourceType").is_some_and(|kind| TYPES.contains(&kind))
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

/// Whether a resource has a FHIR security label or tag for incomplete content.
fn is_partial(resource: &Value) -> bool {
    const MARKS: [&str; 3] = ["MASKED", "REDACTED", "SUBSETTED"];
    let meta = resource.get("meta").unwrap_or(&Value::Null);
    let mut labels = array(meta, "security").chain(array(meta, "tag"));
    labels.any(|label| string(label, "code").is_some_and(|code| MARKS.contains(&code)))
}
