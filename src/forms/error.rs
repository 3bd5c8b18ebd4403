//! Errors of a form file.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::fhirpath;

/// Error of a form file. Names the item by its `linkId`.
#[derive(Debug, ThisError)]
pub enum Error {
    /// The file or folder cannot be read.
    #[error("{} cannot be read", file.display())]
    File {
        /// Path of the file or folder.
        file: PathBuf,
        /// Error of the operating system.
        source: io::Error,
    },
    /// The file is not JSON.
    #[error("{} is not JSON", file.display())]
    NotJson {
        /// Path of the file.
        file: PathBuf,
        /// Error of the JSON parser.
        source: serde_json::Error,
    },
    /// The FHIR package is not read.
    #[error("{} is refused: {why}", file.display())]
    Package {
        /// Path of the file.
        file: PathBuf,
        /// Clause that describes the problem.
        why: String,
    },
    /// The file is JSON, but not a valid form.
    #[error("{} is not a valid form", file.display())]
    InFile {
        /// Path of the file.
        file: PathBuf,
        /// Error of the form.
        source: Box<Error>,
    },
    /// Two forms share an id.
    #[error("there are two forms with the id {id}")]
    DuplicateForm {
        /// Id of both forms.
        id: String,
    },
    /// The resource is not a Questionnaire.
    #[error("this is not a FHIR Questionnaire")]
    NotAQuestionnaire,
    /// A required element is missing or has the wrong type.
    #[error("{place}: {element} is missing or not valid")]
    Missing {
        /// `linkId` of the item, or `form`.
        place: String,
        /// Name of the element.
        element: &'static str,
    },
    /// The form uses an unsupported element that must not be ignored.
    #[error("{place}: {what} is not supported")]
    Unsupported {
        /// `linkId` of the item, or `form`.
        place: String,
        /// Description of the unsupported element.
        what: String,
    },
    /// Two items share a `linkId`.
    #[error("{link_id}: this linkId is used twice")]
    DuplicateLinkId {
        /// `linkId` of both items.
        link_id: String,
    },
    /// The `linkId` is missing, too long, or has control characters.
    #[error("{link_id:?}: a linkId has 1 to 255 bytes and no control characters")]
    BadLinkId {
        /// Invalid `linkId`.
        link_id: String,
    },
    /// `enableWhen` names an item that does not exist or cannot be answered.
    #[error("{link_id}: enableWhen refers to {question}, which is not a question of this form")]
    UnknownQuestion {
        /// `linkId` of the item with the condition.
        link_id: String,
        /// `linkId` in the condition.
        question: String,
    },
    /// `enableWhen` or `initial` has an answer that its question cannot have.
    #[error("{link_id}: {element} has an answer that the question {question} cannot have")]
    ImpossibleAnswer {
        /// `linkId` of the item with the answer.
        link_id: String,
        /// Element with the answer.
        element: &'static str,
        /// `linkId` of the question.
        question: String,
    },
    /// Conditions, calculations or variables depend on each other in a circle.
    #[error("{link_id}: it depends on itself: {path}")]
    Circular {
        /// `linkId` or variable that is first in the circle.
        link_id: String,
        /// Names of the circle, with arrows between.
        path: String,
    },
    /// An expression cannot be parsed.
    #[error("{place}: {element} is not a valid expression")]
    Expression {
        /// `linkId` of the item, or `form`.
        place: String,
        /// Name of its extension.
        element: &'static str,
        /// Error of the expression.
        source: fhirpath::Error,
    },
    /// An expression uses a variable that the form does not define.
    #[error("{place}: %{name} is neither a launch context, nor a query, nor a variable of this form")]
    UnknownVariable {
        /// `linkId` of the item, or `form`.
        place: String,
        /// Name of the variable.
        name: String,
    },
    /// An `answerValueSet` names a contained resource that the form does not have.
    #[error("{link_id}: the value set {url} is not contained in the form")]
    ValueSetNotContained {
        /// `linkId` of the item.
        link_id: String,
        /// Reference to the value set.
        url: String,
    },
    /// Two options have the same key.
    #[error("{link_id}: two options have the key {option}")]
    DuplicateOption {
        /// `linkId` of the item.
        link_id: String,
        /// Code or text of both options.
        option: String,
    },
    /// The form has no code with system, code and display.
    #[error("form: it has no code with system, code and display, so its referrals could not be sent")]
    NoServiceCode,
    /// Nothing is asked.
    #[error("form: it has no question that is shown")]
    NoQuestion,
    /// The form has more items than a page can show.
    #[error("form: it has {count} items, and {most} are the most")]
    TooManyItems {
        /// Number of items.
        count: usize,
        /// Greatest number.
        most: usize,
    },
    /// The URL cannot name the form everywhere.
    #[error("form: its url {url:?} is not absolute, or not one of http, https or urn")]
    BadUrl {
        /// URL of the form.
        url: String,
    },
    /// URL and version are too long.
    #[error("form: its url and version have more than {most} bytes")]
    LongName {
        /// Greatest number of bytes of both.
        most: usize,
    },
    /// The URL is that of a form that ships.
    #[error("form: its url is that of {name}, which ships with Passerelle")]
    ShippedUrl {
        /// Name of the form that ships.
        name: String,
    },
    /// A form with this URL and version is there, with another text.
    #[error("form: {name} is there already, with another text")]
    VersionTaken {
        /// URL and version.
        name: String,
    },
    /// Another form has the id.
    #[error("form: the id {id} is that of {other}")]
    IdTaken {
        /// Id of both forms.
        id: String,
        /// Name of the other form.
        other: String,
    },
    /// Other versions of the form have another id.
    #[error("form: its id is {id}, and that of {other} is {other_id}")]
    OtherId {
        /// Id of the form.
        id: String,
        /// Name of another version.
        other: String,
        /// Id of that version.
        other_id: String,
    },
    /// The form asks for files, and this installation has no place for them.
    #[error("form: it asks for files, and neither attachments.folder nor attachments.s3 is set")]
    NoPlaceForFiles,
    /// A query is not a relative FHIR search or read.
    #[error("the query {name}: {why}")]
    BadQuery {
        /// Name of its variable.
        name: String,
        /// Sentence that describes the problem.
        why: &'static str,
    },
}

