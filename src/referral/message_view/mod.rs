//! View of a message that was built, for the review and for the page of what was sent: everything in it that a person can
//! read.
//!
//! For: the order of a letter, with the words of each entry at a glance, and below them every element of it. Not for: the
//! answers of the form, which `forms::readable` writes. Why every element is walked instead of those known here: the page
//! promises that it shows exactly what is sent, and an element that this code does not know must not be missing.

mod contents;
mod datatype;
mod details;
mod english;
mod entry;
mod letter;
mod localized;
mod part;
mod piece;
mod reader;
mod sample;

pub(super) use contents::attached_contents;
pub use letter::{MessageView, SentLine};
pub(super) use part::part_text;
pub use piece::Piece;
