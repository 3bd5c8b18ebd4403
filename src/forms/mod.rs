//! Questionnaires: load, populate, render, read answers, extract.
//!
//! A form is a file: a FHIR R4 Questionnaire with SDC extensions. This room checks it up front, fills it from what was
//! read of a chart, keeps what a person typed, says what is wrong with it, and gives the `QuestionnaireResponse`.
//! Not for: fetching anything (a form only says which searches it needs), storing drafts, or the words around a form.
//!
//! Spec: Questionnaire and `QuestionnaireResponse` (R4); SDC 3.0 form population (`launchContext`, `variable`,
//! `initialExpression`, `candidateExpression`, `choiceColumn`, `calculatedExpression`).
//!
//! Why a form is refused for what the engine does not know: a constraint or a branch silently left out changes what is
//! asked of a patient. Why "not loaded" travels with every item: an empty list must mean that the chart has none.

mod answers;
mod calculate;
mod chart;
mod check;
mod enable_when;
mod error;
mod form_view;
mod item;
mod item_json;
mod library;
mod options;
mod outline;
mod populate;
mod prefill;
mod problem;
mod provenance;
mod query;
mod questionnaire;
mod readable;
mod render;
mod response;
#[cfg(test)]
mod tests;
mod translation;
mod typed;
mod unit;
mod validate;
mod words;

pub use answers::Answers;
pub use calculate::calculate;
pub use chart::{Chart, NotLoaded, Source};
pub use check::check;
pub use enable_when::enabled;
pub use error::Error;
pub use form_view::{FormView, ItemView, OptionView, ProblemView, SectionView};
pub use library::Library;
pub use outline::{Outline, Part, SectionOutline, outline};
pub use populate::populate;
pub use prefill::{Candidate, Prefill, Prefilled};
pub use problem::{Problem, ProblemKind};
pub use provenance::{ProvenanceKind, ProvenanceView};
pub use query::Query;
pub use questionnaire::Form;
pub use readable::readable;
pub use render::view;
pub use response::{Details, Picked, picked, to_response};
pub use words::{day_of, moment};
