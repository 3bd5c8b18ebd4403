//! Why a form file is refused.

use std::io;
use std::path::PathBuf;

use thiserror::Error as ThisError;

use crate::fhirpath;

/// What is wrong with a form; names the item by its `linkId`.
#[derive(Debug, ThisError)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("{} cannot be read", file.display())]
    File {
        /// Where it was looked for.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not JSON.
    #[error("{} is not JSON", file.display())]
    NotJson {
        /// The file.
        file: PathBuf,
        /// Where it stops being JSON.
        source: serde_json::Error,
    },
    /// A file holds JSON that is no usable form.
    #[error("{} is not a usable form", file.display())]
    InFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// Two forms share an id.
    #[error("there are two forms with the id {id}")]
    DuplicateForm {
        /// The id.
        id: String,
    },
    /// The resource is no Questionnaire.
    #[error("this is not a FHIR Questionnaire")]
    NotAQuestionnaire,
    /// An element that every form needs is missing or has the wrong type.
    #[error("{place}: {element} is missing or not usable")]
    Missing {
        /// The item's `linkId`, or `form`.
        place: String,
        /// The element.
        element: &'static str,
    },
    /// Something that the engine does not do, and that must not be ignored.
    #[error("{place}: {what} is not supported")]
    Unsupported {
        /// The item's `linkId`, or `form`.
        place: String,
        /// What it is.
        what: String,
    },
    /// Two items share a `linkId`.
    #[error("{link_id}: this linkId is used twice")]
    DuplicateLinkId {
        /// The `linkId`.
        link_id: String,
    },
    /// A `linkId` that cannot be the name of a field.
    #[error("{link_id:?}: a linkId is 1 to 64 letters, digits, dots, dashes or underscores")]
    BadLinkId {
        /// The `linkId`.
        link_id: String,
    },
    /// `enableWhen` names an item that does not exist or cannot be answered.
    #[error("{link_id}: enableWhen refers to {question}, which is no question of this form")]
    UnknownQuestion {
        /// The item with the condition.
        link_id: String,
        /// The item it names.
        question: String,
    },
    /// An answer in `enableWhen` or `initial` that its question cannot have.
    #[error("{link_id}: {element} has an answer that the question {question} cannot have")]
    ImpossibleAnswer {
        /// The item with the condition.
        link_id: String,
        /// Where the answer stands.
        element: &'static str,
        /// The item that would be answered.
        question: String,
    },
    /// Conditions that depend on each other.
    #[error("{link_id}: its enableWhen depends on itself")]
    Circular {
        /// One item of the circle.
        link_id: String,
    },
    /// An expression that does not parse.
    #[error("{place}: {element} is not a usable expression")]
    Expression {
        /// The item's `linkId`, or `form`.
        place: String,
        /// The extension it stands in.
        element: &'static str,
        /// What is wrong with it.
        source: fhirpath::Error,
    },
    /// An expression that mentions a variable the form does not define.
    #[error("{place}: %{name} is neither a launch context, nor a query, nor a variable of this form")]
    UnknownVariable {
        /// The item's `linkId`, or `form`.
        place: String,
        /// The variable.
        name: String,
    },
    /// An `answerValueSet` that is not contained in the form.
    #[error("{link_id}: the value set {url} is not contained in the form with its codes")]
    ValueSetNotContained {
        /// The item.
        link_id: String,
        /// The reference to the value set.
        url: String,
    },
    /// Two options that a field could not tell apart.
    #[error("{link_id}: the option {option} is there twice")]
    DuplicateOption {
        /// The item.
        link_id: String,
        /// The code or text.
        option: String,
    },
    /// A query that is no relative FHIR search or read.
    #[error("the query {name}: {why}")]
    BadQuery {
        /// The variable's name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
}
