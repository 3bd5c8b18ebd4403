//! A referral from draft to closed: its pages, its status, submitting it, and the FHIR messages about it.
//!
//! For: what a clinician does here. Not for: forms as such (see `forms`) or carrying messages (see `delivery`).
//! A draft belongs to one person and one patient, is saved as it is typed, and outlives the session. Submitting is one
//! transaction: status, outbox row, audit. Tables: `referrals`, `referral_events`. Source: CA:eReC 1.1, Ontario 0.11.1.
//!
//! Why a page holds a sealed ticket: when the session ends while somebody types, the ticket still says whose draft the
//! text belongs to, so it is saved and not lost. It opens nothing and shows nothing.

mod chrome;
mod draft;
mod editing;
mod error;
mod form_html;
mod gather;
pub mod lists;
pub mod message;
mod not_granted;
mod observer;
mod page_samples;
mod pages;
mod reviewing;
mod routes;
mod saving;
mod service;
mod status;
pub mod store;
mod submit;
mod submit_check;
mod ticket;
mod timeline;
mod write_back;

pub use error::Error;
pub use observer::{OrderObserver, ReferralObserver};
pub use pages::{
    ChartReferralsPage, DestinationPage, DetailPage, EditPage, HomePage, MinePage, ReviewPage, SavedPage,
    SignedOutPage,
};
pub use routes::routes;
pub use service::{Parts, Referrals};
pub use status::Status;
pub use submit_check::{Finding, FindingKind, NoRecentDuplicate, Submission, SubmitCheck};
pub use write_back::EhrOrder;
