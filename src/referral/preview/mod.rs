//! Previews of forms: filled from a chart of the simulated EHR, or unfilled.
//!
//! For: an administrator who is about to import a form, and a vendor who writes one. Not for: patients of a real EHR.
//!
//! A preview can never be sent, because there is nothing to send: its answers travel sealed in the page, no draft is stored, its page
//! has no ticket and no id of a referral, and no function of this folder takes a transaction.

mod filling;
mod page;
mod watched;

pub(super) use filling::PreviewAsk;
pub use page::PreviewPage;
pub use watched::{WatchedForm, WatchedState};
