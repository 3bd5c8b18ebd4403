//! Referrals that one user prepares and another signs.

pub(super) mod earlier_hand_overs;
pub(super) mod handing_over;
pub mod store;
pub(super) mod to_sign;
pub(super) mod views;
pub(super) mod whereabouts;
