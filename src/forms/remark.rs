//! Remarks about a form that can be used: what it has that is without an effect here.

use serde::Serialize;

use super::extract::{NotExtracted, NotExtractedKind};

/// Remark about a form that can be used.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Remark {
    /// `linkId` of the item, or `form`.
    pub place: String,
    /// URL of the extension or value set, or the element; for a reason its detail, which may be empty.
    pub about: String,
    /// Kind of remark.
    pub kind: RemarkKind,
    /// Reason why nothing is made of the item; `None` for other kinds.
    pub reason: Option<NotExtractedKind>,
}

impl Remark {
    /// Returns the short name: the last part of a URL of HL7's, or all of it.
    #[must_use]
    pub fn name(&self) -> &str {
        let is_url = self.about.contains("://") && !self.about.contains(' ');
        self.about.rsplit('/').next().filter(|_| is_url).unwrap_or(&self.about)
    }

    /// Returns the remark as a sentence in English.
    #[must_use]
    pub fn text(&self) -> String {
        match self.reason {
            Some(kind) => {
                let reason = NotExtracted { kind, detail: self.about.clone() };
                format!("{reason} {}", self.kind.effect())
            }
            None => format!("{} {}", self.name(), self.kind.effect()),
        }
    }
}

impl RemarkKind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::NeverHolds,
        Self::OneInitial,
        Self::OtherUnit,
        Self::OptionTwice,
        Self::SharedCode,
        Self::SharedLinkId,
        Self::PlainBackslash,
        Self::Unchecked,
        Self::NotFilled,
        Self::NotEvaluated,
        Self::UnknownOptions,
        Self::NoOptions,
        Self::OtherFiles,
        Self::Looks,
        Self::Extraction,
        Self::NotMade,
        Self::Note,
        Self::UnknownExtension,
    ];

    /// Returns the end of the message key `form-remark-…`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NeverHolds => "never-holds",
            Self::OneInitial => "one-initial",
            Self::OtherUnit => "other-unit",
            Self::OptionTwice => "option-twice",
            Self::SharedCode => "shared-code",
            Self::SharedLinkId => "shared-link-id",
            Self::PlainBackslash => "plain-backslash",
            Self::Unchecked => "unchecked",
            Self::NotFilled => "not-filled",
            Self::NotEvaluated => "not-evaluated",
            Self::UnknownOptions => "unknown-options",
            Self::NoOptions => "no-options",
            Self::OtherFiles => "other-files",
            Self::Looks => "looks",
            Self::Extraction => "extraction",
            Self::NotMade => "not-made",
            Self::Note => "note",
            Self::UnknownExtension => "unknown-extension",
        }
    }

    /// Returns the effect as the end of a sentence that begins with the name.
    #[must_use]
    pub fn effect(self) -> &'static str {
        match self {
            Self::NeverHolds => "has an answer that its question cannot have: the condition never holds",
            Self::OneInitial => "has several values for a question that takes one: the first one is taken",
            Self::OtherUnit => {
                "has a unit that its question does not have: the question begins without an answer"
            }
            Self::OptionTwice => "is an option that is written twice: it is shown once",
            Self::SharedCode => {
                "is the code of options with different texts: the text is sent without the code"
            }
            Self::SharedLinkId => {
                "is a linkId that another item has too: this note is shown, nothing refers to it"
            }
            Self::PlainBackslash => {
                "has a pattern with a single backslash, which FHIRPath ignores: it is read as part of the pattern, write it twice"
            }
            Self::Unchecked => {
                "is not a valid expression: its text is shown beside the question, and not checked"
            }
            Self::NotFilled => "is not evaluated: the page says that the form does not fill this",
            Self::NotEvaluated => "is not evaluated: nothing but what fills the form uses it",
            Self::UnknownOptions => {
                "is a value set whose codes are not all known: the answer is typed as text"
            }
            Self::NoOptions => "is missing: the answer is typed as text",
            Self::OtherFiles => "names files that cannot be attached here: JPEG, PNG, WebP and PDF can",
            Self::Looks => "has no effect: the form looks otherwise and asks the same",
            Self::Extraction => {
                "is read and not sent: the message contains the answers, and nothing made of them in this way"
            }
            Self::NotMade => "(the answers are sent, and nothing is made of them here)",
            Self::Note => "is a note to other software",
            Self::UnknownExtension => "is not known and has no effect",
        }
    }
}

/// Kind of remark.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemarkKind {
    /// A condition can never hold: its question cannot have the answer.
    NeverHolds,
    /// The question takes one answer, and the form gives several at first: the first one is taken.
    OneInitial,
    /// The quantity that the form gives at first is in no unit of its question: the question begins without an answer.
    OtherUnit,
    /// An option is written twice: it is shown once.
    OptionTwice,
    /// Several options have one code and different texts: the answer is the text without the code.
    SharedCode,
    /// A note has the `linkId` of another item. It is shown, and no answer depends on it.
    SharedLinkId,
    /// A regular expression has a backslash that is written once: it belongs to the pattern.
    PlainBackslash,
    /// A constraint is no `FHIRPath`: the page shows its text beside the question.
    Unchecked,
    /// The form fills the question, or the rows of the group, by an expression that is not evaluated here: the page says so.
    NotFilled,
    /// A variable that is not evaluated here, and that nothing but what fills the form uses.
    NotEvaluated,
    /// The options are not known here: the page says so, and takes the answer as text.
    UnknownOptions,
    /// The choice has no options: the answer is typed as text.
    NoOptions,
    /// Some of the files that the question asks for cannot be attached here.
    OtherFiles,
    /// The form looks or is operated otherwise than its author meant; it asks the same.
    Looks,
    /// Data that the author extracts from the answers, which the message contains as answers only.
    Extraction,
    /// The form asks for a resource that is made of answers, and none that may be sent is.
    NotMade,
    /// A note to other software, such as the maturity of a definition.
    Note,
    /// The extension is not known here.
    UnknownExtension,
}
