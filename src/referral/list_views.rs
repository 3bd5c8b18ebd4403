//! Pages that list referrals, as their templates see them.

use serde::Serialize;

use super::restored::SendingNote;
use crate::web::Paging;

/// Referral in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Path that the row links to.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Name of the patient, `FAMILY, Given`.
    pub patient: String,
    /// Title of the form.
    pub form: String,
    /// Name of the destination; empty until chosen.
    pub destination: String,
    /// Name of the user who started it.
    pub begun_by: String,
    /// End of the message key `status-{status}`.
    pub status: String,
    /// `good`, `bad` or empty.
    pub tone: String,
    /// Time of the last change, as text.
    pub updated: String,
    /// Whether it may still be changed.
    pub open: bool,
    /// Day until which a draft is kept; empty unless its removal is near.
    pub kept_until: String,
}

/// Form that a referral can be started with.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormRow {
    /// Id of the form.
    pub id: String,
    /// Title in the language of the page.
    pub title: String,
    /// Purpose of the form.
    pub description: String,
    /// Whether the form is a draft.
    pub is_draft: bool,
}

/// First page of an open chart: drafts of the patient, forms to start, referrals that were sent.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HomePage {
    /// Referrals of the patient that have not arrived or may not have.
    pub undelivered: Vec<Row>,
    /// Number of such referrals of the user's other patients.
    pub undelivered_elsewhere: usize,
    /// Ends of the message keys `stop-…` for which no referral can be started, such as `patient-deceased`.
    pub stops: Vec<String>,
    /// Drafts of the patient.
    pub drafts: Vec<Row>,
    /// Number of drafts of the user's other patients that are removed soon.
    pub ending_elsewhere: i64,
    /// Forms that can be started.
    pub forms: Vec<FormRow>,
    /// Referrals of this patient that the user sent, the newest ones.
    pub sent: Vec<Row>,
    /// Whether there are more of them.
    pub more_sent: bool,
    /// Note about all sending.
    pub sending: SendingNote,
    /// Notice to show: `discarded`, or empty.
    pub notice: String,
}

/// Page of one patient's referrals.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ChartReferralsPage {
    /// Referrals: first those that have not arrived or may not have, then newest first.
    pub rows: Vec<Row>,
    /// Place among the pages.
    pub paging: Paging,
}

/// Page of all referrals of a user, of all patients.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MinePage {
    /// Referrals: first those that have not arrived or may not have, then newest first.
    pub rows: Vec<Row>,
    /// Note about all sending.
    pub sending: SendingNote,
    /// Text that was searched; empty for all referrals.
    pub search: String,
    /// Number of referrals found.
    pub found: usize,
    /// Place among the pages.
    pub paging: Paging,
    /// Path of the search among older referrals, which were not searched; empty if all were.
    pub older: String,
    /// Time before which referrals were searched, as text; empty if the newest were.
    pub before: String,
    /// Path of the list without a search.
    pub all: String,
    /// Id of the launch context that the page was opened from; empty if none.
    pub from: String,
    /// Path of the chart that the page was opened from; empty if none.
    pub back: String,
}
