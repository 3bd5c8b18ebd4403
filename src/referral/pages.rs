//! The pages of a referral, as their templates see them.

use serde::Serialize;

use crate::{
    forms::{Answers, FormView, Library, Prefill, view},
    web::Page,
};

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

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct EditPage {
    /// The form with its answers.
    pub form: FormView,
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

impl Row {
    fn sample() -> Self {
        Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            patient: "TREMBLAY-SINGH, Éléonore".into(),
            form: "Cardiology consultation".into(),
            destination: "Heart Clinic".into(),
            begun_by: "Ngozi Okafor".into(),
            status: "sent".into(),
            tone: "good".into(),
            updated: "2 Sep 2026, 09:14".into(),
        }
    }
}

impl ServiceRow {
    fn sample() -> Self {
        Self {
            id: "civic".into(),
            name: "Heart Clinic".into(),
            specialties: vec!["Cardiology".into()],
            organization: "The Ottawa Valley Hospital".into(),
            place: "1053 Carling Avenue".into(),
            phone: "613-555-0142".into(),
            comment: "Attach an ECG.".into(),
            chosen: true,
        }
    }
}

fn sample_sections() -> Vec<Section> {
    let line = Line { label: "Main concern".into(), value: "Chest tightness".into() };
    vec![Section { title: "Reason for referral".into(), lines: vec![line] }]
}

impl Page for HomePage {
    const TEMPLATE: &'static str = "referral/home.html";

    fn samples() -> Vec<Self> {
        let form =
            FormRow { id: "x".into(), title: "Cardiology consultation".into(), description: "Adults".into() };
        let row = Row { status: "draft".into(), ..Row::sample() };
        let full = Self { drafts: vec![row], forms: vec![form], notice: "discarded".into() };
        vec![full, Self::default()]
    }
}

impl Page for EditPage {
    const TEMPLATE: &'static str = "referral/edit.html";

    fn samples() -> Vec<Self> {
        let library = Library::built_in().unwrap_or_default();
        let (answers, prefill) = (Answers::default(), Prefill::default());
        let notices = ["", "saved", "reloaded", "conflict"];
        let page = |form: FormView, notice: &str| Self {
            form,
            action: "/c/x/referrals".into(),
            ticket: "x".into(),
            revision: 1,
            number: "R26-7Q4K-92MD".into(),
            saved: "09:14".into(),
            notice: notice.into(),
        };
        let views = library
            .list()
            .flat_map(|form| ["en", "fr"].map(|lang| view(form, &answers, &prefill, &[], lang)));
        views.flat_map(|form| notices.map(|notice| page(form.clone(), notice))).collect()
    }
}

impl Page for DestinationPage {
    const TEMPLATE: &'static str = "referral/destination.html";

    fn samples() -> Vec<Self> {
        let full = Self {
            path: "/c/x/referrals/1".into(),
            revision: 1,
            query: "heart".into(),
            services: vec![ServiceRow::sample()],
            form: "Cardiology consultation".into(),
        };
        vec![full.clone(), Self { services: Vec::new(), ..full }]
    }
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "referral/review.html";

    fn samples() -> Vec<Self> {
        let ready = Self {
            path: "/c/x/referrals/1".into(),
            revision: 3,
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            patient: "TREMBLAY-SINGH, Éléonore".into(),
            clinician: "Ngozi Okafor".into(),
            ehr: "Riverside".into(),
            destination: ServiceRow::sample(),
            sections: sample_sections(),
            may_sign: true,
            ..Self::default()
        };
        let open = Open {
            path: "/x".into(),
            label: "Urgency".into(),
            kind: "required".into(),
            limit: String::new(),
        };
        let confirm = FindingView { id: "recent-duplicate".into(), blocks: false };
        let inactive = FindingView { id: "patient-inactive".into(), blocks: false };
        let blocks = FindingView { id: "patient-deceased".into(), blocks: true };
        vec![
            Self { problems: vec![open], ..ready.clone() },
            Self { findings: vec![confirm, inactive], unconfirmed: true, ..ready.clone() },
            Self { findings: vec![blocks], ..ready.clone() },
            Self { may_sign: false, prepared_by: "Jean Roy".into(), ..ready.clone() },
            ready,
        ]
    }
}

impl Page for DetailPage {
    const TEMPLATE: &'static str = "referral/detail.html";

    fn samples() -> Vec<Self> {
        let kinds = [
            "begun",
            "ready-to-sign",
            "submitted",
            "delivery-retry",
            "delivered",
            "not-delivered",
            "unconfirmed",
        ];
        let steps = kinds.map(|kind| Step {
            kind: kind.into(),
            at: "2 Sep 2026, 09:14".into(),
            by: "Ngozi Okafor".into(),
        });
        let page = |status: &str| Self {
            path: "/c/x/referrals/1".into(),
            number: "R26-7Q4K-92MD".into(),
            form: "Cardiology consultation".into(),
            destination: "Heart Clinic".into(),
            status: status.into(),
            tone: "good".into(),
            steps: steps.to_vec(),
            sections: sample_sections(),
            open: status == "draft",
            moving: status == "sending",
            back: "/c/x/referrals".into(),
        };
        ["draft", "ready-to-sign", "sending", "sent", "not-delivered", "unconfirmed"].map(page).to_vec()
    }
}

impl Page for ChartReferralsPage {
    const TEMPLATE: &'static str = "referral/chart_referrals.html";

    fn samples() -> Vec<Self> {
        vec![Self { rows: vec![Row::sample()] }, Self::default()]
    }
}

impl Page for MinePage {
    const TEMPLATE: &'static str = "referral/mine.html";

    fn samples() -> Vec<Self> {
        vec![Self { rows: vec![Row::sample()], back: "/c/x/".into() }, Self::default()]
    }
}

impl Page for SavedPage {
    const TEMPLATE: &'static str = "referral/saved.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

impl Page for SignedOutPage {
    const TEMPLATE: &'static str = "referral/signed_out.html";

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
