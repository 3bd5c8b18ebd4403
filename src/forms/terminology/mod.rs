//! Value sets beside the forms: a folder of value sets and code systems, such as FHIR packages that were unpacked there.
//!
//! For: the options of questions whose `answerValueSet` a form names and does not contain, and the value sets of
//! `memberOf()`. A value set whose codes are all known goes into the form when it is loaded, so that a draft keeps the
//! options that it was begun with. Not for: a terminology server.
//!
//! Spec: `ValueSet.compose`, `ValueSet.expansion` (R4). A value set with a rule that is not evaluated here is not known: a
//! part of its codes would look like all of them.

mod contained;
mod expansion;
mod folder;

pub(super) use contained::contain;
pub use folder::Terminology;
