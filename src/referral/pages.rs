//! Pages of this room, as their templates see them.

use serde::{Deserialize, Serialize};

use super::{
    lists::views::EarlierNote,
    message_view::{MessageView, SentLine},
    restored::SendingNote,
    sending::views::{CopiedView, CopyView, DeliveryView},
    signing::views::{ReturnedView, WaitsNote},
};
use crate::{
    forms::{Change, ProblemView},
    web::{FramedPage, Html, Texts},
};

/// Clinic that a printed referral comes from.
#[derive(Clone, Debug, Default, Hash, Serialize, Deserialize)]
pub struct Letterhead {
    /// Name of the clinic; empty if it is not known.
    pub clinic: String,
    /// Address in one line; may be empty.
    pub address: String,
    /// Phone number; may be empty.
    pub phone: String,
    /// Fax number; may be empty.
    pub fax: String,
    /// Whether the clinic has no name because the clinician's roles were not loaded.
    #[serde(default)]
    pub not_loaded: bool,
}

/// Section of the form, in the list of sections.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct SectionRow {
    /// Place of the section.
    pub place: String,
    /// HTML id of its element.
    pub id: String,
    /// Heading of the section.
    pub title: String,
    /// Whether the current answers enable it.
    pub enabled: bool,
    /// Number of required questions without an answer.
    pub left: usize,
}

/// Frame around the sections of a form.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct FormFrame {
    /// Title of the form.
    pub title: String,
    /// Number of enabled questions.
    pub asked: usize,
    /// Number of enabled questions filled from the chart.
    pub from_chart: usize,
    /// List of sections.
    pub sections: Vec<SectionRow>,
    /// Answers that are missing or invalid.
    pub problems: Vec<ProblemView>,
}

/// Page of a form.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct EditPage {
    /// Frame around the sections.
    pub form: FormFrame,
    /// Rendered HTML: the note of sources that were not granted, if any, and the sections.
    #[serde(skip)]
    pub pieces: Vec<Html>,
    /// Path that the form posts to.
    pub action: String,
    /// Whether the form asks for files.
    pub multipart: bool,
    /// Sealed ticket that identifies the draft.
    pub ticket: String,
    /// Revision that the page shows.
    pub revision: i64,
    /// Referrals of the patient that were sent already; empty unless the form is new.
    pub earlier: EarlierNote,
    /// Note about all sending; empty unless the form is new or sending is held.
    pub sending: SendingNote,
    /// Drafts of the same form that this launch began before; empty unless the form is new.
    pub begun: Vec<BegunDraft>,
    /// Referral that it was copied from; `None` unless it is a copy.
    pub copied: Option<CopiedView>,
    /// Number of the draft; empty until the first save.
    pub number: String,
    /// Time of the last save, as text; empty until the first save.
    pub saved: String,
    /// Notice to show, as the end of a message key `notice-…`; empty or `check` for none.
    pub notice: String,
    /// Differences between the chart and the draft, with the notice `renewed`.
    pub changes: Vec<Change>,
    /// Remark of the clinician who returned it instead of signing; `None` unless one did.
    pub returned: Option<ReturnedView>,
    /// Signature that it waits for, so that what the user wrote was not saved; `None` for any other referral.
    pub waits: Option<WaitsNote>,
    /// Answers without a place in the newer version of the form; `None` if there is no newer version.
    pub newer_form: Option<Vec<String>>,
    /// Service that it goes to; `None` until chosen.
    pub destination: Option<ServiceRow>,
    /// Clinic that it comes from, for print.
    pub letterhead: Letterhead,
    /// Whether the form is provisional, for tests.
    pub provisional: bool,
}

impl FramedPage for EditPage {
    fn take_texts(&mut self, texts: &mut Texts) -> bool {
        // Each member is named, so that a new one is counted among those that are kept, taken, or about one patient.
        let Self {
            form: FormFrame { title: _, asked: _, from_chart: _, sections: _, problems },
            pieces: _,
            multipart: _,
            revision: _,
            notice: _,
            provisional: _,
            action,
            ticket,
            letterhead: Letterhead { clinic, address, phone, fax, not_loaded: _ },
            earlier,
            sending,
            begun,
            copied,
            number,
            saved,
            changes,
            returned,
            waits,
            newer_form,
            destination,
        } = self;
        for text in [action, ticket, clinic, address, phone, fax] {
            texts.take(text);
        }
        let is_without_notes =
            problems.is_empty() && earlier.is_empty() && *sending == SendingNote::default();
        let is_unsaved = begun.is_empty() && copied.is_none() && number.is_empty() && saved.is_empty();
        let is_unchanged = changes.is_empty() && returned.is_none() && waits.is_none();
        is_without_notes && is_unsaved && is_unchanged && newer_form.is_none() && destination.is_none()
    }
}

/// Draft that is named above a new form.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct BegunDraft {
    /// Path of its form.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
}

