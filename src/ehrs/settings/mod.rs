//! The settings of a registration as people read and type them: one text each, in a form or after `passerelle ehr set`.
//!
//! For: adding a registration as typed, and changing one that is stored, its secret left alone. Not for: what a setting
//! means (see `Registration`).

mod add;
mod change;
mod setting;

pub use add::{Typed, add_typed};
pub use change::{Change, change_registration};
pub use setting::{Control, SETTINGS, Setting, find_setting};
