//! The pages of a referral, as their templates see them.

use serde::Serialize;

use crate::{forms::ProblemView, web::Html};

/// One referral in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Where it leads.
    pub path: String,
    /// Number as people read it out.
    pub number: String,
    /// Patient, `FAMILY, Given`.
    pub patient: String,
    /// Form title.
    pub form: String,
    /// Destination; empty until chosen.
    pub destination: String,
    /// Who began it.
    pub begun_by: String,
    /// End of the message key `status-{status}`.
    pub status: String,
    /// `good`, `bad` or empty.
    pub tone: String,
    /// When it last changed, readable.
    pub updated: String,
}

/// A form that can be begun.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormRow {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: String,
}

/// First page of an open chart: drafts of this patient, forms to begin.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HomePage {
    /// Drafts of this patient.
    pub drafts: Vec<Row>,
    /// Forms.
    pub forms: Vec<FormRow>,
    /// Which notice to show: `discarded`, or empty.
    pub notice: String,
}

/// A section of the form, for the list of sections.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SectionRow {
    /// Its `linkId`.
    pub link_id: String,
    /// The id of its element.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Whether it is asked now.
    pub enabled: bool,
}

/// What stands around the sections of a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormFrame {
    /// Title of the form.
    pub title: String,
    /// How many questions are asked now.
    pub asked: usize,
    /// How many of them hold what the chart has.
    pub from_chart: usize,
    /// The sections.
    pub sections: Vec<SectionRow>,
    /// What is wrong.
    pub problems: Vec<ProblemView>,
}

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct EditPage {
    /// What stands around the sections.
    pub form: FormFrame,
    /// What the EHR did not let us read, if anything, and the sections; rendered.
    #[serde(skip)]
    pub pieces: Vec<Html>,
    /// Where the page sends to.
    pub action: String,
    /// Sealed: whose draft this is.
    pub ticket: String,
    /// The revision this page shows.
    pub revision: i64,
    /// Number of the draft; empty before the first save.
    pub number: String,
    /// When it was last saved, readable; empty before the first save.
    pub saved: String,
    /// Which notice to show: `saved`, `reloaded`, `conflict`, or empty.
    pub notice: String,
}

/// A destination to choose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ServiceRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its specialties.
    pub specialties: Vec<String>,
    /// The organization.
    pub organization: String,
    /// Where it is.
    pub place: String,
    /// Phone.
    pub phone: String,
    /// What to know before referring.
    pub comment: String,
    /// Whether it is the one chosen.
    pub chosen: bool,
}

/// The search for a destination.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DestinationPage {
    /// Path of the referral.
    pub path: String,
    /// The revision this page shows.
    pub revision: i64,
    /// What was searched for.
    pub query: String,
    /// What was found.
    pub services: Vec<ServiceRow>,
    /// The form's title.
    pub form: String,
}

/// A line of the summary.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Line {
    /// The question.
    pub label: String,
    /// The answer.
    pub value: String,
}

/// A part of the summary.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A question that is not settled yet.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Open {
    /// Where to settle it.
    pub path: String,
    /// The question.
    pub label: String,
    /// End of the message key `form-problem-{kind}`.
    pub kind: String,
    /// The limit, where there is one.
    pub limit: String,
}

/// Something a check found, to be confirmed or to be settled.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FindingView {
    /// End of the message key `finding-{id}`.
    pub id: String,
    /// Whether it keeps the referral from being sent.
    pub blocks: bool,
}

/// The summary before sending.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReviewPage {
    /// Path of the referral.
    pub path: String,
    /// The revision this page shows; exactly this one is sent.
    pub revision: i64,
    /// Number.
    pub number: String,
    /// The form's title.
    pub form: String,
    /// Patient, once more.
    pub patient: String,
    /// Who signs.
    pub clinician: String,
    /// Who prepared it, when somebody else.
    pub prepared_by: String,
    /// The EHR.
    pub ehr: String,
    /// The destination.
    pub destination: ServiceRow,
    /// All answers.
    pub sections: Vec<Section>,
    /// Questions not settled.
    pub problems: Vec<Open>,
    /// What checks found.
    pub findings: Vec<FindingView>,
    /// Whether this person signs, or hands over.
    pub may_sign: bool,
    /// Whether the last try lacked a confirmation.
    pub unconfirmed: bool,
}

/// A step of the timeline.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Step {
    /// End of the message key `event-{kind}`.
    pub kind: String,
    /// When, readable.
    pub at: String,
    /// Who; empty when it happened by itself.
    pub by: String,
}

/// One referral: where it stands and how it got there.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DetailPage {
    /// Path of the referral.
    pub path: String,
    /// Number.
    pub number: String,
    /// The form's title.
    pub form: String,
    /// The destination.
    pub destination: String,
    /// End of the message keys `status-{status}` and `status-{status}-what`.
    pub status: String,
    /// `good`, `bad` or empty.
    pub tone: String,
    /// The timeline.
    pub steps: Vec<Step>,
    /// All answers.
    pub sections: Vec<Section>,
    /// Whether it can still be edited here.
    pub open: bool,
    /// Whether the page should look again by itself.
    pub moving: bool,
    /// Way back to the list.
    pub back: String,
}

/// This patient's referrals.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartReferralsPage {
    /// The referrals.
    pub rows: Vec<Row>,
}

/// Everything this person sent, of all patients.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MinePage {
    /// The referrals.
    pub rows: Vec<Row>,
    /// Way back to the chart this was opened from; empty when none.
    pub back: String,
}

/// The session ended while somebody typed, and their text was saved.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SavedPage {}

/// Signed out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignedOutPage {}