/// Service in the search for a destination.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct ServiceRow {
    /// Id of the service.
    pub id: String,
    /// Name in the language of the page.
    pub name: String,
    /// Names of its specialties.
    pub specialties: Vec<String>,
    /// Name of the organization that provides it.
    pub organization: String,
    /// Address or site.
    pub place: String,
    /// Phone number; may be empty.
    pub phone: String,
    /// Fax number; may be empty.
    pub fax: String,
    /// Instructions for referring clinicians.
    pub comment: String,
    /// Whether it is the chosen destination.
    pub chosen: bool,
}

/// Page to search for a destination.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DestinationPage {
    /// Path of the referral.
    pub path: String,
    /// Revision that the page shows.
    pub revision: i64,
    /// Search text.
    pub query: String,
    /// Name of the specialty that the form requests.
    pub specialty: String,
    /// Services found that have the specialty.
    pub services: Vec<ServiceRow>,
    /// Number of other services found.
    pub other_count: usize,
    /// Other services found; empty unless the user asked for them.
    pub others: Vec<ServiceRow>,
    /// Title of the form.
    pub form: String,
}

/// Question and answer in the summary.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AnswerLine {
    /// Text of the question.
    pub label: String,
    /// Answer as text.
    pub value: String,
    /// Its values, if there are several; empty otherwise.
    pub items: Vec<String>,
    /// Whether it is filled from the clinician who signs, which another user only prepares.
    pub by_signer: bool,
}

/// Section of the summary.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AnswerSection {
    /// Heading of the section.
    pub title: String,
    /// Questions with their answers.
    pub lines: Vec<AnswerLine>,
}

/// Step of the timeline.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TimelineStep {
    /// End of the message key `event-{kind}`.
    pub kind: String,
    /// Time of the step, as text.
    pub at: String,
    /// Name of the user who took it; empty for a step of the delivery.
    pub by: String,
}

/// Status of one referral, its timeline and its answers.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent part of the page")]
pub struct DetailPage {
    /// Path of the referral.
    pub path: String,
    /// Number for people, such as `R26-7Q4K-92MD`.
    pub number: String,
    /// Title of the form.
    pub form: String,
    /// Name of the destination; empty until chosen.
    pub destination: String,
    /// Service that it goes to, as the directory has it today; `None` until chosen.
    pub service: Option<ServiceRow>,
    /// End of the message keys `status-{status}` and `status-{status}-what`.
    pub status: String,
    /// `good`, `warn`, `bad` or empty.
    pub tone: String,
    /// Day until which a draft is kept; empty unless its removal is near.
    pub kept_until: String,
    /// Time at which the message that was sent was removed; empty if it is kept.
    pub message_removed: String,
    /// Delivery, unless the referral is open, or arrived, or was sent only now.
    pub delivery: Option<DeliveryView>,
    /// Referral that it was copied from; `None` unless it is a copy.
    pub copied: Option<CopiedView>,
    /// Signed copies of it, newest first.
    pub copies: Vec<CopyView>,
    /// Whether the user may take back that it was sent by fax.
    pub may_unmark_faxed: bool,
    /// Timeline, oldest step first.
    pub steps: Vec<TimelineStep>,
    /// Answers by section.
    pub sections: Vec<AnswerSection>,
    /// Names of what the sender sends in another way, as the referral says.
    pub separate: Vec<String>,
    /// Warnings of the form about what the sender has to do.
    pub alerts: Vec<String>,
    /// Whether it was sent, and the page shows what was.
    pub recorded: bool,
    /// Content of the message besides the answers.
    pub message: MessageView,
    /// Identifiers, phones, addresses and contacts of the patient in the record of an earlier version.
    pub patient: Vec<SentLine>,
    /// Name of the clinician who was named to sign it; empty unless one was.
    pub signer: String,
    /// Name of the user who prepared it, if another one signed it; otherwise empty.
    pub prepared_by: String,
    /// Time at which it was signed, as text; empty for a draft.
    pub signed: String,
    /// Name of the clinician who signed it; empty for a draft.
    pub signed_by: String,
    /// Whether its form is provisional, for tests.
    pub provisional: bool,
    /// Whether a file was sent with it.
    pub has_files: bool,
    /// Remark of the clinician who returned it instead of signing; `None` unless one did.
    pub returned: Option<ReturnedView>,
    /// Whether it can be edited in this chart.
    pub open: bool,
    /// Whether it waits for a signature in this chart, and the user may take it back.
    pub may_take_back: bool,
    /// State of a pending delivery, which the page asks for again until it changes; empty unless delivery is pending.
    pub progress: String,
    /// Path of the page of the list that it belongs to.
    pub back: String,
    /// Query that keeps the place in that list; may be empty.
    pub place: String,
    /// Path of its letter as a PDF; empty unless it was sent.
    pub letter: String,
    /// Clinic that it comes from, for print.
    pub letterhead: Letterhead,
}

/// Page after signing out.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SignedOutPage {}
