//! Pages that list referrals, as their templates see them.

use serde::Serialize;

use crate::{referral::restored::SendingNote, web::Paging};

/// Referral in a list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    /// Path that the row links to.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Name of the patient, `FAMILY, Given`.
    pub patient: String,
    /// Day of birth, as text; empty if unknown.
    pub born: String,
    /// Gender of the patient; empty if unknown.
    pub gender: String,
    /// Title of the form.
    pub form: String,
    /// Name of the destination; empty until chosen.
    pub destination: String,
    /// Name of the user who started it.
    pub begun_by: String,
    /// End of the message key `status-{status}`.
    pub status: String,
    /// `good`, `warn`, `bad` or empty.
    pub tone: String,
    /// Part of the list: 0 needs the user, 1 waits for a signature, 2 is any other.
    pub place: u8,
    /// Name of the clinician who was named to sign it; empty unless one was.
    pub signer: String,
    /// Clinician who returned it instead of signing; empty unless one did.
    pub returned_by: String,
    /// Remark of that clinician.
    pub remark: String,
    /// Time of the last change, as text.
    pub updated: String,
    /// Whether it may still be changed.
    pub open: bool,
    /// Day until which a draft is kept; empty unless its removal is near.
    pub kept_until: String,
}

/// Referral in a list of those that wait for a signature.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignRow {
    /// Path of its review; empty if the chart of its patient is not open.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Name of the patient, `FAMILY, Given`.
    pub patient: String,
    /// Day of birth, as text; empty if unknown.
    pub born: String,
    /// Gender of the patient; empty if unknown.
    pub gender: String,
    /// Name of the destination, or else the title of the form.
    pub service: String,
    /// Priority for people; empty if the form does not ask for it.
    pub urgency: String,
    /// Whether the priority is higher than routine.
    pub urgent: bool,
    /// Name of the user who prepared it.
    pub prepared_by: String,
    /// Time at which it was handed over, as text; empty if unknown.
    pub since: String,
    /// Whether it waits for the user: named to sign it, or one of several who may.
    pub for_user: bool,
    /// Name of another clinician who was named to sign it; otherwise empty.
    pub signer: String,
}

/// Referrals that wait for a signature, on the home page of a chart.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignList {
    /// Those of this patient.
    pub rows: Vec<SignRow>,
    /// Number of those of other patients that wait for the user.
    pub elsewhere: i64,
    /// Number of all that wait for the user.
    pub count: i64,
}

/// Referral in the note about referrals that were sent already.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct EarlierRow {
    /// Path that the row links to.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Title of its form; empty if its summary cannot be opened.
    pub form: String,
    /// Name of its destination; empty if its summary cannot be opened.
    pub destination: String,
    /// Time of its signature, as text.
    pub signed: String,
    /// Name of the user who began it, of a referral by a colleague; empty otherwise.
    pub by: String,
    /// End of the message key `status-{status}`.
    pub status: String,
    /// `good`, `warn`, `bad` or empty.
    pub tone: String,
    /// End of the message key `earlier-{needs}`, which says what to do next; empty if there is nothing to do.
    pub needs: String,
    /// Number of a copy of it that reached the destination; empty if none did.
    pub copy: String,
    /// Time at which that copy arrived, as text.
    pub copied: String,
}

/// Referrals of the patient that were sent already, above a new form and on the home page.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct EarlierNote {
    /// Referrals that have not arrived, or may not have.
    pub urgent: Vec<EarlierRow>,
    /// Other referrals, with the same form or to such a service: those being sent first, then newest first.
    pub rows: Vec<EarlierRow>,
    /// Whether the list of the patient's referrals has more of them.
    pub more: bool,
    /// Referrals of others that have not arrived, or may not have: number, time, name and status, without a path.
    pub colleagues_urgent: Vec<EarlierRow>,
    /// Number of them; more than there are rows if there are many.
    pub colleagues_urgent_count: usize,
    /// Number of other referrals of others.
    pub colleagues: usize,
    /// Days for which a referral is listed.
    pub days: i64,
}

impl EarlierNote {
    /// Whether it names no referral.
    pub(in crate::referral) fn is_empty(&self) -> bool {
        let Self { urgent, rows, more, colleagues_urgent: _, colleagues_urgent_count, colleagues, days: _ } =
            self;
        urgent.is_empty() && rows.is_empty() && !more && *colleagues_urgent_count == 0 && *colleagues == 0
    }
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
    /// Referrals that others prepared and that wait for a signature.
    pub to_sign: SignList,
    /// Referrals of the patient that were sent already.
    pub earlier: EarlierNote,
    /// Number of referrals of the user's other patients that have not arrived or may not have.
    pub undelivered_elsewhere: i64,
    /// Ends of the message keys `stop-…` for which no referral can be started, such as `patient-deceased`.
    pub stops: Vec<String>,
    /// Drafts of the patient.
    pub drafts: Vec<Row>,
    /// Number of drafts of the user's other patients that are removed soon.
    pub ending_elsewhere: i64,
    /// Forms that can be started.
    pub forms: Vec<FormRow>,
    /// Older referrals of this patient that the user sent, the newest ones.
    pub sent: Vec<Row>,
    /// Whether there are more of them.
    pub more_sent: bool,
    /// Note about all sending.
    pub sending: SendingNote,
    /// Notice to show: `discarded`, `returned`, or empty.
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
    /// Referrals of all patients that wait for the user's signature; empty on a page of a search.
    pub to_sign: Vec<SignRow>,
    /// Whether those are not known, because the EHR serves several clinics and no chart of one is open.
    pub clinic_unknown: bool,
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
