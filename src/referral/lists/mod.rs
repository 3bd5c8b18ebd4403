//! Lists of referrals: in one chart, of one user, and what was sent before for the same patient.

pub(super) mod earlier;
pub mod earlier_store;
pub mod home_store;
pub(super) mod keeping;
pub(super) mod listing;
pub(super) mod own_list;
pub(super) mod own_list_store;
pub(super) mod own_referrals;
pub(super) mod pages;
pub(super) mod place;
pub(super) mod samples;
pub(super) mod search;
pub mod store;
pub(super) mod views;
