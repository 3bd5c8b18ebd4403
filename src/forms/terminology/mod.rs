//! Value sets beside the forms: a folder of value sets, code systems and FHIR packages.
//!
//! For: the options of questions whose `answerValueSet` a form names and does not contain, and the value sets of
//! `memberOf()`. A value set whose codes are all known goes into the form when it is loaded, so that a draft keeps the
//! options that it was begun with. Not for: asking a terminology server, which the room `terminology` does.
//!
//! Spec: `ValueSet.compose`, `ValueSet.expansion` (R4). A value set with a rule that is not evaluated here is not known: a
//! part of its codes would look like all of them.

mod contained;
mod expansion;
mod filter;
mod folder;
mod package;
mod searched;

pub(super) use contained::contain;
pub use folder::Terminology;
pub use searched::{Fold, Matches, SearchedSets};
