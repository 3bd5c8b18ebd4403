//! Problems and remarks of a form file, as pages show them.

use serde::Serialize;

use super::{
    error::Error,
    extract::NotExtractedKind,
    located::{Located, line_of},
    questionnaire::Form,
};

/// Place that names the form itself.
const FORM: &str = "form";

/// Problem of a form file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileProblemView {
    /// Line in the text, from 1; 0 if it is about the form as a whole.
    pub line: usize,
    /// `linkId` of the item or name of the variable; empty for the form itself.
    pub place: String,
    /// End of the message keys `form-error-…` and `form-fix-…`.
    pub code: String,
    /// `{ $detail }` of the message: an element, a name, or words of a parser in English.
    pub detail: String,
}

/// Remark on a form that can be used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileRemarkView {
    /// Line in the text, from 1; 0 if it is about the form as a whole.
    pub line: usize,
    /// `linkId` of the item; empty for the form itself.
    pub place: String,
    /// `{ $name }` of the message: an extension or an element, or the detail of the reason.
    pub name: String,
    /// End of the message key `form-remark-…`.
    pub code: String,
    /// End of the message key `form-not-made-…`, whose `{ $detail }` is the name; empty for other remarks.
    pub reason: &'static str,
}

impl Located {
    /// Returns what pages show.
    #[must_use]
    pub fn view(&self) -> FileProblemView {
        FileProblemView {
            line: self.line.unwrap_or_default(),
            place: item_of(self.error.place()),
            code: self.error.code().to_owned(),
            detail: self.error.detail(),
        }
    }
}

impl Form {
    /// Returns the remarks with their lines in the text of the form, as pages show them.
    #[must_use]
    pub fn remark_views(&self, text: &str) -> Vec<FileRemarkView> {
        let view = |remark: &super::remark::Remark| FileRemarkView {
            line: line_of(text, &remark.place).unwrap_or_default(),
            place: item_of(&remark.place),
            name: remark.name().to_owned(),
            code: remark.kind.code().to_owned(),
            reason: remark.reason.map_or("", NotExtractedKind::code),
        };
        self.remarks().iter().map(view).collect()
    }
}

fn item_of(place: &str) -> String {
    if place == FORM { String::new() } else { place.to_owned() }
}

impl Error {
    /// Codes of all errors.
    pub const CODES: [&'static str; 27] = [
        "file",
        "not-json",
        "package",
        "duplicate-form",
        "not-a-questionnaire",
        "missing",
        "unsupported",
        "duplicate-link-id",
        "bad-link-id",
        "unknown-question",
        "impossible-answer",
        "circular",
        "expression",
        "unknown-variable",
        "value-set-not-contained",
        "duplicate-option",
        "bad-query",
        "no-service-code",
        "no-question",
        "too-many-items",
        "bad-url",
        "long-name",
        "shipped-url",
        "version-taken",
        "id-taken",
        "other-id",
        "no-place-for-files",
    ];

    /// Returns the code, the end of the message keys `form-error-…` and `form-fix-…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::NotJson { .. } => "not-json",
            Self::Package { .. } => "package",
            Self::InFile { source, .. } => source.code(),
            Self::DuplicateForm { .. } => "duplicate-form",
            Self::NotAQuestionnaire => "not-a-questionnaire",
            Self::Missing { .. } => "missing",
            Self::Unsupported { .. } => "unsupported",
            Self::DuplicateLinkId { .. } => "duplicate-link-id",
            Self::BadLinkId { .. } => "bad-link-id",
            Self::UnknownQuestion { .. } => "unknown-question",
            Self::ImpossibleAnswer { .. } => "impossible-answer",
            Self::Circular { .. } => "circular",
            Self::Expression { .. } => "expression",
            Self::UnknownVariable { .. } => "unknown-variable",
            Self::ValueSetNotContained { .. } => "value-set-not-contained",
            Self::DuplicateOption { .. } => "duplicate-option",
            Self::BadQuery { .. } => "bad-query",
            Self::NoServiceCode => "no-service-code",
            Self::NoQuestion => "no-question",
            Self::TooManyItems { .. } => "too-many-items",
            Self::BadUrl { .. } => "bad-url",
            Self::LongName { .. } => "long-name",
            Self::ShippedUrl { .. } => "shipped-url",
            Self::VersionTaken { .. } => "version-taken",
            Self::IdTaken { .. } => "id-taken",
            Self::OtherId { .. } => "other-id",
            Self::NoPlaceForFiles => "no-place-for-files",
        }
    }

    /// Returns what the message names: an element, a name, or words of a parser in English. Empty if it names nothing.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::File { source, .. } => source.to_string(),
            Self::NotJson { source, .. } => source.to_string(),
            Self::Package { why, .. } => why.clone(),
            Self::InFile { source, .. } => source.detail(),
            Self::DuplicateForm { id } => id.clone(),
            Self::Missing { element, .. } | Self::ImpossibleAnswer { element, .. } => (*element).to_owned(),
            Self::Unsupported { what, .. } => what.clone(),
            Self::UnknownQuestion { question, .. } => question.clone(),
            Self::Circular { path, .. } => path.clone(),
            Self::Expression { element, source, .. } => format!("{element}: {source}"),
            Self::UnknownVariable { name, .. } | Self::VersionTaken { name } | Self::ShippedUrl { name } => {
                name.clone()
            }
            Self::TooManyItems { count, most } => format!("{count} > {most}"),
            Self::LongName { most } => most.to_string(),
            Self::BadUrl { url } | Self::ValueSetNotContained { url, .. } => url.clone(),
            Self::DuplicateOption { option, .. } => option.clone(),
            Self::BadQuery { why, .. } => (*why).to_owned(),
            Self::IdTaken { other, .. } => other.clone(),
            Self::OtherId { other, other_id, .. } => format!("{other}: {other_id}"),
            Self::NotAQuestionnaire
            | Self::DuplicateLinkId { .. }
            | Self::BadLinkId { .. }
            | Self::NoServiceCode
            | Self::NoQuestion
            | Self::NoPlaceForFiles => String::new(),
        }
    }
}
