//! Questionnaires: load, populate, render, read answers, extract.
//!
//! A form is a file: a FHIR R4 Questionnaire with SDC extensions. For: validating the file at start, prefilling the
//! form from a chart, keeping and checking the typed answers, and writing the `QuestionnaireResponse`. Not for:
//! fetching data (a form only names its searches), storing drafts, or the page around a form.
//!
//! Spec: Questionnaire and `QuestionnaireResponse` (R4); SDC 3.0 form population (`launchContext`, `variable`,
//! `initialExpression`, `candidateExpression`, `choiceColumn`, `calculatedExpression`).
//!
//! A form with an unsupported element is refused, because a constraint or a branch that is silently ignored changes the
//! questions about a patient. Every item has a "not loaded" state, because an empty list must mean that the chart has
//! none.

mod alerts;
mod answer_files;
mod answered;
mod answers;
mod aside;
mod attached;
mod calculate;
mod changes;
mod chart;
mod check;
mod coded;
mod conclusion;
mod contact_corrections;
mod contained_sets;
mod contexts;
mod decided;
mod differing;
mod doubt;
mod element_answer;
mod enable_when;
mod entry_rows;
mod error;
mod evaluated;
mod evaluation;
mod external;
mod extract;
mod facts;
mod fields;
mod file_views;
mod files_view;
mod form_view;
mod importable;
mod item;
mod judged;
mod kept;
mod library;
mod located;
mod moved;
mod occurrence;
mod offers;
mod options;
mod outline;
mod parse;
mod patient_answers;
mod patient_element;
mod place;
mod populate;
mod prefill;
mod problem;
mod problem_views;
mod provenance;
mod provenance_kind;
mod quantity;
mod query;
mod questionnaire;
mod readable;
mod reference;
mod refill;
mod refreshed;
mod remark;
mod render;
mod response;
mod rules;
mod scope;
mod section_state;
mod separately;
mod source;
mod terminology;
#[cfg(test)]
mod tests;
mod texts;
mod today;
mod together;
mod translation;
mod typed;
mod unchecked;
mod unit;
mod user_answers;
mod validity;
mod words;

pub use alerts::{Alert, alerts};
pub use answer_files::attached_files;
pub use answers::Answers;
pub use attached::{ATTACHABLE_TYPES, AttachedFile, FileRules, FilesShown};
pub use calculate::{calculate, calculated};
pub use changes::{Change, Readings, changes};
pub use chart::{Chart, LeftOut, ScreenedChart};
pub use check::check;
pub use coded::{Extent, Offered, PostedCode, ValueSetQuestion};
pub use contact_corrections::ContactCorrection;
pub use differing::{Differing, differing};
pub use element_answer::{ElementAnswer, ElementAnswers};
pub use enable_when::enabled;
pub use error::Error;
pub use extract::{
    Extracted, Extraction, ExtractionFailure, ExtractionInput, NotExtracted, NotExtractedKind, Way, extract,
};
pub use fields::{FILE_FIELD, RowAction};
pub use file_views::{FileProblemView, FileRemarkView};
pub use form_view::{
    ChartLine, DoubtView, FileView, FilesView, FormView, ItemView, OptionView, ProblemView, RowView,
    RowsView, SearchView, SectionView, UnitView,
};
pub use judged::JudgedCode;
pub use kept::{KeptAnswers, kept_answers};
pub use library::Library;
pub use located::{Located, line_of, parse_text};
pub use moved::{Moved, moved};
pub use outline::{Outline, Part, SectionOutline, outline};
pub use patient_answers::{PatientAnswer, patient_answers};
pub use patient_element::PatientElement;
pub use place::is_place;
pub use populate::{begin, populate};
pub use prefill::{Candidate, Prefill, Prefilled};
pub use problem::{Problem, ProblemKind};
pub use provenance::ProvenanceView;
pub use provenance_kind::ProvenanceKind;
pub use query::Query;
pub use questionnaire::Form;
pub use readable::{ReadableAnswer, readable};
pub use remark::{Remark, RemarkKind};
pub use render::view;
pub use response::{Details, Picked, picked, to_response};
pub use separately::sent_separately;
pub use source::{NotLoaded, Source};
pub use terminology::{Fold, Matches, SearchedSets, Terminology};
pub use today::empty_asked_today;
pub use unchecked::UncheckedCode;
pub use user_answers::{Refilled, filled_from_user};
pub use validity::Validity;
pub use words::{
    birth_day_of, colon, day_of, file_size, localized_number, moment, reason_in_answers, semicolon,
};

pub use crate::fhirpath::ValueSets;
