use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Status;
use crate::{
    fhir::PatientView,
    forms::{Answers, Chart, Form, NotLoaded, Prefill, Source},
};

/// A referral as stored, opened.
#[derive(Clone, Debug)]
pub struct Referral {
    /// Row id.
    pub id: String,
    /// Number as people read it out.
    pub number: String,
    /// Who began it.
    pub user_id: String,
    /// The EHR of the chart.
    pub ehr_id: String,
    /// The launch context it was begun in.
    pub context_id: String,
    /// Whose record, as a keyed hash.
    pub patient_key: String,
    /// The EHR's own order it is for: the address of a ServiceRequest.
    pub order_url: Option<String>,
    /// The form.
    pub form_id: String,
    /// The destination, once chosen.
    pub service_id: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// Counts changes; a page that saw another revision does not overwrite.
    pub revision: i64,
    /// The page that saved it last; empty when none did.
    pub page_id: String,
    /// Which of that page's saves this is.
    pub page_save: i64,
    /// What lists show.
    pub summary: Summary,
    /// What was read of the chart, and what the form took from it.
    pub snapshot: Snapshot,
    /// What was typed.
    pub answers: Answers,
    /// When it last changed, epoch milliseconds.
    pub updated_at: i64,
    /// When it was signed and submitted.
    pub submitted_at: Option<i64>,
}

/// What lists show of a referral without opening all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `FAMILY, Given`.
    pub patient_name: String,
    /// As FHIR gives it.
    pub birth_date: String,
    /// The form's title in both languages.
    pub form_title: [String; 2],
    /// The destination's name in both languages; empty until chosen.
    pub destination: [String; 2],
    /// Name of the person who began it.
    pub begun_by: String,
    /// Name of the EHR.
    pub ehr: String,
}

impl Summary {
    /// The summary of a new draft.
    #[must_use]
    pub fn new(patient: &PatientView, form: &Form, begun_by: &str, ehr: &str) -> Self {
        Self {
            patient_name: patient.name.for_chart(),
            birth_date: patient.birth_date.clone(),
            form_title: ["en", "fr"].map(|lang| form.title(lang).to_owned()),
            destination: Default::default(),
            begun_by: begun_by.to_owned(),
            ehr: ehr.to_owned(),
        }
    }
}

/// What was read of the chart for a draft, and what the form took from it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The sources.
    pub chart: Chart,
    /// What each question got.
    pub prefill: Prefill,
}

impl Snapshot {
    /// A resource or Bundle of the chart, if it was read.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Value> {
        match self.chart.get(name)? {
            Source::Loaded { resource, .. } => Some(resource),
            Source::NotLoaded(_) => None,
        }
    }

    /// What could not be read, with why.
    pub fn not_loaded(&self) -> impl Iterator<Item = (&str, NotLoaded)> {
        self.chart.not_loaded()
    }

    /// Takes a newer reading of the chart without touching what a person wrote: an answer follows the chart only if
    /// it still was what the chart had given.
    pub fn renew(&mut self, form: &Form, newer: Self, answers: &mut Answers) {
        answers.refresh(form, &self.prefill, &newer.prefill);
        *self = newer;
    }
}
