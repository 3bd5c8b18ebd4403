//! Questions between a verified callback and the open chart: which account to link, and which user continues.
//!
//! For: linking an EHR identity once, by password or invitation, and confirming it with both names on one page;
//! choosing between two users in one browser. A pending sign-in is bound to its browser by a cookie, allows five
//! tries, expires after ten minutes, and holds its tokens sealed. Table: `pending_sign_ins`.

mod decide;
mod pages;
mod routes;
pub(super) mod store;

pub use pages::{ChoicePage, ConfirmPage, LinkPage, StayedPage};
pub(super) use routes::{cookie, path, routes};
