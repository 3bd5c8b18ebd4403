//! One form of the catalogue, and whether it is offered.

use std::sync::Arc;

use jiff::civil::Date;

use crate::forms::{Form, Validity};

/// Source of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Ships with the program.
    BuiltIn,
    /// A file in the folder `forms.folder`.
    Folder,
    /// Imported by an administrator.
    Imported {
        /// Time of the import, in epoch milliseconds.
        at: i64,
        /// Id of the account; `None` for a command.
        by: Option<String>,
    },
}

impl Origin {
    /// Returns the end of the message key `forms-origin-…`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::BuiltIn => "built-in",
            Self::Folder => "folder",
            Self::Imported { .. } => "imported",
        }
    }
}

/// Use of a form for new referrals, or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// New referrals begin with it.
    Offered,
    /// New referrals begin with it, and its status is `draft`.
    OfferedAsDraft,
    /// An administrator retired it.
    Retired,
    /// `forms.offered` does not name it.
    NotListed,
    /// Its status is `retired`, or the day is outside of its effective period.
    NotInUse,
    /// Another version is offered: the one that came in last.
    Replaced,
}

impl Use {
    /// Every use.
    pub const ALL: [Self; 6] =
        [Self::Offered, Self::OfferedAsDraft, Self::Retired, Self::NotListed, Self::NotInUse, Self::Replaced];

    /// Returns the end of the message key `forms-use-…`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::OfferedAsDraft => "offered-as-draft",
            Self::Retired => "retired",
            Self::NotListed => "not-listed",
            Self::NotInUse => "not-in-use",
            Self::Replaced => "replaced",
        }
    }

    /// Whether new referrals begin with the form.
    #[must_use]
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Offered | Self::OfferedAsDraft)
    }
}

/// Form of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Form.
    pub form: Arc<Form>,
    /// Source.
    pub origin: Origin,
    /// Whether the settings offer it. Imported forms always are.
    pub is_listed: bool,
    /// Time at which an administrator retired it, in epoch milliseconds.
    pub retired_at: Option<i64>,
}

impl Entry {
    /// Returns why the form is not used on a day, by itself, or how it is.
    #[must_use]
    pub fn own_use(&self, day: Date) -> Use {
        if self.retired_at.is_some() {
            return Use::Retired;
        }
        match self.form.validity(day) {
            _ if !self.is_listed => Use::NotListed,
            Validity::NotInUse => Use::NotInUse,
            Validity::Draft => Use::OfferedAsDraft,
            Validity::InUse => Use::Offered,
        }
    }

    /// Returns the order of entries: by id, the newest version first.
    pub(super) fn rank(&self) -> (String, i64) {
        let at = match self.origin {
            Origin::Imported { at, .. } => at,
            Origin::BuiltIn | Origin::Folder => i64::MIN,
        };
        (self.form.id().to_owned(), at.saturating_neg())
    }
}
