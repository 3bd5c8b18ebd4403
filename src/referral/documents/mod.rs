//! Documents of the chart that a clinician chooses: their content is read before the review and kept with the draft.
//!
//! Table: `referral_documents`.

pub(super) mod chosen;
pub(super) mod content;
pub(super) mod reading;
pub(super) mod store;
