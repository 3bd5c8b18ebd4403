//! Extraction: the resources that a form asks to be made of its answers.
//!
//! For: Observations of coded questions, and resources that the form describes by definitions of elements or by templates.
//! Each names the questions whose answers it holds, and is of a type and size that may be sent. Not for: sending or storing
//! them, and whom they are about; what they mean is the form's word.
//!
//! Spec: form data extraction of SDC 4.0: observation-based (`observationExtract`), definition-based (`definitionExtract`,
//! `itemExtractionContext`), template-based (`templateExtract`, `templateExtractBundle`). `StructureMap` is not read.
//!
//! An answer that cannot be extracted is a failure with its reason, and never a resource that says less than the answer.

mod builder;
mod definition;
mod extraction;
mod extractor;
mod not_extracted;
mod observation;
mod run;
mod sendable;
mod template;
#[cfg(test)]
mod tests;
mod trial;
mod typed_value;

pub use extraction::{Extracted, Extraction, ExtractionFailure, ExtractionInput, Way};
pub use extractor::extract;
pub use not_extracted::{NotExtracted, NotExtractedKind};
