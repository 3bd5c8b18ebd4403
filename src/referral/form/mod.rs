//! The form of a draft: opening, filling from the chart, saving, and its page.
//!
//! A draft stays with the version of the form it was begun with, which `catalogue` keeps.

pub(super) mod editing;
pub(super) mod gather;
pub(super) mod html;
mod leaving;
pub(super) mod not_granted;
pub(super) mod page;
pub(super) mod posted;
pub(super) mod saving;
mod value_sets;
pub(super) mod versions;
