//! Remarks about a form that can be used: what it has that is without an effect here.

use serde::Serialize;

/// Remark about a form that can be used.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Remark {
    /// `linkId` of the item, or `form`.
    pub place: String,
    /// URL of the extension or value set, or the element.
    pub about: String,
    /// Kind of remark.
    pub kind: RemarkKind,
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
    /// A note to other software, such as the maturity of a definition.
    Note,
    /// The extension is not known here.
    UnknownExtension,
}
