//! Page of the summary before sending, as its template sees it.

use serde::Serialize;

use super::{
    message_view::{MessageView, Piece},
    pages::{AnswerSection, Letterhead, ServiceRow},
    restored::SendingNote,
    sending::views::CopiedView,
    signing::views::{HandedOverNote, SignerOption, WaitsNote},
};
use crate::forms::DoubtView;

/// Question whose answer is missing or invalid.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OpenQuestion {
    /// Path of the question in the form.
    pub path: String,
    /// Text of the question.
    pub label: String,
    /// End of the message key `form-problem-{kind}`.
    pub kind: String,
    /// Limit that the answer violates; empty if it has none.
    pub limit: String,
    /// Sentence of the form's own rule; empty if the kind says it all.
    pub text: String,
}

/// Doubt about an answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DoubtLine {
    /// Path of the question in the form.
    pub path: String,
    /// Doubt.
    pub doubt: DoubtView,
}

/// Finding of a check before sending.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FindingView {
    /// Name in the confirmation.
    pub id: String,
    /// End of the message key `finding-{text}`.
    pub text: String,
    /// `{ $name }` in the text; may be empty.
    pub name: String,
    /// `{ $detail }` in the text; may be empty.
    pub detail: String,
    /// Whether it prevents sending; otherwise the clinician can confirm it.
    pub blocks: bool,
    /// Path of another referral that it is about; empty if there is none that the user may open.
    pub path: String,
}

/// Part of the patient's data that can be sent or left out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PartRow {
    /// Name of the element in the message `fhir-element`.
    pub name: String,
    /// End of the message key `use-{usage}`; empty if it has none.
    pub usage: String,
    /// Name in the form.
    pub key: String,
    /// Content.
    pub value: Vec<Piece>,
    /// Author of its correction in the form, the middle of the message key `part-corrected-{corrected}`: `you`, or `form` if
    /// another user prepared the referral; empty if it is as in the chart.
    pub corrected: String,
    /// Text of the chart that the correction replaces; empty if the chart has none.
    pub chart: String,
    /// Whether it is sent.
    pub sent: bool,
    /// Whether it cannot be left out.
    pub needed: bool,
}

/// Question whose answer is not the value of the chart.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct DifferingLine {
    /// Path of the question in the form.
    pub path: String,
    /// Text of the question.
    pub label: String,
    /// Answer that is sent; empty if none is.
    pub answer: String,
    /// Whether it is a list, and `chart` its entries that are not included.
    pub is_list: bool,
    /// Value of the chart.
    pub chart: String,
    /// Its clinical date; empty if the chart has none.
    pub dated: String,
}

/// Summary before sending.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent part of the page")]
pub struct ReviewPage {
    /// Path of the referral.
    pub path: String,
    /// Revision that the page shows; only this one is sent.
    pub revision: i64,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Title of the form.
    pub form: String,
    /// Name of the patient, `FAMILY, Given`.
    pub patient: String,
    /// Name of the clinician who signs.
    pub clinician: String,
    /// Name of the account that is signed in, if it is another name; otherwise empty.
    pub account: String,
    /// Name of the user who prepared it, if that is another; otherwise empty.
    pub prepared_by: String,
    /// Referral that it was copied from; `None` unless it is a copy.
    pub copied: Option<CopiedView>,
    /// Name of the EHR.
    pub ehr: String,
    /// Whether the form is provisional, for tests.
    pub provisional: bool,
    /// Note about all sending; empty unless it is held.
    pub sending: SendingNote,
    /// Service that it goes to.
    pub destination: ServiceRow,
    /// Whether the page shows a message that was built, and so exactly what would be sent.
    pub exact: bool,
    /// Chart data of the patient: what is sent, and what can be added.
    pub parts: Vec<PartRow>,
    /// Content of the message besides the answers.
    pub message: MessageView,
    /// Answers by section.
    pub sections: Vec<AnswerSection>,
    /// Questions whose answers are missing or invalid.
    pub problems: Vec<OpenQuestion>,
    /// Doubts about answers, which do not prevent sending.
    pub doubts: Vec<DoubtLine>,
    /// Labels of the questions of which the form asks for an entry that is not sent.
    pub not_made: Vec<String>,
    /// Questions whose answers differ from the chart, and those that it answers and the form no longer does.
    pub differing: Vec<DifferingLine>,
    /// Findings of the checks.
    pub findings: Vec<FindingView>,
    /// Whether the user may sign; otherwise the referral is handed over for signature.
    pub may_sign: bool,
    /// Signature that it waits for, if the user handed it over: the page changes nothing.
    pub waits: Option<WaitsNote>,
    /// Note about the user who prepared it, if another one signs.
    pub handed_over: Option<HandedOverNote>,
    /// Clinicians who may be named to sign; empty if the user may.
    pub signers: Vec<SignerOption>,
    /// Whether any clinician was chosen before.
    pub any_signer: bool,
    /// Whether the last attempt to hand it over named no clinician.
    pub no_signer: bool,
    /// Whether the last attempt to send lacked a confirmation.
    pub unconfirmed: bool,
    /// Whether a choice of what is sent was just saved, and nothing was sent.
    pub chosen: bool,
    /// Path of the draft's letter as a PDF.
    pub letter: String,
    /// Clinic that it comes from.
    pub letterhead: Letterhead,
    /// Whether the name of the clinic is typed on the page, because neither the EHR nor the form names it.
    pub asks_clinic: bool,
}