impl Error {
    /// Returns the `linkId` of the item or the name that it is about; `form` for the form itself.
    #[must_use]
    pub fn place(&self) -> &str {
        match self {
            Self::Missing { place, .. }
            | Self::Unsupported { place, .. }
            | Self::Expression { place, .. }
            | Self::UnknownVariable { place, .. } => place,
            Self::DuplicateLinkId { link_id }
            | Self::BadLinkId { link_id }
            | Self::UnknownQuestion { link_id, .. }
            | Self::ImpossibleAnswer { link_id, .. }
            | Self::Circular { link_id, .. }
            | Self::ValueSetNotContained { link_id, .. }
            | Self::DuplicateOption { link_id, .. } => link_id,
            Self::BadQuery { name, .. } => name,
            Self::InFile { source, .. } => source.place(),
            Self::File { .. }
            | Self::NotJson { .. }
            | Self::Package { .. }
            | Self::DuplicateForm { .. }
            | Self::NoServiceCode
            | Self::NoQuestion
            | Self::TooManyItems { .. }
            | Self::BadUrl { .. }
            | Self::LongName { .. }
            | Self::ShippedUrl { .. }
            | Self::VersionTaken { .. }
            | Self::IdTaken { .. }
            | Self::OtherId { .. }
            | Self::NoPlaceForFiles
            | Self::NotAQuestionnaire => "form",
        }
    }

    /// Returns the sentence without the item it is about, so that equal problems of several items can be counted.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::UnknownVariable { name, .. } => format!("%{name} is not defined"),
            Self::UnknownQuestion { .. } => "enableWhen refers to no question".to_owned(),
            Self::ImpossibleAnswer { element, .. } => format!("{element} has an answer that is not possible"),
            Self::Expression { element, source, .. } => format!("{element}: {source}"),
            Self::ValueSetNotContained { .. } => "a value set is not contained".to_owned(),
            Self::DuplicateOption { .. } => "two options have the same key".to_owned(),
            Self::Circular { .. } => "it depends on itself".to_owned(),
            other => {
                let said = other.to_string();
                said.strip_prefix(&format!("{}: ", other.place())).map_or(said.clone(), str::to_owned)
            }
        }
    }

    /// Returns what corrects it.
    #[must_use]
    pub fn fix(&self) -> &'static str {
        match self {
            Self::File { .. } => "Correct the path, or let this program read it.",
            Self::NotJson { .. } => "Correct the JSON at the place that is named.",
            Self::Package { .. } => "Fetch the package from its registry again.",
            Self::NotAQuestionnaire => "Give a Questionnaire of FHIR R4.",
            Self::DuplicateForm { .. } => "Give one of the two another id.",
            Self::Missing { .. } => "Add the element, or correct its type.",
            Self::Unsupported { .. } => "Leave it out, or ask the question in another way.",
            Self::DuplicateLinkId { .. } | Self::BadLinkId { .. } => "Give the item a linkId of its own.",
            Self::UnknownQuestion { .. } => "Name the linkId of a question of this form.",
            Self::ImpossibleAnswer { .. } => "Use the type of the question, and one of its options.",
            Self::Circular { .. } => "Remove one of these conditions, calculations or variables.",
            Self::Expression { .. } => "Correct the expression at the character that is named.",
            Self::UnknownVariable { .. } => {
                "Declare the variable or the launch context, or correct the name."
            }
            Self::ValueSetNotContained { .. } => "Contain the value set, or name its canonical URL.",
            Self::DuplicateOption { .. } => "Remove one of the two options.",
            Self::NoServiceCode => {
                "Add a code with system, code and display: the specialty that is asked for."
            }
            Self::NoQuestion => "Add an item of a type that is answered.",
            Self::TooManyItems { .. } => "Split the form, or leave out what this referral does not need.",
            Self::BadUrl { .. } => "Write an absolute URL of yours, without blanks, `|` and `#`.",
            Self::LongName { .. } => "Shorten the url or the version.",
            Self::ShippedUrl { .. } => {
                "Give your form a url and an id of its own, and retire the one that ships."
            }
            Self::VersionTaken { .. } => {
                "Raise the version: drafts and sent referrals stay with the text that they were begun with."
            }
            Self::IdTaken { .. } => "Give the form another id.",
            Self::OtherId { .. } => "Keep the id in all versions of a form.",
            Self::NoPlaceForFiles => {
                "Set attachments.folder to a folder that every node shares, or attachments.s3, and start again."
            }
            Self::BadQuery { .. } => "Write it as Type?parameter=value, relative to the base URL.",
            Self::InFile { source, .. } => source.fix(),
        }
    }
}
