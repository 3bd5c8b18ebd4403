//! A referral as stored: fields, summary for lists, snapshot of the chart.

use jiff::Zoned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    roles::{self, is_about_user},
    sending::sharing::Sharing,
    status::Status,
};
use crate::{
    fhir::{Demographics, PatientView},
    forms::{Answers, Change, Chart, Form, NotLoaded, Prefill, Readings, Refilled, changes, populate},
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
    /// Row id of the user who signed it.
    pub submitted_by: Option<String>,
    /// Row id of the clinician who was named to sign it; `None` for any clinician of the clinic.
    pub signer_id: Option<String>,
    /// Time at which it was handed over for signature, epoch milliseconds.
    pub handed_over_at: Option<i64>,
}

impl Referral {
    /// Whether the user prepared it: another one signs it.
    #[must_use]
    pub fn is_prepared_by(&self, user_id: &str) -> bool {
        self.user_id == user_id
    }

    /// Whether the user prepared it and it waits for a signature: the user changes nothing before it is taken back.
    #[must_use]
    pub fn is_handed_over_by(&self, user_id: &str) -> bool {
        self.status == Status::ReadyToSign && self.is_prepared_by(user_id)
    }

    /// Whether it waits for the signature of another user than the one who prepared it.
    #[must_use]
    pub fn waits_for(&self, user_id: &str) -> bool {
        self.status == Status::ReadyToSign && !self.is_prepared_by(user_id)
    }
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
    /// Name of the clinic as typed for the review; empty unless neither the EHR nor the form names it.
    #[serde(default)]
    pub clinic: String,
    /// Choice of what is sent about the patient besides the answers.
    #[serde(default)]
    pub sharing: Sharing,
    /// Demographic data of the patient, compared with a chart before the referral is offered there.
    #[serde(default)]
    pub demographics: Demographics,
    /// Columns of the list of referrals to sign, once it was handed over.
    #[serde(default)]
    pub handed_over: HandedOver,
    /// Remark with which it was returned to the user who prepared it; `None` unless it was, and once it is handed over again.
    #[serde(default)]
    pub returned: Option<Returned>,
    /// Referral that its answers were copied from; `None` unless it is a copy.
    #[serde(default)]
    pub copied_from: Option<CopiedFrom>,
}

/// Signed referral whose answers a draft was begun with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopiedFrom {
    /// Row id.
    pub id: String,
    /// Number for people.
    pub number: String,
    /// Time of its signature, epoch milliseconds.
    pub at: i64,
    /// Whether answers that were typed a moment ago were taken instead of its own.
    #[serde(default)]
    pub typed: bool,
}

impl CopiedFrom {
    /// Describes a signed referral.
    pub(super) fn of(referral: &Referral, typed: bool) -> Self {
        let at = referral.submitted_at.unwrap_or_default();
        Self { id: referral.id.clone(), number: referral.number.clone(), at, typed }
    }
}

/// Columns of the list of referrals to sign, beside the patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    /// Code of the priority, such as `urgent`; empty if the form does not ask for it.
    pub priority: String,
    /// Priority for people, in English and French.
    pub urgency: [String; 2],
    /// Name of the clinician who was named to sign it; empty for any clinician of the clinic.
    pub signer: String,
    /// Remark with which it was returned before, if it was.
    #[serde(default)]
    pub returned: Option<Returned>,
}

/// Remark with which a clinician returned a referral instead of signing it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// Name of the clinician.
    pub by: String,
    /// Time, epoch milliseconds.
    pub at: i64,
    /// Remark as typed.
    pub remark: String,
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
            clinic: String::new(),
            sharing: Sharing::default(),
            demographics: Demographics::of(patient),
            handed_over: HandedOver::default(),
            returned: None,
            copied_from: None,
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
    /// User who prepared the draft, if another one has read the chart since, to sign it.
    #[serde(default)]
    pub preparer: Option<Preparer>,
}

/// User who prepared a draft that another one signs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preparer {
    /// Sources about the user: the resource and the search for roles.
    pub chart: Chart,
    /// Answers that were filled again from the signer.
    pub refilled: Vec<Refilled>,
}

impl Preparer {
    /// Takes the sources about the user who read a snapshot.
    fn of(form: &Form, snapshot: &Snapshot) -> Self {
        let mut chart = Chart::new();
        copy_user(form, &snapshot.chart, &mut chart);
        Self { chart, refilled: Vec::new() }
    }
}

/// Names of the sources that are about the user who reads a chart.
fn names_about_user(form: &Form) -> impl Iterator<Item = &str> {
    let queries = form.queries().iter().map(|query| query.name.as_str());
    queries.chain(["user", roles::ROLES]).filter(|name| is_about_user(form, name))
}

/// Copies the sources about the user who read a chart.
fn copy_user(form: &Form, from: &Chart, to: &mut Chart) {
    for name in names_about_user(form) {
        if let Some(source) = from.get(name) {
            to.insert(name, source.clone());
        }
    }
}

impl Snapshot {
    /// Returns a resource or Bundle of the chart, if it was read.
    #[must_use]
    pub fn resource(&self, name: &str) -> Option<&Value> {
        self.chart.resource(name)
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
        let is_other_reader = self.preparer.is_some();
        self.replace_by(form, newer, answers, is_other_reader, lang)
    }

    /// Replaces the snapshot like [`Snapshot::replace`] by one that the same user read, or another one.
    fn replace_by(
        &mut self,
        form: &Form,
        newer: Self,
        answers: &mut Answers,
        is_other_reader: bool,
        lang: &str,
    ) -> Vec<Change> {
        answers.refresh(form, &self.prefill, &newer.prefill);
        let of_readers: Vec<&str> = names_about_user(form).filter(|_| is_other_reader).collect();
        let readings = Readings { before: &self.prefill, after: &newer.prefill, of_readers: &of_readers };
        let changes = changes(form, readings, answers, lang);
        *self = newer;
        changes
    }

    /// Replaces the snapshot like [`Snapshot::replace`] by one that another user read, the signer. Answers about the user
    /// are filled again, and the one who prepared the draft stays known.
    pub fn replace_for_signer(
        &mut self,
        form: &Form,
        newer: Self,
        answers: &mut Answers,
        now: &Zoned,
        lang: &str,
    ) -> Vec<Change> {
        let mut preparer = self.preparer.take().unwrap_or_else(|| Preparer::of(form, self));
        let mut chart = newer.chart.clone();
        copy_user(form, &self.chart, &mut chart);
        let refilled = answers.fill_from_user(form, &populate(form, &chart, now), &newer.prefill);
        for refilled in refilled {
            if !preparer.refilled.iter().any(|known| known.place == refilled.place) {
                preparer.refilled.push(refilled);
            }
        }
        let changes = self.replace_by(form, newer, answers, true, lang);
        self.preparer = Some(preparer);
        changes
    }
}
