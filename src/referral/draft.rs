//! A referral as stored: fields, summary for lists, snapshot of the chart.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{sharing::Sharing, status::Status};
use crate::{
    fhir::{Demographics, PatientView},
    forms::{Answers, Change, Chart, Form, NotLoaded, Prefill, Source, changes},
};

/// Row of the table `referrals`, with its sealed columns opened.
#[derive(Clone, Debug)]
pub struct Referral {
    /// Row id.
    pub id: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Row id of the user who started it.
    pub user_id: String,
    /// Id of the EHR of the chart.
    pub ehr_id: String,
    /// Launch context in which it was started.
    pub context_id: String,
    /// Keyed hash that identifies the patient.
    pub patient_key: String,
    /// URL of the order (ServiceRequest) in the EHR that it was started from.
    pub order_url: Option<String>,
    /// Id of the form.
    pub form_id: String,
    /// Hash of the text of the form it was begun with; empty if it is the form of today.
    pub form_hash: String,
    /// Id of the service it goes to, once chosen.
    pub service_id: Option<String>,
    /// Current status.
    pub status: Status,
    /// Count of changes. A page that shows an older revision cannot overwrite a newer one.
    pub revision: i64,
    /// Id of the page that saved it last; empty if no page did.
    pub page_id: String,
    /// Count of that page's saves, at its last save.
    pub page_save: i64,
    /// Summary for lists.
    pub summary: Summary,
    /// Data read from the chart, and the values filled into the form from it.
    pub snapshot: Snapshot,
    /// Answers of the form.
    pub answers: Answers,
    /// Time of the last change, epoch milliseconds.
    pub updated_at: i64,
    /// Time at which it was signed and submitted, epoch milliseconds.
    pub submitted_at: Option<i64>,
}

/// Summary of a referral for lists, sealed apart from its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `FAMILY, Given`.
    pub patient_name: String,
    /// Birth date as in FHIR: `1961-03-14`, `1958`.
    pub birth_date: String,
    /// Title of the form, in English and French.
    pub form_title: [String; 2],
    /// Name of the destination, in English and French; empty until chosen.
    pub destination: [String; 2],
    /// Name of the user who started it.
    pub begun_by: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Choice of what is sent about the patient besides the answers.
    #[serde(default)]
    pub sharing: Sharing,
    /// Demographic data of the patient, compared with a chart before the referral is offered there.
    #[serde(default)]
    pub demographics: Demographics,
}

impl Summary {
    /// Builds the summary of a new draft.
    #[must_use]
    pub fn new(patient: &PatientView, form: &Form, begun_by: &str, ehr: &str) -> Self {
        Self {
            patient_name: patient.name.for_chart(),
            birth_date: patient.birth_date.clone(),
            form_title: ["en", "fr"].map(|lang| form.title(lang).to_owned()),
            destination: Default::default(),
            begun_by: begun_by.to_owned(),
            ehr: ehr.to_owned(),
            sharing: Sharing::default(),
            demographics: Demographics::of(patient),
        }
    }
}

/// Data read from the chart for a draft, and the values filled into the form from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Id of the launch context that it was read in.
    #[serde(default)]
    pub context_id: String,
    /// Sources by name, each loaded or not.
    pub chart: Chart,
    /// Values filled into the form, by question.
    pub prefill: Prefill,
}

impl Snapshot {
    /// Returns a resource or Bundle of the chart, if it was read.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Value> {
        match self.chart.get(name)? {
            Source::Loaded { resource, .. } => Some(resource),
            Source::NotLoaded(_) => None,
        }
    }

    /// Iterates over the sources that could not be read, each with its reason.
    pub fn not_loaded(&self) -> impl Iterator<Item = (&str, NotLoaded)> {
        self.chart.not_loaded()
    }

    /// Replaces the snapshot by a newer one. An answer is updated from the chart only if it still equals the value filled
    /// in from the old snapshot, so text that a user typed is kept.
    ///
    /// Returns what the chart has otherwise than before, for the page, in the language `lang`.
    pub fn replace(&mut self, form: &Form, newer: Self, answers: &mut Answers, lang: &str) -> Vec<Change> {
        answers.refresh(form, &self.prefill, &newer.prefill);
        let changes = changes(form, &self.prefill, &newer.prefill, answers, lang);
        *self = newer;
        changes
    }
}
