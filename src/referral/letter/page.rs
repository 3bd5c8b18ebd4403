//! Page that a letter is drawn from.

use serde::Serialize;

use crate::{
    pdf::Unusable,
    referral::{
        message_view::{MessageView, Piece, SentLine},
        pages::{AnswerSection, DetailPage, Letterhead},
        review_parts::{PartRow, ReviewPage},
    },
    web::Page,
};

/// File in the list of files, with its pages.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileLine {
    /// Title of the document.
    pub title: Vec<Piece>,
    /// Number of its pages; 0 if it is left out.
    pub pages: usize,
    /// End of the message key `letter-left-out-{why}`; empty if its pages follow.
    pub left_out: String,
}

/// Letter, as its template sees it.
#[derive(Clone, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent part of the page")]
pub struct LetterPage {
    /// Number of the referral for people.
    pub number: String,
    /// Title of the form.
    pub form: String,
    /// Name of the destination.
    pub destination: String,
    /// Time at which it was signed, as text; empty for a draft.
    pub signed: String,
    /// Name of the clinician who signed it; empty for a draft.
    pub signed_by: String,
    /// Name of the user who prepared it, if another one signed it; otherwise empty.
    pub prepared_by: String,
    /// Whether its form is provisional, for tests.
    pub provisional: bool,
    /// Whether it was not sent.
    pub is_draft: bool,
    /// Whether the answers and the message are part of it; otherwise only the files are.
    pub has_letter: bool,
    /// Files of the message, with those that are left out; `None` if the letter goes without them.
    pub files: Option<Vec<FileLine>>,
    /// Answers by section.
    pub sections: Vec<AnswerSection>,
    /// Whether there is a message, and so exactly what was or would be sent.
    pub recorded: bool,
    /// Content of the message besides the answers.
    pub message: MessageView,
    /// Parts of the patient that would be sent, while there is no message.
    pub parts: Vec<PartRow>,
    /// Identifiers, phones, addresses and contacts of the patient in the record of an earlier version.
    pub patient: Vec<SentLine>,
    /// Clinic that it comes from.
    pub letterhead: Letterhead,
}

impl From<DetailPage> for LetterPage {
    fn from(page: DetailPage) -> Self {
        Self {
            signed: page.signed,
            signed_by: page.signed_by,
            prepared_by: page.prepared_by,
            provisional: page.provisional,
            number: page.number,
            form: page.form,
            destination: page.destination,
            is_draft: false,
            has_letter: true,
            files: None,
            sections: page.sections,
            recorded: page.recorded,
            message: page.message,
            parts: Vec::new(),
            patient: page.patient,
            letterhead: page.letterhead,
        }
    }
}

impl From<ReviewPage> for LetterPage {
    fn from(page: ReviewPage) -> Self {
        let is_sent = |part: &PartRow| part.sent || part.needed;
        Self {
            signed: String::new(),
            signed_by: String::new(),
            prepared_by: String::new(),
            provisional: page.provisional,
            number: page.number,
            form: page.form,
            destination: page.destination.name,
            is_draft: true,
            has_letter: true,
            files: None,
            sections: page.sections,
            recorded: page.exact,
            parts: if page.exact { Vec::new() } else { page.parts.into_iter().filter(is_sent).collect() },
            message: page.message,
            patient: Vec::new(),
            letterhead: page.letterhead,
        }
    }
}

impl Page for LetterPage {
    const TEMPLATE: &'static str = "referral/letter.html";

    fn samples() -> Vec<Self> {
        let sent = DetailPage::samples().into_iter().map(Self::from);
        let drafts = ReviewPage::samples().into_iter().map(Self::from);
        let file = |pages, left_out: &str| FileLine {
            title: vec![Piece { kind: "text".into(), text: "ECG.pdf".into() }],
            pages,
            left_out: left_out.into(),
        };
        let left_out = Unusable::ALL.map(|why| file(0, why.code()));
        let files: Vec<FileLine> = left_out.into_iter().chain([file(1, ""), file(12, "")]).collect();
        let with_files = DetailPage::samples().into_iter().flat_map(|page| {
            let letter = Self { files: Some(files.clone()), ..page.into() };
            let none = Self { files: Some(Vec::new()), ..letter.clone() };
            [Self { has_letter: false, ..letter.clone() }, none, letter]
        });
        sent.chain(drafts).chain(with_files).collect()
    }
}
