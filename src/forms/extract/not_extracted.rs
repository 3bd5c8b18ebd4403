//! Reasons why an item is not extracted.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::error_codes::error_codes;

error_codes! {
    /// Kind of reason why an item is not extracted; the end of the message key `form-not-made-{code}`.
    pub enum NotExtractedKind {
        NoObservationCode = "no-observation-code", "it has no code for an Observation";
        SubjectByName = "subject-by-name", "it is about a subject that is known by name only";
        NoObservationValue = "no-observation-value", "an Observation cannot have an answer of its type";
        NoResourceType = "no-resource-type", "its definitionExtract names no resource type";
        UpdatesResource = "updates-resource", "it updates an existing resource, which is not done here";
        TemplateNotContained = "template-not-contained", "its template is not contained in the form";
        BundleNotContained = "bundle-not-contained", "its templateExtractBundle is not contained in the form";
        NoElementNamed = "no-element-named", "its definition names no element";
        UnknownElement = "unknown-element", "FHIR R4 has no such element";
        NoParts = "no-parts", "its element cannot have parts";
        ElementTaken = "element-taken", "its element has another value already";
        OtherType = "other-type", "its answer is not of the type of the element";
        NoType = "no-type", "its answer has no type";
        ExpressionFailed = "expression-failed", "its expression has no result";
        TypeNotSent = "type-not-sent", "resources of this type are not sent with a referral";
        ElementMissing = "element-missing", "the resource is made without an element that it needs";
        TooLargeToSend = "too-large-to-send", "the resource is too large to be sent";
        TooManyMade = "too-many-made", "more resources are made than are sent with a referral";
    }
}

/// Reason why an item is not extracted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NotExtracted {
    /// Kind of reason.
    pub kind: NotExtractedKind,
    /// `{ $detail }` of the message: an element, a type, a number, or an expression with the words of its parser; may be empty.
    pub detail: String,
}

impl NotExtracted {
    /// Returns a reason about an element, a type or an expression.
    pub(super) fn of(kind: NotExtractedKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}

impl From<NotExtractedKind> for NotExtracted {
    fn from(kind: NotExtractedKind) -> Self {
        Self { kind, detail: String::new() }
    }
}

impl fmt::Display for NotExtracted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => self.kind.fmt(f),
            detail => write!(f, "{}: {detail}", self.kind),
        }
    }
}

impl Ord for NotExtractedKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code().cmp(other.code())
    }
}

impl PartialOrd for NotExtractedKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for NotExtractedKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_text_for_every_reason_in_both_languages() {
        let files = [
            include_str!("../../../locales/en/form_files.ftl"),
            include_str!("../../../locales/fr/form_files.ftl"),
        ];
        for kind in NotExtractedKind::ALL {
            let key = format!("\nform-not-made-{} = ", kind.code());
            assert!(files.iter().all(|file| file.contains(&key)), "{key}");
        }
    }
}
