//! Settings of a registration as text: in the admin form and in `passerelle ehr add` and `ehr set`.
//!
//! For: adding a registration from typed texts, and changing single settings of a stored one without its secret. Not for:
//! the meaning of a setting (see `Registration`).

mod add;
mod change;
mod setting;

pub use add::{Typed, add_typed};
pub use change::{Change, change_registration};
pub use setting::{Control, SETTINGS, Setting, find_setting};
