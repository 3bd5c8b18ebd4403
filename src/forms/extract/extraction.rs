//! Extracted resources, and what could not be extracted.

use jiff::Zoned;
use serde_json::Value;

use super::super::chart::ScreenedChart;
use super::not_extracted::NotExtracted;

/// Input of an extraction beside the form and the response.
pub struct ExtractionInput<'g> {
    /// Chart that the form was filled from, for its launch context and queries.
    pub chart: &'g ScreenedChart<'g>,
    /// Current time, in the site's time zone.
    pub now: &'g Zoned,
    /// Reference to the response: `QuestionnaireResponse/1` or `urn:uuid:…`.
    pub response: &'g str,
    /// Returns a new `urn:uuid:…` at each call.
    pub new_id: &'g dyn Fn() -> String,
}

/// Way in which a form asks for a resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// `observationExtract`.
    Observation,
    /// `definitionExtract` or `itemExtractionContext`.
    Definition,
    /// `templateExtract` or `templateExtractBundle`.
    Template,
}

/// Resource made of answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Extracted {
    /// Way in which the form asks for it.
    pub way: Way,
    /// Address in a Bundle, by which other extracted resources refer to it.
    pub full_url: String,
    /// Resource.
    pub resource: Value,
    /// Conditions of `Bundle.entry.request`, such as `ifNoneExist`, by name; empty if there are none.
    pub request: Value,
    /// `linkId`s of the questions with the answers that it holds, in the order of the form.
    pub questions: Vec<String>,
}

/// Part of a form that could not be extracted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExtractionFailure {
    /// `linkId` of the item, or `form`.
    pub place: String,
    /// Reason.
    pub reason: NotExtracted,
}

/// Result of an extraction.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// Resources in the order of the form.
    pub resources: Vec<Extracted>,
    /// Parts that could not be extracted.
    pub failures: Vec<ExtractionFailure>,
}

impl Extraction {
    pub(super) fn fail(&mut self, place: &str, reason: impl Into<NotExtracted>) {
        let failure = ExtractionFailure { place: place.to_owned(), reason: reason.into() };
        if !self.failures.contains(&failure) {
            self.failures.push(failure);
        }
    }
}
