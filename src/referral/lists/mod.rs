//! Lists of referrals: what waits for a patient, what is mine. They open the summary of a row and nothing else of it.

pub mod store;
