//! A referral from draft to delivered: its pages, status, submission, and the FHIR messages about it.
//!
//! For: the work of a clinician in an open chart. Not for: forms as such (see `forms`), or carrying messages (see
//! `delivery`). A draft belongs to one user and one patient, is saved while it is typed, and outlives the session.
//! Submitting is one transaction: status, outbox row, audit event. Tables: `referrals`, `referral_documents`,
//! `referral_events`. Source: CA:eReC 1.1, Ontario 0.11.1.
//!
//! Why a page carries a sealed ticket: if the session ends while a user is typing, the ticket still identifies the draft
//! that the text belongs to, so the text is saved. A ticket gives access to nothing and shows nothing.
//!
//! Why a search for a referral is posted and then sealed in the address: it is a patient's name or number, and browsers and
//! proxies keep addresses (`referral/lists/search.rs`).

mod account;
mod banner;
mod documents;
mod draft;
mod draft_pages;
mod error;
mod files;
mod form;
mod letter;
pub mod lists;
pub mod message;
mod message_view;
mod numbers;
mod observer;
mod page_samples;
mod pages;
mod preview;
pub mod removal_store;
mod restored;
mod review_parts;
mod roles;
mod routes;
mod sender;
mod sending;
mod sent_page_samples;
mod service;
pub mod signing;
mod status;
pub mod store;
mod ticket;
mod timeline_store;
mod visit;
mod write_back;

pub use draft::Summary;
pub use draft_pages::{DiscardPage, KeptTextPage, SavedPage};
pub use error::Error;
pub use letter::LetterPage;
pub use lists::views::{ChartReferralsPage, HomePage, MinePage};
pub use numbers::ReferralNumbers;
pub use observer::{OrderObserver, ReferralObserver};
pub use pages::{DestinationPage, DetailPage, EditPage, SignedOutPage};
pub use preview::{PreviewPage, WatchedForm, WatchedState};
pub use restored::{NotSentSinceBackup, SendingNote};
pub use review_parts::ReviewPage;
pub use routes::{preview_routes, routes, watched_routes};
pub use sending::{
    fitting::FittingSpecialty,
    submit_check::{Finding, FindingKind, NoRecentDuplicate, Submission, SubmitCheck},
    views::DeliveryView,
};
pub use service::{Parts, Referrals};
pub use signing::views::MovedPage;
pub use status::Status;
pub use write_back::EhrOrder;
