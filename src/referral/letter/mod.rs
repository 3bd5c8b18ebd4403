//! A referral on paper: the letter that its page prints, as a PDF, alone or with the files that were sent.
//!
//! For: the page of the letter, which consists of the parts of the review and of the sent referral's page, and the files of
//! its message. Not for: drawing (see `pdf`).

mod drawing;
mod enclosed;
mod page;

pub(super) use drawing::Contents;
pub use page::LetterPage;
