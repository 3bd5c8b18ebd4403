//! Letters on paper: a page of our templates as a tagged PDF, with the pages of files behind it.
//!
//! For: the look of paper, reading order, headings, lists and tables for assistive technology, and copies of other
//! documents' pages. Not for: what a letter says, which its template writes (see `referral`). A letter is drawn from the
//! HTML of its page, so that it cannot say anything else.
//!
//! Copies of foreign pages are scaled onto our own sheets, because each sheet of a fax has the patient at its top. A document
//! whose copy would lack something, such as the fields of a form, is refused instead.
//!
//! Spec: ISO 32000-1, PDF/UA-1 (ISO 14289-1) for letters without files. Fonts: `fonts/`, under the SIL Open Font License.

mod dom;
mod draw;
mod enclosure;
mod error;
mod flow;
mod foreign;
mod glyphs;
mod html;
mod leaves;
mod press;
mod settings;
mod sheet;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod typesetter;

pub use enclosure::{Enclosed, Enclosure};
pub use error::{Error, Unusable};
pub use press::{Paper, Picture, Press};
