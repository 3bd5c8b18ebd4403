//! The questions between a verified arrival and the open chart: which account is this, and who goes on here.
//!
//! For: linking an EHR identity once, by password or invitation, and confirming it with both names on one page;
//! choosing between two people in one browser. A pending sign-in is bound to its browser by a cookie, takes five
//! tries and ten minutes, and holds its tokens sealed. Table: `pending_sign_ins`.

mod decide;
mod pages;
mod routes;
pub(super) mod store;

pub use pages::{ChoicePage, ConfirmPage, LinkPage, StayedPage};
pub(super) use routes::{cookie, path, routes};
