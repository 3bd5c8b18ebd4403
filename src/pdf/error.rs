//! Errors of letters on paper.

/// Reason for which a letter was not drawn.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many letters are drawn at the same time.
    #[error("too many letters are drawn at the same time")]
    Busy,
    /// The letter and its files have more pages than one letter may have.
    #[error("the letter has more than {0} pages")]
    TooLong(usize),
    /// The PDF library refused the letter.
    #[error("the letter could not be written: {0}")]
    Library(String),
    /// The drawing panicked.
    #[error("drawing the letter ended in a panic")]
    Panic,
}

/// Reason for which a file is not part of a letter, as its list of files names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// A password is needed to open it.
    Locked,
    /// It is damaged, or of a kind that cannot be drawn.
    Damaged,
    /// It has fields, notes or layers, which a copy of its pages would lack.
    Fillable,
    /// It has too many pages.
    TooLong,
    /// Its content is not stored here.
    Absent,
}

impl Unusable {
    /// Every reason, for the test of their messages.
    pub const ALL: [Self; 5] = [Self::Locked, Self::Damaged, Self::Fillable, Self::TooLong, Self::Absent];

    /// Stable code, the end of the message key `letter-left-out-{code}`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Locked => "locked",
            Self::Damaged => "damaged",
            Self::Fillable => "fillable",
            Self::TooLong => "too-long",
            Self::Absent => "absent",
        }
    }
}
