//! Forms of this installation: those that ship or are in a folder, and those that an administrator imported.
//!
//! For: the form that a new referral begins with, the versions that drafts were begun with, importing, retiring and offering
//! forms while servers run. Not for: what is in a form, which is `forms`; pages, which are in `admin` and `referral`.
//!
//! A form is known by its canonical URL and version; all versions of it have one id. A new referral begins with the newest
//! version that is offered: the last that was imported, else the one that ships or is in the folder. A draft stays with the
//! text that it was begun with, by its hash, whatever is imported or retired later.
//!
//! Tables: `form_versions`, `imported_forms`, `imported_form_ids`, `retired_forms`.
//!
//! Every node follows without a restart: it reads the rows of these tables every ten seconds, at once after a change of its own,
//! and when a form is asked for that it does not have. A draft that was begun on another node finds its text by hash.

mod caution;
mod entry;
mod importing;
mod retiring;
mod service;
pub mod store;

pub use caution::Caution;
pub use entry::{Entry, Origin, Use};
pub use importing::{ImportError, Imported};
pub use retiring::RetireError;
pub use service::{Base, Catalogue};
